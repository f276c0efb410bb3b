/**
 * Every model against what the real resolver was seen to do, over the virtual clock. The shares are what the models must
 * reach at least; `node test/scenarios/score.ts -v` says what differs.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from './all.ts';
import { TOOLS } from './compare.ts';
import { type Comparison, scoreAll } from './score-all.ts';
import { knownResolvers, readTruth } from './truth.ts';

const RESOLVERS = knownResolvers();
/** For all models and scenarios: a virtual clock does not wait. */
const ALL_MS = 30_000;

const scored = new Map<string, readonly Comparison[]>();

beforeAll(async () => {
  for (const resolver of RESOLVERS) scored.set(resolver, await scoreAll(resolver));
}, ALL_MS);

function expectShare(resolver: string, atLeast: number, agrees: (comparison: Comparison) => boolean): void {
  const comparisons = scored.get(resolver) ?? [];
  const differing = comparisons.filter((comparison) => !agrees(comparison));
  const names = differing.map(({ scenario }) => scenario.name).join(', ');
  const share = 1 - differing.length / comparisons.length;
  expect(share, `${differing.length} of ${comparisons.length} differ: ${names}`).toBeGreaterThanOrEqual(
    atLeast,
  );
}

describe.each(RESOLVERS.filter((name) => !TOOLS.includes(name)))('%s', (resolver) => {
  it('gives the same results', () => expectShare(resolver, 0.99, ({ score }) => score.outcome));
  it('sends the same queries from the same sockets', () =>
    expectShare(resolver, 0.97, ({ score }) => score.wire));
  it('agrees in results, order, time and queries', () => expectShare(resolver, 0.95, ({ exact }) => exact));
});

describe.each(TOOLS)('%s', (tool) => {
  it('finds the same names', () => expectShare(tool, 0.95, ({ score }) => score.outcome));
});

it('has truth of every scenario, and a scenario for all truth', () => {
  const known = new Set(RESOLVERS.flatMap((resolver) => [...readTruth(resolver).keys()]));
  expect([...known].sort()).toEqual(SCENARIOS.map(({ name }) => name).sort());
});
