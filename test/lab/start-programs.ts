/** Programs in all the ways that Go and C are linked, each asking for something else. All exit with 0 once started. */

import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compile, compileIdle, compileLookup } from './builds.ts';

const run = promisify(execFile);
const NEEDS = fileURLToPath(new URL('needs.c', import.meta.url));
const STATIC = '-ldflags=-linkmode external -extldflags -static';

const cgo = (CC: string, more: NodeJS.ProcessEnv = {}) => ({ CGO_ENABLED: '1', CC, ...more });

/** Programs by what is told of them: paths. Those of Go are kept, for they take long to build. */
export async function compilePrograms(directory: string): Promise<Record<string, string>> {
  const extra = await library(directory, 'extra', { soname: 'libextra.so', symbol: 'extra' });
  // As a later glibc has it; not in libc.so.6, for the linker takes one file of that name.
  const later = await library(directory, 'later', {
    ...{ soname: 'libm.so.6', symbol: 'later' },
    versions: 'GLIBC_2.99 { global: later; };',
  });
  const c = (name: string, ...flags: string[]) => compileC(directory, name, 'gcc', flags);
  // One beside the program needs another there.
  const inner = await library(directory, 'inner', { soname: 'libinner.so', symbol: 'inner' });
  const outer = await library(directory, 'outer', { soname: 'libouter.so', symbol: 'extra', needs: inner });
  const nested = ['-DEXTRA', outer, '-Wl,--allow-shlib-undefined'];
  const [carried, soname] = ['-Wl,-rpath,$ORIGIN/lib', '-Wl,--no-as-needed'];
  return {
    'no cgo': await compile('nocgo'),
    netgo: await compile('netgo'),
    'cgo of glibc': await compile('glibc'),
    'cgo of musl': await compile('musl'),
    'another loader': await compile('strayed'),
    'no cgo, PIE': await compileLookup('pie-nocgo', ['-buildmode=pie'], {}),
    'cgo of glibc, PIE': await compileLookup('pie-cgo', ['-buildmode=pie'], cgo('gcc')),
    'cgo of glibc, static': await compileLookup('static-glibc', [STATIC], cgo('gcc')),
    'cgo of musl, static': await compileLookup('static-musl', [STATIC], cgo('musl-gcc')),
    'cgo with libresolv': await compileLookup(
      'libresolv',
      ['-ldflags=-linkmode external -extldflags "-Wl,--no-as-needed -lresolv"'],
      cgo('gcc'),
    ),
    'C of glibc': await c('plain'),
    'large files (fcntl64)': await c('large-files', '-D_FILE_OFFSET_BITS=64'),
    'fortified (__printf_chk)': await c('fortified', '-O2', '-D_FORTIFY_SOURCE=2'),
    'a later glibc': await c('later', '-DLATER', later),
    libgcc: await c('libgcc', soname, '-l:libgcc_s.so.1'),
    'a library in /usr/local/lib': await c('extra', '-DEXTRA', extra),
    'a library of a library beside it, DT_RUNPATH': await c(
      'runpath',
      ...[...nested, carried, '-Wl,--enable-new-dtags'],
    ),
    'a library of a library beside it, DT_RPATH': await c(
      'rpath',
      ...[...nested, carried, '-Wl,--disable-new-dtags'],
    ),
    'a library beside it': await c('carried', '-DEXTRA', extra, carried, '-Wl,--enable-new-dtags'),
    'C of musl': await compileC(directory, 'musl', 'musl-gcc', []),
    'C of musl, a library in /usr/local/lib': await compileC(directory, 'musl-extra', 'musl-gcc', [
      '-DEXTRA',
      extra,
    ]),
  };
}

/** Of another processor. */
export function compileForeign(arch: string): Promise<string> {
  return compileIdle(arch, [], { GOARCH: arch });
}

/** Libraries that some of them ask for: to be beside the program, in `lib`; the first is also in /usr/local/lib. */
export function ownLibraries(directory: string): [string, ...string[]] {
  return [
    join(directory, 'extra', 'libextra.so'),
    join(directory, 'inner', 'libinner.so'),
    join(directory, 'outer', 'libouter.so'),
  ];
}

async function compileC(
  directory: string,
  name: string,
  compiler: string,
  flags: readonly string[],
): Promise<string> {
  const binary = join(directory, `c-${name}`);
  await run(compiler, ['-O1', NEEDS, ...flags, '-o', binary]);
  return binary;
}

interface Library {
  soname: string;
  symbol: string;
  versions?: string;
  /** Path of a library that it needs. */
  needs?: string;
}

/** A library of one function that needs no libc. */
async function library(
  directory: string,
  name: string,
  { soname, symbol, versions, needs }: Library,
): Promise<string> {
  const place = join(directory, name);
  await mkdir(place, { recursive: true });
  const [source, map, file] = [join(place, 'library.c'), join(place, 'versions'), join(place, soname)];
  await writeFile(source, `void ${symbol}(void) {}\n`);
  await writeFile(map, versions ?? '{ global: *; };');
  await run('gcc', [
    ...['-shared', '-fPIC', '-nostdlib', source, '-o', file],
    ...[`-Wl,-soname,${soname}`, `-Wl,--version-script=${map}`],
    ...(needs === undefined ? [] : ['-Wl,--no-as-needed', needs]),
  ]);
  return file;
}
