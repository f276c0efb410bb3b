/**
 * Says how close models come to the real resolvers, over all scenarios or those whose name matches.
 *
 *     node test/scenarios/score.ts -m glibc-2.36,musl-1.2.5 -v 'a-ok-*'
 *
 * `-v` prints what differs: both sides' results and, `-` real and `+` model, the sockets that only one of them has;
 * `-vv` all queries of both with their times, and the model's reasons.
 */
import { matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import { CRITERIA, resultOf, wireDifference } from './compare.ts';
import type { Scenario } from './scenario.ts';
import { type Comparison, scoreAll } from './score-all.ts';
import { knownResolvers, type Result, type Seen } from './truth.ts';

const { values, positionals: globs } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: 'string', short: 'm' },
    verbose: { type: 'boolean', short: 'v', multiple: true, default: [] },
  },
});
const verbosity = values.verbose.length;

for (const resolver of values.models?.split(',') ?? knownResolvers()) await score(resolver);

async function score(resolver: string): Promise<void> {
  const comparisons = await scoreAll(resolver, wanted);
  if (verbosity > 0) {
    for (const comparison of comparisons) if (!comparison.exact) explain(resolver, comparison);
  }
  const count = (passes: (one: Comparison) => boolean) =>
    `${comparisons.filter(passes).length}/${comparisons.length}`;
  const parts = CRITERIA.map((each) => `${each} ${count(({ score }) => score[each])}`);
  console.log(`${resolver}: ${parts.join(', ')}, exact ${count(({ exact }) => exact)}`);
}

function wanted({ name }: Scenario): boolean {
  return globs.length === 0 || globs.some((glob) => matchesGlob(name, glob));
}

function explain(resolver: string, { scenario, truth, run, score }: Comparison): void {
  const differs = CRITERIA.filter((each) => !score[each]);
  console.log(`\n${resolver} ${scenario.name}: ${differs.join(' ')} | ${scenario.about}`);
  for (const each of truth.results) console.log(`  - ${resultText(each)}`);
  for (const each of run.records.map(resultOf)) console.log(`  + ${resultText(each)}`);
  for (const line of wireDifference(truth, run)) console.log(`  ${line}`);
  if (verbosity < 2) return;
  for (const each of truth.queries) console.log(`    real  ${seenText(each)}`);
  const began = run.seen[0]?.at ?? 0;
  for (const { at, ...rest } of run.seen) console.log(`    model ${seenText({ ...rest, atMs: at - began })}`);
  for (const { because } of run.records) for (const line of because) console.log(`    because ${line}`);
}

function resultText({ outcome, error, ipv4, ipv6, addresses, seconds }: Result): string {
  return `${outcome} ${JSON.stringify(error)} ${ipv4} A ${ipv6} AAAA ${seconds.toFixed(3)} s ${addresses.join(' ')}`;
}

function seenText({
  atMs,
  proto,
  port,
  server = '',
  name,
  type = '',
  edns,
}: Omit<Seen, 'proto'> & { proto: string }): string {
  const what = name === undefined ? 'connection' : `${type} ${JSON.stringify(name)}`;
  return `${String(Math.round(atMs)).padStart(6)} ms ${proto} port ${port} ${server} ${what}${edns ? ` edns ${edns}` : ''}`;
}
