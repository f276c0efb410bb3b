/**
 * `resolve --json` over real sockets, beside scripted servers in a network namespace: the same scenarios and the same
 * truth as over the virtual clock, those in which nobody waits. All models of a scenario run in one process.
 */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { LookupRecord } from '../../src/lookup/run-lookup.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { compare, resultOf, wireDifference } from '../scenarios/compare.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { knownResolvers, readTruth } from '../scenarios/truth.ts';
import { describeInLab } from './requirements.ts';
import { canShare, forEach, openScenarioLab, type ScenarioLab, wasQuick } from './scenario-lab.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const ALL_MS = 120_000;
/** Below every timer of a resolver. */
const NO_TIMER_S = 2.4;
/** One in so many of those that can run here: all would take too long for what they add. */
const EVERY = 4;

/** Their servers remember queries, which are here of several models at once. */
const REMEMBERING = /once|-4x|twice-a|race-|oneport-/;

const truths = new Map(knownResolvers().map((resolver) => [resolver, readTruth(resolver)]));

/** Models whose real ones were quick. */
function quickModels({ name }: Scenario): string[] {
  return [...truths].filter(([, truth]) => wasQuick(truth.get(name))).map(([resolver]) => resolver);
}

const CHOSEN = SCENARIOS.filter(
  (scenario) =>
    canShare(scenario) && !REMEMBERING.test(scenario.name) && quickModels(scenario).length > truths.size / 2,
).filter((_, at) => at % EVERY === 0);

interface Run {
  model: string;
  record: LookupRecord;
}

/** Runs `resolve` for all quick models of a scenario. */
async function resolve(lab: ScenarioLab, scenario: Scenario, at: number): Promise<Run[]> {
  const { name, family, flags } = scenario.lookups;
  const as = quickModels(scenario).join();
  const options = ['--json', '--as', as, '--family', family, '--flags', flags];
  const lines = await lab.exec(at, [process.execPath, CLI, 'resolve', ...options, '--', name]);
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LookupRecord & { model: string })
    .map(({ model, ...record }) => ({ model, record }));
}

/** Of what the servers saw of all models at once, what came from the ports of this one. */
function fromPortsOf({ record }: Run, seen: readonly SeenQuery[]): SeenQuery[] {
  const ports = new Set(record.queries.map(({ proto, sourcePort }) => `${proto} ${sourcePort}`));
  return seen.filter(({ proto, port }) => ports.has(`${proto} ${port}`));
}

describeInLab('over real sockets', () => {
  const runs: Run[][] = [];
  let seen: SeenQuery[][] = [];

  beforeAll(async () => {
    const lab = await openScenarioLab(CHOSEN);
    await forEach(CHOSEN, async (scenario, at) => {
      runs[at] = await resolve(lab, scenario, at);
    });
    seen = await lab.close();
  }, ALL_MS);

  it('are scenarios enough', () => {
    expect(CHOSEN.length).toBeGreaterThanOrEqual(40);
  });

  it.each(CHOSEN.map(({ name }, at) => [name, at] as const))('%s', (name, at) => {
    const differing = (runs[at] ?? []).flatMap((run) => {
      const truth = truths.get(run.model)?.get(name);
      if (!truth) throw new Error(`no truth of ${run.model}`);
      const observed = { records: [run.record], seen: fromPortsOf(run, seen[at] ?? []) };
      const { outcome, order, wire } = compare(run.model, truth, observed);
      // Nothing here has a route, so that Go gives the family first that is answered first: either may be.
      const ordered = order || run.model.startsWith('go-');
      if (outcome && ordered && wire && run.record.durationMs < NO_TIMER_S * 1000) return [];
      const { model, record } = run;
      return [{ model, ...resultOf(record), real: truth.results, wire: wireDifference(truth, observed) }];
    });
    expect(runs[at]?.length).toBeGreaterThan(0);
    expect(differing).toEqual([]);
  });
});
