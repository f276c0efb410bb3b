/**
 * Captures what real resolvers do in scenarios, and adds it to test/fixtures/wire: those of this machine, or another one
 * whose program is given (addresses.c or addresses.go, and what starts it). Needs root.
 *
 *     node test/lab/capture.ts 'search-*'
 *     node test/lab/capture.ts --as glibc-2.44 --program '/tmp/glibc/ld.so --library-path /tmp/glibc test/lab/build/addresses-glibc'
 */

import { matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import { SCENARIOS } from '../scenarios/all.ts';
import { resultOf, seenOf } from '../scenarios/compare.ts';
import type { Result, Truth } from '../scenarios/truth.ts';
import { addTruth } from '../scenarios/truth-file.ts';
import { parseLookups, realPrograms } from './addresses.ts';
import { canShare, inScenarios } from './scenario-lab.ts';

const HANG: Result = { outcome: 'hang', error: '', ipv4: 0, ipv6: 0, addresses: [], seconds: 0 };

const { values, positionals: globs } = parseArgs({
  allowPositionals: true,
  options: { as: { type: 'string' }, program: { type: 'string' } },
});
const wanted = SCENARIOS.filter(
  ({ name }) => globs.length === 0 || globs.some((glob) => matchesGlob(name, glob)),
);
const scenarios = wanted.filter(canShare);
const left = wanted.length - scenarios.length;
if (left > 0)
  console.error(
    `${left} left out: they need a server of a namespace's own, are races, or have several lookups in one process`,
  );

const programs =
  values.as && values.program
    ? [{ model: values.as, command: values.program.split(' ') }]
    : Object.values(await realPrograms()).map(({ model, program }) => ({ model, command: [program] }));
for (const { model, command } of programs) {
  addTruth(model, await capture(command));
  console.log(`${model}: ${scenarios.length} scenarios`);
}

async function capture(command: readonly string[]): Promise<Map<string, Truth>> {
  const results: Result[][] = [];
  const seen = await inScenarios(scenarios, async (exec, at) => {
    const { family, flags, name } = scenarios[at]?.lookups ?? {};
    const lookups = parseLookups(await exec([...command, `${family}`, `${flags}`, `${name}`]));
    // What does not end is ended by the namespace, and has printed nothing.
    results[at] = lookups.length > 0 ? lookups.map(resultOf) : [HANG];
  });
  return new Map(
    scenarios.map(({ name }, at) => [
      name,
      { results: results[at] ?? [], queries: (seen[at] ?? []).map(seenOf) },
    ]),
  );
}
