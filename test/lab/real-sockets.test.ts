/**
 * `resolve --json` over real sockets, beside scripted servers in a network namespace: the same scenarios and the same
 * truth as over the virtual clock, those in which nobody waits. All models of a scenario run in one process.
 */

import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { LookupRecord } from '../../src/resolver/lookup-record.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { compare, resultOf, wireDifference } from '../scenarios/compare.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { knownResolvers, readTruth } from '../scenarios/truth.ts';
import { describeInLab } from './requirements.ts';
import { canShare, type Exec, inScenarios, steadyDifferences, wasQuick } from './scenario-lab.ts';

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
async function resolve(exec: Exec, scenario: Scenario): Promise<Run[]> {
  const { name, family, flags } = scenario.lookups;
  const as = quickModels(scenario).join();
  const options = ['--json', '--as', as, '--family', family, '--flags', flags];
  const lines = await exec([process.execPath, CLI, 'resolve', ...options, '--', name]);
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

/** What differs of each scenario, by model. */
async function differencesOf(scenarios: readonly Scenario[]): Promise<unknown[][]> {
  const runs: Run[][] = [];
  const seen = await inScenarios(scenarios, async (exec, at) => {
    const scenario = scenarios[at];
    if (scenario) runs[at] = await resolve(exec, scenario);
  });
  return scenarios.map((scenario, at) => {
    const own = runs[at] ?? [];
    if (own.length === 0) return ['no model ran'];
    return own.flatMap((run) => difference(scenario, run, seen[at] ?? []) ?? []);
  });
}

function difference({ name }: Scenario, run: Run, seen: readonly SeenQuery[]): unknown {
  const { model, record } = run;
  const truth = truths.get(model)?.get(name);
  if (!truth) throw new Error(`no truth of ${model}`);
  const observed = { records: [record], seen: fromPortsOf(run, seen) };
  const { outcome, order, wire } = compare(model, truth, observed);
  // Where no address has a route, Go gives the family first that is answered first: either may be.
  const ordered = order || model.startsWith('go-');
  if (outcome && ordered && wire && record.durationMs < NO_TIMER_S * 1000) return undefined;
  return { model, ...resultOf(record), real: truth.results, wire: wireDifference(truth, observed) };
}

describeInLab('over real sockets', () => {
  let differences: unknown[][] = [];

  beforeAll(async () => {
    differences = await steadyDifferences(CHOSEN, differencesOf);
  }, ALL_MS);

  it('are scenarios enough', () => {
    expect(CHOSEN.length).toBeGreaterThanOrEqual(40);
  });

  it.each(CHOSEN.map(({ name }, at) => [name, at] as const))('%s', (_, at) => {
    expect(differences[at]).toEqual([]);
  });
});
