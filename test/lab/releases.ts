/** Programs built by several releases of Go in every way that decides how names are resolved. */

import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SOURCE = pathOf('inspected');
const DIRECTORY = pathOf('build');
/** Where scripts/go-releases.sh puts them. */
const SUITES = join(DIRECTORY, 'suites');

export interface Release {
  /** The minor version: 24 for Go 1.24.4. */
  minor: number;
  /** Of the `go` command. */
  path: string;
}

/** The releases that are there, oldest first: those of other Debian suites, and the machine's. */
export async function releasesThere(): Promise<Release[]> {
  const paths = [...globSync(join(SUITES, '*/usr/lib/go-1.*/bin/go')), 'go'];
  const releases = new Map<number, Release>();
  for (const path of paths) {
    const { stdout } = await run(path, ['version'], { env: environment({}) }).catch(() => ({ stdout: '' }));
    const minor = /go1\.(\d+)/.exec(stdout)?.[1];
    if (minor !== undefined) releases.set(Number(minor), { minor: Number(minor), path });
  }
  return [...releases.values()].sort((a, b) => a.minor - b.minor);
}

interface HowBuilt {
  /** Beside CGO_ENABLED=1 and CC=gcc. */
  env?: NodeJS.ProcessEnv;
  flags?: readonly string[];
  /** Another program than the usual one. */
  program?: string;
  /** The whole standard library is compiled for it: only by the newest release, or by the oldest too. */
  only?: 'newest' | 'oldest and newest';
}

const STATIC = '-ldflags=-linkmode=external -extldflags=-static';

/** The ways of building that make a difference to where names are resolved, or to what is left in the binary. */
export const WAYS = {
  glibc: {},
  stripped: { flags: ['-ldflags=-s -w'] },
  trimpath: { flags: ['-trimpath', '-ldflags=-X main.unset=1'], only: 'newest' },
  netcgo: { flags: ['-tags=netcgo'] },
  netgo: { flags: ['-tags=netgo,osusergo'] },
  'netgo beside C': { flags: ['-tags=netgo,osusergo'], program: './withc' },
  'static glibc': { flags: [STATIC] },
  musl: { env: { CC: 'musl-gcc' }, flags: ['-ldflags=-linkmode=external'] },
  'static musl': { env: { CC: 'musl-gcc' }, flags: [STATIC] },
  nocgo: { env: { CGO_ENABLED: '0' } },
  'nocgo pie': { env: { CGO_ENABLED: '0' }, flags: ['-buildmode=pie'] },
  'glibc pie': { flags: ['-buildmode=pie'] },
  'static pie': { flags: ['-buildmode=pie', `${STATIC}-pie`] },
  arm64: { env: { CGO_ENABLED: '0', GOARCH: 'arm64' }, only: 'newest' },
  arm: { env: { CGO_ENABLED: '0', GOARCH: 'arm' }, only: 'oldest and newest' },
} as const satisfies Record<string, HowBuilt>;

export type Way = keyof typeof WAYS;

/** No network, no settings of the developer's; what is compiled is kept in the clone. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...{ GO111MODULE: 'on', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '', GOENV: 'off', GOOS: 'linux' },
    ...{ GOCACHE: join(DIRECTORY, 'go-cache'), GOPATH: join(DIRECTORY, 'go-path') },
    ...{ CGO_ENABLED: '1', CC: 'gcc', ...env },
  };
}

/** The ways that a release is to build in. */
export function waysOf(release: Release, all: readonly Release[]): Way[] {
  const isNewest = release === all.at(-1);
  return (Object.keys(WAYS) as Way[]).filter((way) => {
    const { only }: HowBuilt = WAYS[way];
    return only === undefined || isNewest || (only === 'oldest and newest' && release === all[0]);
  });
}

/** Builds in all these ways, one after another: they share much of what is compiled. Returns the paths of the binaries. */
export async function compileWith(release: Release, ways: readonly Way[]): Promise<Map<Way, string>> {
  const binaries = new Map<Way, string>();
  for (const way of ways) binaries.set(way, await compileOne(release, way));
  return binaries;
}

async function compileOne({ minor, path }: Release, way: Way): Promise<string> {
  const { env = {}, flags = [], program = '.' }: HowBuilt = WAYS[way];
  const directory = join(DIRECTORY, 'releases');
  await mkdir(directory, { recursive: true });
  const binary = join(directory, `go1.${minor} ${way}`);
  // Since Go 1.18; they would differ by commit.
  const stamps = minor >= 18 ? ['-buildvcs=false'] : [];
  // Other tests run at the same time, and some of them measure it.
  await run('nice', ['-n', '10', path, 'build', '-p=1', ...stamps, ...flags, '-o', binary, program], {
    cwd: SOURCE,
    env: environment({ GOGC: '400', ...env }),
  });
  return binary;
}

/** What `go version -m -json` tells of a binary: runtime/debug.BuildInfo. */
export async function versionOf({ path }: Release, binary: string): Promise<unknown> {
  const { stdout } = await run(path, ['version', '-m', '-json', binary], { env: environment({}) });
  return JSON.parse(stdout);
}

/** UPX, where scripts/go-releases.sh got it. */
export function upxThere(): string | undefined {
  return globSync(join(SUITES, '*/usr/bin/upx-ucl'))[0];
}

/** Packs a binary by UPX; returns the path of what it makes. */
export async function packed(binary: string): Promise<string> {
  const libraries = globSync(join(SUITES, '*/usr/lib/*-linux-gnu')).join(':');
  const result = `${binary} packed`;
  await run(upxThere() ?? 'upx-ucl', ['-q', '-1', '-f', '-o', result, binary], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
  });
  return result;
}
