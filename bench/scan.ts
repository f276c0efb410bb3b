/** How fast large logs are scanned, beside grep and mtail. See bench/README.md. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { measure, type Usage } from './measure.ts';
import { ensureLog } from './scan-data.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, mib: { type: 'string', default: '1024' } },
});
const rounds = Number(values.rounds);
const mib = Number(values.mib);

/** Lines in a thousand that are Go's lookup lines. */
const SHARES = [1, 100, 1000];
/** mtail is too slow for more. */
const PART_MIB = 64;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SCANNER = at('data/scan-lookups.mjs');
const CLI = at('../dist/cli.js');

interface Program {
  name: string;
  command: readonly string[];
  /** It gets the small log. */
  slow?: boolean;
}

// Each gets the name of the log as its last argument.
const PROGRAMS: readonly Program[] = [
  { name: 'scanner', command: [process.execPath, SCANNER] },
  { name: 'explain', command: [process.execPath, CLI, 'explain', '--json'] },
  { name: 'grep', command: ['grep', '-c', 'go package net'] },
  {
    name: 'mtail',
    command: ['mtail', '--one_shot', '--logtostderr', '--port', '0', '--progs', at('netdns.mtail'), '--logs'],
    slow: true,
  },
];

function build(): void {
  // Bundled as the command line is: stripping the types would be half of the start-up, and 20 MiB.
  buildSync({
    entryPoints: [at('scan-lookups.ts')],
    outfile: SCANNER,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  execFileSync(process.execPath, [at('../scripts/bundle.ts')], { cwd: at('..') });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

interface Result {
  name: string;
  /** MB (10^6 bytes) per second of CPU time. */
  speed: number;
  peakRssMiB: number;
}

/** All programs in turn, round by round: whatever else the machine does falls on each of them. */
async function runAll(logFor: (program: Program) => string): Promise<Result[]> {
  const usages = new Map<Program, Usage[]>(PROGRAMS.map((program) => [program, []]));
  for (const log of new Set(PROGRAMS.map(logFor))) await measure(['cat', log]);
  for (let round = 0; round < rounds; round++) {
    for (const [program, list] of usages) list.push(await measure([...program.command, logFor(program)]));
  }
  return [...usages].map(([program, list]) => ({
    name: program.name,
    speed: statSync(logFor(program)).size / 1e6 / median(list.map(({ cpuSeconds }) => cpuSeconds)),
    peakRssMiB: Math.max(...list.map(({ peakRssMiB }) => peakRssMiB)),
  }));
}

function row(matching: string, result: Result, all: readonly Result[]): string {
  const times = (name: string) =>
    (result.speed / (all.find((r) => r.name === name)?.speed ?? Number.NaN)).toFixed(2);
  const cells = [
    matching,
    result.name,
    result.speed.toFixed(0),
    times('grep'),
    times('mtail'),
    result.peakRssMiB.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

build();
console.log(
  `| matching | program | MB per CPU-second | x grep | x mtail | peak RSS, MiB |\n|${'---|'.repeat(6)}`,
);
for (const share of SHARES) {
  const large = at(`data/scan-${share}-${mib}.log`);
  const small = at(`data/scan-${share}-${Math.min(mib, PART_MIB)}.log`);
  ensureLog(large, mib << 20, share);
  ensureLog(small, Math.min(mib, PART_MIB) << 20, share);
  const results = await runAll((program) => (program.slow ? small : large));
  for (const result of results) console.log(row(`${share / 10} %`, result, results));
}
