/** What it costs to inspect a large binary, beside go version and readelf. See bench/README.md. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Usage } from './measure.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, mb: { type: 'string', default: '100' } },
});
const rounds = Number(values.rounds);

const CLI = join(import.meta.dirname, '../dist/cli.js');
const DIRECTORY = join(import.meta.dirname, 'data/inspect');

/** Much of Go's library, and as much data as is lacking to the size. */
const PROGRAM = `package main

import (
	_ "crypto/tls"
	_ "debug/dwarf"
	_ "embed"
	_ "encoding/json"
	_ "go/types"
	_ "html/template"
	_ "image/png"
	_ "net/http"
	_ "net/rpc"
	_ "text/template"
)

//go:embed data
var data string

func main() { println(len(data)) }
`;

/** The ways of linking between which the work differs: only a static one is searched for the names of functions. */
const BUILDS = [
  { name: 'dynamic, cgo', env: { CGO_ENABLED: '1' }, flags: [] },
  { name: 'static, no cgo', env: { CGO_ENABLED: '0' }, flags: [] },
  {
    name: 'static, glibc',
    env: { CGO_ENABLED: '1' },
    flags: ['-ldflags=-linkmode external -extldflags -static'],
  },
  { name: 'stripped, no cgo', env: { CGO_ENABLED: '0' }, flags: ['-ldflags=-s -w'] },
] as const;

function build(): { name: string; path: string }[] {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, 'main.go'), PROGRAM);
  writeFileSync(join(DIRECTORY, 'go.mod'), 'module example.com/large\n\ngo 1.19\n');
  return BUILDS.map(({ name, env, flags }) => {
    const path = join(DIRECTORY, name.replaceAll(/\W+/g, '-'));
    const compile = () =>
      execFileSync('go', ['build', ...flags, '-o', path, '.'], {
        cwd: DIRECTORY,
        env: { ...process.env, ...env, GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    writeFileSync(join(DIRECTORY, 'data'), '');
    compile();
    const lacking = Number(values.mb) * 1e6 - statSync(path).size;
    writeFileSync(join(DIRECTORY, 'data'), randomBytes(Math.max(0, lacking)));
    compile();
    return { name, path };
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

const binaries = build();
const programs = [
  { name: 'node, and nothing else', commands: () => [[process.execPath, '-e', '']] },
  {
    name: 'inspect --json',
    commands: (path: string) => [[process.execPath, CLI, 'inspect', path, '--json']],
  },
  {
    name: 'go version -m, readelf -d',
    commands: (path: string) => [
      ['go', 'version', '-m', path],
      ['readelf', '-d', path],
    ],
  },
];

console.log(`inspect, ${rounds} rounds; CPU of user and system, start-up included; medians`);
for (const { name, path } of binaries) {
  const usages = new Map<string, Pick<Usage, 'cpuSeconds' | 'peakRssMiB'>[]>();
  await measure(['cat', path]);
  for (let round = 0; round < rounds; round++) {
    for (const program of programs) {
      const all: Usage[] = [];
      for (const command of program.commands(path)) all.push(await measure(command));
      const cpuSeconds = all.reduce((sum, each) => sum + each.cpuSeconds, 0);
      const peakRssMiB = Math.max(...all.map((each) => each.peakRssMiB));
      usages.set(program.name, [...(usages.get(program.name) ?? []), { cpuSeconds, peakRssMiB }]);
    }
  }
  console.log(`\n${name}, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  for (const [program, list] of usages) {
    const cpu = median(list.map(({ cpuSeconds }) => cpuSeconds)) * 1000;
    const rss = median(list.map(({ peakRssMiB }) => peakRssMiB));
    console.log(
      `  ${program.padEnd(28)} ${cpu.toFixed(0).padStart(5)} ms CPU  ${rss.toFixed(0).padStart(4)} MiB`,
    );
  }
}
