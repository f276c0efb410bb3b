/**
 * The real resolvers of this machine, whatever their releases, in the scenarios, live: glibc's and musl's getaddrinfo and
 * Go's own, beside scripted servers. Each does what the model of its release does over the virtual clock, query by query.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { modelOf } from '../../src/resolver/models.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { resultOf, seenOf, wireDifference } from '../scenarios/compare.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { closest } from '../scenarios/score-all.ts';
import { knownResolvers, readTruth, type Truth } from '../scenarios/truth.ts';
import {
  parseLookups,
  REAL_RESOLVERS,
  type RealProgram,
  type RealResolver,
  realPrograms,
} from './addresses.ts';
import { describeInLab } from './requirements.ts';
import { canShare, forEach, openScenarioLab, type ScenarioLab, wasQuick } from './scenario-lab.ts';

const ALL_MS = 300_000;
/** One in so many of those in which nobody waits. */
const EVERY = 3;

const truths = knownResolvers().map((resolver) => ({ resolver, truth: readTruth(resolver) }));

/** Whether any release was quick, and none slow: this one is not known yet. */
function isQuick(family: RealResolver, { name }: Scenario): boolean {
  const known = truths
    .filter(({ resolver }) => resolver.startsWith(`${family}-`))
    .flatMap(({ truth }) => truth.get(name) ?? []);
  return known.length > 0 && known.every(wasQuick);
}

const CASES = REAL_RESOLVERS.flatMap((resolver) =>
  SCENARIOS.filter((scenario) => canShare(scenario) && isQuick(resolver, scenario))
    .filter((_, at) => at % EVERY === 0)
    .map((scenario) => ({ resolver, scenario })),
);

/** Looks the scenario's name up with a real resolver; what its servers saw is known when the lab is closed. */
async function lookUp(lab: ScenarioLab, at: number, scenario: Scenario, { program }: RealProgram) {
  const { family, flags, name } = scenario.lookups;
  const lookups = parseLookups(await lab.exec(at, [program, family, flags, name]));
  return lookups.map(resultOf);
}

describeInLab('real resolvers', () => {
  const results: Truth['results'][] = [];
  let queries: Truth['queries'][] = [];
  let programs: Record<RealResolver, RealProgram> | undefined;

  beforeAll(async () => {
    const compiled = await realPrograms();
    programs = compiled;
    const lab = await openScenarioLab(CASES.map(({ scenario }) => scenario));
    await forEach(CASES, async ({ resolver, scenario }, at) => {
      results[at] = await lookUp(lab, at, scenario, compiled[resolver]);
    });
    queries = (await lab.close()).map((seen) => seen.map(seenOf));
  }, ALL_MS);

  describe.each(REAL_RESOLVERS)('%s', (family) => {
    const own = CASES.flatMap(({ resolver, scenario }, at) =>
      resolver === family ? [{ scenario, at }] : [],
    );

    it.each(own.map(({ scenario, at }) => [scenario.name, scenario, at] as const))(
      '%s',
      async (_, scenario, at) => {
        const truth = { results: results[at] ?? [], queries: queries[at] ?? [] };
        const name = programs?.[family].model ?? '';
        const model = modelOf(name);
        if ('error' in model) throw new Error(model.error);
        const { run, score } = await closest(name, model, scenario, truth);
        const difference = {
          real: truth.results,
          model: run.records.map(resultOf),
          wire: wireDifference(truth, run),
        };
        expect(score, JSON.stringify(difference)).toMatchObject({ outcome: true, order: true, wire: true });
      },
    );
  });
});
