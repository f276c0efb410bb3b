/** The application of lookup.go, with every kind of resolver that Go can have. */

import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SOURCE = pathOf('lookup.go');
const DIRECTORY = pathOf('build');

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
  const { env, flags } = builds[build];
  return compileTo(build, (binary) => ['go', 'build', ...flags, '-o', binary, SOURCE], env);
}

/** Programs that print the addresses of names: with Go's own resolver, with glibc's and musl's getaddrinfo. */
export async function compileAddresses(): Promise<Record<'go' | 'glibc' | 'musl', string>> {
  const c = (compiler: string) => (binary: string) => [compiler, '-O1', '-o', binary, pathOf('addresses.c')];
  return {
    go: await compileTo('addresses-go', (binary) => ['go', 'build', '-o', binary, pathOf('addresses.go')], {
      CGO_ENABLED: '0',
    }),
    glibc: await compileTo('addresses-glibc', c('gcc'), {}),
    musl: await compileTo('addresses-musl', c('musl-gcc'), {}),
  };
}

/** A program that handles its UDP sockets badly: sockets.go. */
export function compileSockets(): Promise<string> {
  return compileTo('sockets', (binary) => ['go', 'build', '-o', binary, pathOf('sockets.go')], {
    CGO_ENABLED: '0',
  });
}

/** A program that does nothing, idle.go, built in any way. @param name of the binary */
export function compileIdle(
  name: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const command = (binary: string) => ['go', 'build', ...flags, '-o', binary, pathOf('idle.go')];
  return compileTo(`idle-${name}`, command, { CGO_ENABLED: '0', CC: 'gcc', ...env });
}

/** The application of lookup.go, built in any way. @param name of the binary */
export function compileLookup(
  name: string,
  flags: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const command = (binary: string) => ['go', 'build', ...flags, '-o', binary, SOURCE];
  return compileTo(`lookup-${name}`, command, { CGO_ENABLED: '0', CC: 'gcc', ...env });
}

/** The program of addresses.c, built in any way. @param name of the binary */
export function compileC(name: string, compiler: string, flags: readonly string[]): Promise<string> {
  const command = (binary: string) => [compiler, '-O1', ...flags, '-o', binary, pathOf('addresses.c')];
  return compileTo(`c-${name}`, command, {});
}

/** A program that holds packets of NFQUEUE: hold.c. */
export function compileHold(): Promise<string> {
  const command = (binary: string) => ['gcc', '-O1', '-o', binary, pathOf('hold.c'), '-lnetfilter_queue'];
  return compileTo('hold', command, {});
}

async function compileTo(
  name: string,
  command: (binary: string) => readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  await mkdir(DIRECTORY, { recursive: true });
  const binary = join(DIRECTORY, name);
  // Test files run at the same time and share the binaries.
  await run('flock', [`${binary}.lock`, ...command(binary)], {
    env: { ...process.env, ...HERMETIC, ...env },
  });
  return binary;
}

/** The minor version of the Go that compiles the builds: 19 for go1.19.8. */
export async function goMinorVersion(): Promise<number> {
  const { stdout } = await run('go', ['env', 'GOVERSION'], { env: { ...process.env, ...HERMETIC } });
  const minor = /^go1\.(\d+)/.exec(stdout)?.[1];
  if (minor === undefined) throw new Error(`go env GOVERSION says ${stdout}`);
  return Number(minor);
}

/** The releases of the C libraries that getaddrinfo of these builds is from: `2.36`, `1.2.3`. */
export async function libcVersions(): Promise<{ glibc: string; musl: string }> {
  const { stdout: glibc } = await run('getconf', ['GNU_LIBC_VERSION']);
  // musl's loader without arguments says its version on stderr, and fails.
  const [loader = ''] = globSync('/lib/ld-musl-*.so.1');
  const musl = await run(loader, []).catch(({ stderr }: { stderr: string }) => ({ stdout: stderr }));
  const version = /^Version (\S+)/m.exec(musl.stdout)?.[1];
  if (version === undefined) throw new Error(`${loader} says ${musl.stdout}`);
  return { glibc: glibc.trim().replace('glibc ', ''), musl: version };
}
