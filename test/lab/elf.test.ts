/** What binaries of real compilers and linkers say of themselves, beside readelf. */

import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { copyFile, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { inspectBinary } from '../../src/binary/inspect-binary.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import type { ReadBytes } from '../../src/elf/read-bytes.ts';
import { definedSymbols, readElf } from '../../src/elf/read-elf.ts';
import { compile, compileC, compileLookup } from './builds.ts';
import { readelf } from './readelf.ts';
import { describeInLab } from './requirements.ts';

const run = promisify(execFile);
const COMPILE_MS = 300_000;

/** Hands a file's bytes to something that reads them; how many were read. */
async function reading<T>(
  path: string,
  use: (read: ReadBytes) => Promise<T>,
): Promise<{ value: T; read: number }> {
  await using file = await open(path);
  let read = 0;
  const value = await use(async (position, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    read += bytesRead;
    return buffer.subarray(0, bytesRead);
  });
  return { value, read };
}

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netdns-elf-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The file without section headers, which it needs not to run. */
async function sectionless(path: string): Promise<string> {
  const copy = join(directory, `${basename(path)}-sectionless`);
  await copyFile(path, copy);
  await using file = await open(copy, 'r+');
  const { buffer: start } = await file.read(Buffer.alloc(6), 0, 6, 0);
  // e_shoff, and e_shnum with e_shstrndx: elf(5).
  const [offset, width, count] = start[4] === 1 ? [32, 4, 48] : [40, 8, 60];
  await file.write(Buffer.alloc(width), 0, width, offset);
  await file.write(Buffer.alloc(4), 0, 4, count);
  return copy;
}

/** Each with symbols and without. Only the host's own are stripped by its `strip`. */
async function stripped(path: string): Promise<string> {
  const copy = join(directory, `${basename(path)}-stripped`);
  await run('strip', ['-o', copy, path]);
  return copy;
}

const PROGRAM_TYPES: Readonly<Record<number, string>> = { 1: 'LOAD', 2: 'DYNAMIC', 3: 'INTERP', 4: 'NOTE' };

/** Compares all that is read of a file with what readelf reads. */
async function compare(path: string): Promise<void> {
  const said = await readelf(path);
  const { value, read } = await reading(path, async (bytes) => {
    const elf = await readElf(bytes);
    return { elf, defined: await definedSymbols(bytes, elf) };
  });
  const { elf, defined } = value;
  expect(said.class).toBe(`ELF${elf.bits}`);
  expect(said.data).toContain(elf.littleEndian ? 'little' : 'big');
  expect(said.type).toBe({ 2: 'EXEC', 3: 'DYN' }[elf.type]);
  const programs = elf.programs.flatMap(({ type, offset, address, fileSize }) => {
    const name = PROGRAM_TYPES[type];
    return name === undefined ? [] : [{ type: name, offset, address, fileSize }];
  });
  expect(programs).toEqual(said.programs);
  const sections = elf.sections.map(({ name, address, offset, size }) => ({ name, address, offset, size }));
  expect(sections).toEqual(said.sections);
  expect(elf.interpreter).toBe(said.interpreter);
  expect(elf.dynamic?.needed ?? []).toEqual(said.needed);
  expect(elf.dynamic?.soname).toBe(said.soname);
  expect(elf.dynamic?.runpath ?? []).toEqual(said.runpath);
  expect(elf.dynamic?.versionsNeeded ?? []).toEqual(said.versionsNeeded);
  expect(elf.dynamic?.versionsDefined ?? []).toEqual(said.versionsDefined);
  const imports = elf.dynamic?.imports.map(({ name, version }) => ({ name, ...(version && { version }) }));
  expect(imports ?? []).toEqual(said.imports);
  expect([...defined].sort()).toEqual(said.defined.sort());
  expect(read).toBeLessThan(2 << 20);

  // Without section headers readelf sees little, and this the same.
  const bare = await reading(await sectionless(path), async (bytes) => {
    const without = await readElf(bytes);
    return { elf: without, defined: await definedSymbols(bytes, without) };
  });
  expect(bare.value).toEqual({ elf: { ...elf, sections: [] }, defined });
}

describeInLab('ELF files beside readelf', () => {
  it.each(['amd64', 'arm64', 'arm', '386', 'riscv64', 'ppc64le', 's390x'])(
    'Go for %s',
    async (arch) => {
      const path = await compileLookup(arch, [], { GOARCH: arch });
      await compare(path);
      const { value } = await reading(path, readElf);
      expect(value.arch).toBe(arch);
    },
    COMPILE_MS,
  );

  it.each(['amd64', 'arm64'])(
    'Go for %s, without cgo and -buildmode=pie',
    async (arch) => {
      await compare(await compileLookup(`${arch}-pie`, ['-buildmode=pie'], { GOARCH: arch }));
    },
    COMPILE_MS,
  );

  it.each(['glibc', 'musl', 'netgo', 'nocgo', 'strayed'] as const)(
    'Go: %s, also stripped',
    async (build) => {
      const path = await compile(build);
      await compare(path);
      await compare(await stripped(path));
    },
    COMPILE_MS,
  );

  it.each<[string, string, string[]]>([
    ['dynamic', 'gcc', ['-no-pie']],
    ['pie', 'gcc', ['-pie', '-fPIE']],
    ['hashed', 'gcc', ['-Wl,--hash-style=sysv', '-Wl,-rpath,/opt/lib:$ORIGIN', '-rdynamic', '-s']],
    ['rpath', 'gcc', ['-Wl,--hash-style=gnu', '-Wl,-rpath,/opt/lib', '-Wl,--disable-new-dtags', '-rdynamic']],
    ['relr', 'gcc', ['-pie', '-fPIE', '-Wl,-z,pack-relative-relocs']],
    ['static', 'gcc', ['-static']],
    ['static-pie', 'gcc', ['-static-pie', '-fPIE']],
    ['musl', 'musl-gcc', ['-no-pie']],
    ['musl-pie', 'musl-gcc', ['-pie', '-fPIE']],
    ['musl-static', 'musl-gcc', ['-static']],
  ])(
    'C: %s by %s',
    async (name, compiler, flags) => {
      await compare(await compileC(name, compiler, flags));
    },
    COMPILE_MS,
  );

  it('libraries and loaders: of glibc and musl, C++ and what a shell needs', async () => {
    const found = globSync([
      '/lib/*/libc.so.6',
      '/lib/*/ld-linux*.so.*',
      '/lib/*/libresolv.so.2',
      '/lib/*/libtinfo.so.6',
      '/lib/ld-musl-*.so.1',
      '/usr/lib/*/libstdc++.so.6',
    ]);
    expect(found.length).toBeGreaterThan(3);
    for (const path of found) await compare(path);
  });
}, ['readelf', 'strip']);

/** How lookup.go may be built, and what then is to be told of it. */
const CGO = { CGO_ENABLED: '1' };
const MUSL = { ...CGO, CC: 'musl-gcc' };
const EXTERNAL = '-linkmode=external';
const STATIC = `-ldflags=${EXTERNAL} -extldflags=-static`;
const LOOKUPS: [string, string[], NodeJS.ProcessEnv, Partial<BinaryFacts>][] = [
  ['nocgo', [], {}, { linkage: 'static', libc: 'none', cgoResolver: 'absent' }],
  ['netgo', ['-tags=netgo'], CGO, { linkage: 'static', libc: 'none', cgoResolver: 'absent' }],
  ['cgo', [], CGO, { linkage: 'dynamic', libc: 'glibc', cgoResolver: 'present' }],
  ['cgo-pie', ['-buildmode=pie'], CGO, { linkage: 'pie', libc: 'glibc', cgoResolver: 'present' }],
  ['nocgo-pie', ['-buildmode=pie'], {}, { linkage: 'pie', libc: 'none', cgoResolver: 'absent' }],
  [
    'netgo-external',
    ['-tags=netgo', `-ldflags=${EXTERNAL}`],
    CGO,
    { linkage: 'dynamic', libc: 'glibc', cgoResolver: 'absent' },
  ],
  ['cgo-static', [STATIC], CGO, { linkage: 'static', libc: 'glibc', cgoResolver: 'present' }],
  ['netgo-static', ['-tags=netgo', STATIC], CGO, { linkage: 'static', libc: 'glibc', cgoResolver: 'absent' }],
  [
    'cgo-static-pie',
    ['-buildmode=pie', `-ldflags=${EXTERNAL} -extldflags=-static-pie`],
    CGO,
    { linkage: 'static-pie', libc: 'glibc', cgoResolver: 'present' },
  ],
  ['musl', [`-ldflags=${EXTERNAL}`], MUSL, { linkage: 'dynamic', libc: 'musl', cgoResolver: 'present' }],
  [
    'musl-pie',
    ['-buildmode=pie', `-ldflags=${EXTERNAL}`],
    MUSL,
    { linkage: 'pie', libc: 'musl', cgoResolver: 'present' },
  ],
  ['musl-static', [STATIC], MUSL, { linkage: 'static', libc: 'musl', cgoResolver: 'present' }],
  [
    'musl-netgo-static',
    ['-tags=netgo', STATIC],
    MUSL,
    { linkage: 'static', libc: 'musl', cgoResolver: 'absent' },
  ],
  ['trimmed', ['-trimpath', '-ldflags=-s -w -buildid='], CGO, { linkage: 'dynamic', cgoResolver: 'present' }],
];

describeInLab('what a Go program says of itself', () => {
  it.each(LOOKUPS)(
    '%s: %j %j, also stripped, also without sections',
    async (name, flags, env, expected) => {
      const path = await compileLookup(`as-${name}`, flags, env);
      const bare = await stripped(path);
      for (const file of [path, bare, await sectionless(bare)]) {
        const { value, read } = await reading(file, inspectBinary);
        expect(value, file).toMatchObject({ ...expected, isGo: true });
        expect(value.build?.settings.get('CGO_ENABLED')).toBe(env.CGO_ENABLED ?? '0');
        expect(value.glibcNeeded !== undefined).toBe(
          value.libc === 'glibc' && value.interpreter !== undefined,
        );
        expect(read).toBeLessThan(8 << 20);
      }
    },
    COMPILE_MS,
  );

  // What garble leaves: `unknown` for a version, no modules, no names of functions.
  const CALL = '\0net._C2func_getaddrinfo\0';
  const CONTROL = '\0sync.(*Once).doSlow\0';
  it.each<['netgo' | 'glibc', string, string[], BinaryFacts['cgoResolver']]>([
    ['netgo', 'none', [], 'absent'],
    ['netgo', 'none', [CONTROL], 'unknown'],
    ['netgo', 'unknown', [], 'absent'],
    ['netgo', 'unknown', [CONTROL], 'unknown'],
    ['glibc', 'none', [CONTROL, CALL], 'present'],
    ['glibc', 'unknown', [CONTROL, CALL], 'present'],
  ])(
    '%s, of version %s, in which %j have other names: %s',
    async (build, version, renamed, cgoResolver) => {
      const bytes = await readFile(await compile(build));
      const at = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
      if (version === 'none') bytes.fill(0, at, at + 16);
      else bytes.write('\x07unknown\0', at + 32, 'latin1');
      for (const name of renamed) bytes.write('\0x', bytes.indexOf(name, 0, 'latin1'), 'latin1');
      const path = join(directory, 'renamed');
      await writeFile(path, bytes);
      expect((await reading(path, inspectBinary)).value).toMatchObject({ isGo: true, cgoResolver });
    },
    COMPILE_MS,
  );

  it(
    'one for another system is none that Linux runs',
    async () => {
      const path = await compileLookup('freebsd', [], { GOOS: 'freebsd' });
      await expect(reading(path, inspectBinary)).rejects.toThrow(ElfError);
      await expect(reading(path, inspectBinary)).rejects.toThrow('GOOS="freebsd"');
    },
    COMPILE_MS,
  );
}, ['strip']);
