import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { inspectBinary } from '../../src/binary/inspect-binary.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import { type Linked, linkedFile } from '../elf/dynamic-writer.ts';
import { counting, ENCODINGS, elfFile, LOAD, NOTE, note, R, type Segment, W, X } from '../elf/elf-writer.ts';

const ENCODING = { bits: 64, littleEndian: true } as const;
const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2';
const MUSL_LOADER = '/lib/ld-musl-x86_64.so.1';
const inspect = (bytes: Uint8Array) => inspectBinary(counting(bytes).read);
const linked = (of: Partial<Linked>) => inspect(linkedFile({ ...ENCODING, ...of }));

describe('linkage', () => {
  it.each<[number, string | undefined, BinaryFacts['linkage']]>([
    [2, GLIBC_LOADER, 'dynamic'],
    [3, GLIBC_LOADER, 'pie'],
    [2, undefined, 'static'],
    [3, undefined, 'static-pie'],
  ])('type %d with loader %s: %s', async (type, interpreter, linkage) => {
    const facts = await linked({ type, ...(interpreter && { interpreter }) });
    expect(facts.linkage).toBe(linkage);
    expect(facts.interpreter).toBe(interpreter);
  });

  it.each<[string, Partial<Linked>]>([
    ['an object file', { type: 1 }],
    ['a core dump', { type: 4 }],
    ['a shared library', { needed: ['libc.so.6'], soname: 'libx.so.1' }],
  ])('%s is no program', async (_, of) => {
    await expect(linked(of)).rejects.toThrow(/^no program/);
    await expect(linked(of)).rejects.toThrow(ElfError);
  });
});

describe('libc of a program with a loader', () => {
  const glibc = [{ library: 'libc.so.6', versions: ['GLIBC_2.34'] }];
  it.each<[string, BinaryFacts['libc'], Partial<Linked>]>([
    ['glibc', 'glibc', { interpreter: GLIBC_LOADER, needed: ['libc.so.6'], needs: glibc }],
    ['glibc by its name alone', 'glibc', { interpreter: '/opt/ld.so', needed: ['libc.so.6'] }],
    ['glibc by versions alone', 'glibc', { interpreter: '/opt/ld.so', needed: ['libm.so.6'], needs: glibc }],
    ['glibc by its loader alone', 'glibc', { interpreter: GLIBC_LOADER, needed: ['libsqlite3.so.0'] }],
    [
      'glibc in the store of Nix',
      'glibc',
      { interpreter: '/nix/store/x-glibc-2.40/lib/ld-linux-x86-64.so.2', needed: ['libz.so.1'] },
    ],
    ['musl of Debian', 'musl', { interpreter: MUSL_LOADER, needed: ['libc.so'] }],
    ['musl of Alpine', 'musl', { interpreter: MUSL_LOADER, needed: ['libc.musl-x86_64.so.1'] }],
    ['musl with another loader', 'musl', { interpreter: GLIBC_LOADER, needed: ['libc.musl-x86_64.so.1'] }],
    // ldso/dynlink.c: it takes libc.so.6 for itself.
    ['musl, whatever was asked for', 'musl', { interpreter: MUSL_LOADER, needed: ['libc.so.6'] }],
    ['libc of Android', 'unknown', { interpreter: '/system/bin/linker64', needed: ['libc.so'] }],
    ['a loader that nobody knows', 'unknown', { interpreter: '/opt/ld.so', needed: ['libx.so.1'] }],
    ['a loader, but no library: CGO_ENABLED=0 -buildmode=pie', 'none', { interpreter: GLIBC_LOADER }],
  ])('%s: %s', async (_, libc, of) => {
    expect((await linked(of)).libc).toBe(libc);
  });
});

describe('libc within a program without loader', () => {
  const abiTag: Segment = { type: NOTE, content: note(ENCODING, 'GNU\0', 1) };
  const holding = (text: string, flags: number): Segment => {
    return { type: LOAD, flags, content: Buffer.from(text, 'latin1') };
  };
  const MUSL = '…\0No error information\0';
  it.each<[string, BinaryFacts['libc'], Segment[]]>([
    ['nothing', 'none', []],
    ['the note of crt1.o of glibc', 'glibc', [abiTag]],
    ['a note of another kind', 'none', [{ type: NOTE, content: note(ENCODING, 'GNU\0', 3) }]],
    ['texts of glibc', 'glibc', [holding('\0\0GLIBC_TUNABLES\0', R)]],
    ['texts of musl', 'musl', [holding('code', R | X), holding(MUSL, R)]],
    ['texts of musl across what is read at once', 'musl', [holding('\xff'.repeat((1 << 18) - 9) + MUSL, R)]],
    ['texts of musl with the code', 'musl', [holding(MUSL, R | X), holding('data', R | W)]],
    ['what a Go program says of musl', 'none', [holding('No error information', R)]],
    ['texts of musl in what is written to', 'none', [holding('constants', R), holding(MUSL, R | W)]],
  ])('%s: %s', async (_, libc, segments) => {
    expect((await inspect(elfFile({ ...ENCODING, segments }))).libc).toBe(libc);
  });
});

it('a program with more constants than are read: its libc is not known', async () => {
  const head = elfFile({ ...ENCODING, segments: [{ type: LOAD, content: new Uint8Array(16) }] });
  new DataView(head.buffer).setBigUint64(64 + 32, 1n << 40n, true);
  let read = 0;
  const facts = await inspectBinary(async (position, length) => {
    read += length;
    const piece = new Uint8Array(length);
    piece.set(head.subarray(position, position + length));
    return piece;
  });
  expect(facts.libc).toBe('unknown');
  expect(read).toBeLessThan(300 << 20);
});

describe('the glibc that is needed', () => {
  it.each<[string | undefined, string[]]>([
    ['2.34', ['GLIBC_2.2.5', 'GLIBC_2.34', 'GLIBC_2.4']],
    ['2.4', ['GLIBC_2.3.4', 'GLIBC_2.4']],
    ['2.3.4', ['GLIBC_2.3', 'GLIBC_2.3.4', 'GLIBC_2.3.2']],
    ['2.36', ['GLIBC_2.34', 'GLIBC_ABI_DT_RELR']],
    ['2.38', ['GLIBC_2.38', 'GLIBC_ABI_DT_RELR']],
    ['2.34', ['GLIBC_2.34', 'GLIBC_PRIVATE', 'GLIBC_2.99x', 'GLIBC_', 'GLIBCXX_3.4.30', 'GCC_4.2.0']],
    [undefined, ['GLIBCXX_3.4.30']],
    [undefined, []],
  ])('%s of %j', async (newest, versions) => {
    const needs = versions.length > 0 ? [{ library: 'libc.so.6', versions }] : [];
    const facts = await linked({ interpreter: GLIBC_LOADER, needed: ['libc.so.6'], needs });
    expect(facts.glibcNeeded).toBe(newest);
  });

  it('is of all libraries, and of no version that is weak', async () => {
    const needs = [
      { library: 'libc.so.6', versions: ['GLIBC_2.17'] },
      { library: 'libm.so.6', versions: ['GLIBC_2.29'] },
      { library: 'libc.so.6', versions: ['GLIBC_2.38'], weak: true },
    ];
    expect(
      await linked({ interpreter: GLIBC_LOADER, needed: ['libc.so.6', 'libm.so.6'], needs }),
    ).toMatchObject({
      glibcNeeded: '2.29',
    });
  });
});

describe('build information of a program', () => {
  /** As Go's linker writes it since 1.18. */
  function buildInfo(version: string, settings: string): Buffer {
    const [start, end] = ['3077af0c9274080241e1c107e6d618e6', 'f932433186182072008242104116d8f2'];
    const lines = Buffer.from(`path\tx\n${settings}`);
    const info = Buffer.concat([Buffer.from(start, 'hex'), lines, Buffer.from(end, 'hex')]);
    const text = (bytes: Buffer) => [Buffer.from([bytes.length]), bytes];
    const head = Buffer.alloc(32);
    head.write('\xff Go buildinf:\x08\x02', 'latin1');
    return Buffer.concat([head, ...text(Buffer.from(version)), ...text(info)]);
  }
  const program = (before: number, version: string, settings: string, constants = '') => {
    const written = Buffer.concat([Buffer.alloc(before), buildInfo(version, settings)]);
    return elfFile({
      ...ENCODING,
      segments: [
        { type: LOAD, flags: R, content: Buffer.from(constants) },
        { type: LOAD, flags: R | W, content: written },
      ],
    });
  };

  it('CGO_ENABLED=0: nothing of C is in it, whatever its texts are', async () => {
    const facts = await inspect(program(0, 'go1.24.4', 'build\tCGO_ENABLED=0\n', '\0No error information\0'));
    expect(facts).toMatchObject({
      ...{ isGo: true, libc: 'none', cgoResolver: 'absent', cgoResolverBecause: 'built with CGO_ENABLED=0' },
      build: { goVersion: 'go1.24.4' },
    });
  });

  it('is found behind much data where there are no names of sections', async () => {
    expect(await inspect(program(3 << 19, 'go1.24.4', ''))).toMatchObject({
      isGo: true,
      cgoResolver: 'unknown',
    });
  });

  it('of another system: it is no program for Linux', async () => {
    await expect(inspect(program(0, 'go1.24.4', 'build\tGOOS=freebsd\n'))).rejects.toThrow(ElfError);
    expect(await inspect(program(0, 'go1.24.4', 'build\tGOOS=android\n'))).toMatchObject({ isGo: true });
  });
});

describe('a program of which nothing is to be seen', () => {
  it.each(ENCODINGS)('packed by UPX: %o', async (encoding) => {
    // l_info of UPX follows the program headers: a checksum, then its letters.
    const segment = { type: LOAD, flags: R | X, content: Buffer.from('\0\0\0\0UPX!') };
    const place = (encoding.bits === 64 ? 64 + 56 : 52 + 32) + 4;
    const bytes = elfFile({ ...encoding, segments: [{ ...segment, content: new Uint8Array(64) }] });
    bytes.set(Buffer.from('UPX!'), place);
    expect(await inspect(bytes)).toMatchObject({
      packed: 'upx',
      libc: 'unknown',
      cgoResolver: 'unknown',
      isGo: false,
    });
    const elsewhere = await inspect(
      elfFile({ ...encoding, segments: [{ ...segment, content: Buffer.from('…UPX!') }] }),
    );
    expect(elsewhere).not.toHaveProperty('packed');
  });

  it('of C: whether it has the resolver of Go cannot be told', async () => {
    const facts = await linked({
      interpreter: GLIBC_LOADER,
      needed: ['libc.so.6'],
      symbols: [{ name: 'getaddrinfo' }],
      sections: ['.text'],
    });
    expect(facts).toMatchObject({
      isGo: false,
      cgoResolver: 'unknown',
      cgoResolverBecause: 'nothing in it is of Go',
    });
    expect(facts).not.toHaveProperty('build');
  });
});

describe('the resolver of a Go program whose functions have no names', () => {
  const go = { sections: ['.go.buildinfo'] };
  const imported = [{ name: 'getaddrinfo' }];
  it.each<[BinaryFacts['cgoResolver'], string, Partial<Linked>]>([
    ['present', 'imports getaddrinfo', { needed: ['libc.so.6'], symbols: imported }],
    ['absent', 'imports no getaddrinfo', { needed: ['libc.so.6'], symbols: [{ name: 'malloc' }] }],
    ['absent', 'imports no getaddrinfo', { needed: ['libgomp.so.1', 'libstdc++.so.6'] }],
    ['unknown', "Go's net package is in libgo.so.21", { needed: ['libgo.so.21'], symbols: imported }],
    ['unknown', "Go's net package is in libgo.so.21", { needed: ['libgo.so.21'], sections: ['.text'] }],
    ['unknown', "Go's net package is in libstd.so", { needed: ['libstd.so', 'libc.so.6'] }],
    ['unknown', 'statically linked, and the names of its functions are not to be seen', {}],
  ])('%s: %s', async (cgoResolver, cgoResolverBecause, of) => {
    const facts = await linked({ ...go, interpreter: GLIBC_LOADER, ...of });
    expect(facts).toMatchObject({ isGo: true, cgoResolver, cgoResolverBecause });
  });
});

describe('numbers that no file has', () => {
  it.each<[string, number[]]>([
    ['a segment that begins at 2^52 and is as long', [64 + 8, 64 + 32]],
    ['a segment at an address of 2^52', [64 + 16]],
    ['a loader at 2^53 - 1', [64 + 112 + 8]],
  ])('%s: an ElfError, and no such place is read', async (_, places) => {
    const bytes = linkedFile({ ...ENCODING, interpreter: GLIBC_LOADER, needed: ['libc.so.6'] });
    for (const at of places) bytes.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0], at);
    await expect(inspect(bytes)).rejects.toThrow(ElfError);
  });
});

describe('any change of a program', () => {
  const originals = ENCODINGS.map((encoding) =>
    linkedFile({
      ...encoding,
      interpreter: GLIBC_LOADER,
      needed: ['libc.so.6'],
      symbols: [
        { name: 'getaddrinfo', version: 'GLIBC_2.2.5' },
        { name: 'main', defined: true },
      ],
      needs: [{ library: 'libc.so.6', versions: ['GLIBC_2.2.5'] }],
      sections: ['.text', '.go.buildinfo', '.gopclntab'],
    }),
  );
  const changes = fc.array(
    fc.tuple(fc.nat(1200), fc.constantFrom(0, 1, 3, 16, 0x7f, 0xff), fc.constantFrom(1, 7, 8)),
    {
      maxLength: 6,
    },
  );
  const changed = fc.tuple(fc.constantFrom(...originals), changes).map(([original, edits]) => {
    const bytes = Uint8Array.from(original);
    for (const [at, byte, length] of edits) bytes.fill(byte, at, at + length);
    return bytes;
  });

  it('is told as an ElfError or gives facts, after little', async () => {
    await fc.assert(
      fc.asyncProperty(changed, async (bytes) => {
        const { read, counts } = counting(bytes);
        try {
          await inspectBinary(read);
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
        }
        expect(counts.reads).toBeLessThan(1000);
        expect(counts.read).toBeLessThan(1 << 20);
      }),
      { numRuns: 2000 },
    );
  });
});
