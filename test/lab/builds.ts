/** The application of lookup.go, with every kind of resolver that Go can have. */

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SOURCE = fileURLToPath(new URL('lookup.go', import.meta.url));
const DIRECTORY = fileURLToPath(new URL('build', import.meta.url));

const builds = {
  /** Go's own resolver and nothing else, because there is no cgo. */
  nocgo: { env: { CGO_ENABLED: '0' }, flags: [] },
  /** Go's own resolver and nothing else, by build tag. */
  netgo: { env: { CGO_ENABLED: '1', CC: 'gcc' }, flags: ['-tags=netgo'] },
  /** Either resolver; getaddrinfo is glibc's. */
  glibc: { env: { CGO_ENABLED: '1', CC: 'gcc' }, flags: [] },
  /** Either resolver; getaddrinfo is musl's, as in a program built in golang:alpine. */
  musl: { env: { CGO_ENABLED: '1', CC: 'musl-gcc' }, flags: ['-ldflags=-linkmode=external'] },
  /** Names a loader that is not here, as the glibc build does in Alpine. */
  strayed: { env: { CGO_ENABLED: '1', CC: 'gcc' }, flags: ['-ldflags=-I /lib/ld-of-another-image.so.1'] },
} as const;

export type Build = keyof typeof builds;

/** No network, no modules, no settings of the developer's. */
const HERMETIC = { GO111MODULE: 'off', GOPROXY: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '', GOENV: 'off' };

/** Compiles a build unless it is up to date, which `go build` tells by content; returns the path of the binary. */
export async function compile(build: Build): Promise<string> {
  await mkdir(DIRECTORY, { recursive: true });
  const { env, flags } = builds[build];
  const binary = join(DIRECTORY, build);
  const goBuild = ['go', 'build', ...flags, '-o', binary, SOURCE];
  // Test files run at the same time and share the binaries.
  await run('flock', [`${binary}.lock`, ...goBuild], { env: { ...process.env, ...HERMETIC, ...env } });
  return binary;
}

/** The minor version of the Go that compiles the builds: 19 for go1.19.8. */
export async function goMinorVersion(): Promise<number> {
  const { stdout } = await run('go', ['env', 'GOVERSION'], { env: { ...process.env, ...HERMETIC } });
  const minor = /^go1\.(\d+)/.exec(stdout)?.[1];
  if (minor === undefined) throw new Error(`go env GOVERSION says ${stdout}`);
  return Number(minor);
}
