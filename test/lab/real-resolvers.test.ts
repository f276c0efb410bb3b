/**
 * The real resolvers of this machine, whatever their releases, in the scenarios, live: glibc's and musl's getaddrinfo and
 * Go's own, beside scripted servers. Each does what the model of its release does over the virtual clock, query by query.
 */

import { beforeAll, expect, it } from 'vitest';
import { modelOf } from '../../src/resolver/models.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { resultOf, seenOf, wireDifference } from '../scenarios/compare.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { closest } from '../scenarios/score-all.ts';
import { knownResolvers, type Result, readTruth } from '../scenarios/truth.ts';
import { parseLookups, REAL_RESOLVERS, type RealResolver, realPrograms } from './addresses.ts';
import { describeInLab } from './requirements.ts';
import { canShare, inScenarios, steadyDifferences, wasQuick } from './scenario-lab.ts';

const ALL_MS = 300_000;
/** One in so many of those in which nobody waits, and all of machines with addresses of their own. */
const EVERY = 3;

const truths = knownResolvers().map((resolver) => ({ resolver, truth: readTruth(resolver) }));

/** Whether any release was quick, and none slow: this one is not known yet. */
function isQuick(family: RealResolver, { name }: Scenario): boolean {
  const known = truths
    .filter(({ resolver }) => resolver.startsWith(`${family}-`))
    .flatMap(({ truth }) => truth.get(name) ?? []);
  return known.length > 0 && known.every(wasQuick);
}

interface Case {
  resolver: RealResolver;
  scenario: Scenario;
}
const CASES: readonly Case[] = REAL_RESOLVERS.flatMap((resolver) =>
  SCENARIOS.filter((scenario) => canShare(scenario) && isQuick(resolver, scenario))
    .filter(({ addresses, noIpv6 }, at) => addresses.length > 0 || noIpv6 || at % EVERY === 0)
    .map((scenario) => ({ resolver, scenario })),
);

/** What differs of each case between the real resolver and the model. */
async function differencesOf(cases: readonly Case[]): Promise<unknown[][]> {
  const programs = await realPrograms();
  const results: Result[][] = [];
  const seen = await inScenarios(
    cases.map(({ scenario }) => scenario),
    async (exec, at) => {
      const one = cases[at];
      if (!one) return;
      const { family, flags, name } = one.scenario.lookups;
      const output = await exec([programs[one.resolver].program, family, flags, name]);
      results[at] = parseLookups(output).map(resultOf);
    },
  );
  return Promise.all(
    cases.map(async ({ resolver, scenario }, at) => {
      const truth = { results: results[at] ?? [], queries: (seen[at] ?? []).map(seenOf) };
      const name = programs[resolver].model;
      const model = modelOf(name);
      if ('error' in model) throw new Error(model.error);
      const { run, score } = await closest(name, model, scenario, truth);
      if (score.outcome && score.order && score.wire) return [];
      const models = run.records.map(resultOf);
      return [{ real: truth.results, model: models, wire: wireDifference(truth, run) }];
    }),
  );
}

describeInLab('real resolvers', () => {
  let differences: unknown[][] = [];

  beforeAll(async () => {
    differences = await steadyDifferences(CASES, differencesOf);
  }, ALL_MS);

  it.each(CASES.map(({ resolver, scenario }, at) => [resolver, scenario.name, at] as const))(
    '%s %s',
    (_resolver, _name, at) => {
      expect(differences[at]).toEqual([]);
    },
  );
});
