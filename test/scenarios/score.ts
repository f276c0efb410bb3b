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
import { modelOf } from '../../src/resolver/models.ts';
import { SCENARIOS } from './all.ts';
import { CRITERIA, compare, resultOf, type Score, wireDifference } from './compare.ts';
import { runScenario, type ScenarioRun } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { knownResolvers, type Result, readTruth, type Seen, type Truth } from './truth.ts';

const { values, positionals: globs } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: 'string', short: 'm' },
    verbose: { type: 'boolean', short: 'v', multiple: true, default: [] },
  },
});
const verbosity = values.verbose.length;

for (const name of values.models?.split(',') ?? knownResolvers()) await score(name);

async function score(name: string): Promise<void> {
  const model = modelOf(name);
  if ('error' in model) throw new Error(model.error);
  const truths = readTruth(name);
  const scores: Score[] = [];
  for (const scenario of SCENARIOS) {
    const truth = truths.get(scenario.name);
    if (!truth || scenario.noDescriptors || !wanted(scenario)) continue;
    const run = await runScenario(scenario, model);
    const result = compare(name, truth, run);
    scores.push(result);
    if (verbosity > 0 && !CRITERIA.every((each) => result[each])) explain(name, scenario, truth, run, result);
  }
  const count = (passes: (score: Score) => boolean) => `${scores.filter(passes).length}/${scores.length}`;
  const parts = CRITERIA.map((each) => `${each} ${count((one) => one[each])}`);
  console.log(`${name}: ${parts.join(', ')}, exact ${count((one) => CRITERIA.every((each) => one[each]))}`);
}

function wanted({ name }: Scenario): boolean {
  return globs.length === 0 || globs.some((glob) => matchesGlob(name, glob));
}

function explain(model: string, scenario: Scenario, truth: Truth, run: ScenarioRun, result: Score): void {
  const differs = CRITERIA.filter((each) => !result[each]);
  console.log(`\n${model} ${scenario.name}: ${differs.join(' ')} | ${scenario.about}`);
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
