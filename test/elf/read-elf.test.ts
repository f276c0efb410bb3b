import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElfError } from '../../src/elf/elf-error.ts';
import { definedSymbols, readElf } from '../../src/elf/read-elf.ts';
import { type Linked, type LinkedSymbol, linkedFile } from './dynamic-writer.ts';
import { counting, ENCODINGS, type Encoding, elfFile, LOAD } from './elf-writer.ts';

const LITTLE_64: Encoding = { bits: 64, littleEndian: true };
const elfOf = (bytes: Uint8Array) => readElf(counting(bytes).read);
const symbolsOf = async (bytes: Uint8Array) => {
  const { read } = counting(bytes);
  return definedSymbols(read, await readElf(read));
};

const SYMBOLS: readonly LinkedSymbol[] = [
  { name: 'getaddrinfo', version: 'GLIBC_2.2.5', hidden: true },
  { name: 'pthread_create', version: 'GLIBC_2.34' },
  { name: '__gmon_start__', binding: 2 },
  { name: 'nobody', binding: 0 },
  { name: 'unversioned' },
  { name: 'main', defined: true },
  { name: 'weakly', defined: true, binding: 2 },
  { name: 'inside', defined: true, binding: 0 },
  { name: 'unique', defined: true, binding: 10 },
];
const NEEDS = [
  { library: 'libc.so.6', versions: ['GLIBC_2.34', 'GLIBC_2.2.5'] },
  { library: 'libm.so.6', versions: ['GLIBC_2.29'] },
  { library: 'libm.so.6', versions: ['GLIBC_2.38'], weak: true },
];

describe.each(ENCODINGS)('$bits bits, little endian $littleEndian', (encoding) => {
  const program: Linked = {
    ...encoding,
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    needed: ['libc.so.6', 'libm.so.6'],
    runpath: '$ORIGIN/../lib:/opt/lib',
    symbols: SYMBOLS,
    needs: NEEDS,
  };

  it.each(['hash', 'gnu-hash', 'none'] as const)('tells all, symbols counted by %s', async (count) => {
    const { interpreter, dynamic, type } = await elfOf(linkedFile({ ...program, count }));
    expect({ interpreter, type }).toEqual({ interpreter: '/lib64/ld-linux-x86-64.so.2', type: 3 });
    expect(dynamic).toEqual({
      needed: ['libc.so.6', 'libm.so.6'],
      runpath: ['$ORIGIN/../lib', '/opt/lib'],
      versionsNeeded: [
        { library: 'libc.so.6', versions: ['GLIBC_2.34', 'GLIBC_2.2.5'] },
        { library: 'libm.so.6', versions: ['GLIBC_2.29'] },
      ],
      versionsDefined: [],
      imports: [
        { name: 'getaddrinfo', version: 'GLIBC_2.2.5', library: 'libc.so.6' },
        { name: 'pthread_create', version: 'GLIBC_2.34', library: 'libc.so.6' },
        { name: 'unversioned' },
      ],
    });
  });

  it.each(['hash', 'gnu-hash', 'none'] as const)(
    'tells what a library defines, symbols counted by %s',
    async (count) => {
      const defines = ['libx.so.1', 'X_1.0', 'X_1.1'];
      const bytes = linkedFile({
        ...encoding,
        soname: 'libx.so.1',
        symbols: SYMBOLS.slice(4),
        defines,
        count,
      });
      expect((await elfOf(bytes)).dynamic).toMatchObject({
        soname: 'libx.so.1',
        needed: [],
        versionsDefined: defines,
      });
      expect(await symbolsOf(bytes)).toEqual(new Set(['main', 'weakly', 'unique']));
    },
  );

  it('sees the imports of a program that defines nothing, whose DT_GNU_HASH has no symbol', async () => {
    const symbols = SYMBOLS.slice(0, 2);
    const { dynamic } = await elfOf(linkedFile({ ...program, symbols, count: 'gnu-hash' }));
    expect(dynamic?.imports.map(({ name }) => name)).toEqual(['getaddrinfo', 'pthread_create']);
  });

  it('sees all of many symbols', async () => {
    const symbols = Array.from({ length: 5000 }, (_, at) => ({ name: `s${at}` }));
    const { dynamic } = await elfOf(linkedFile({ ...encoding, symbols }));
    expect(dynamic?.imports).toEqual(symbols);
  });

  it('takes DT_RPATH where there is no DT_RUNPATH', async () => {
    const { runpath, ...rest } = program;
    expect((await elfOf(linkedFile({ ...rest, rpath: '/a::/b' }))).dynamic?.runpath).toEqual(['/a', '/b']);
    expect((await elfOf(linkedFile({ ...program, rpath: '/a' }))).dynamic?.runpath).toEqual([
      '$ORIGIN/../lib',
      '/opt/lib',
    ]);
    expect((await elfOf(linkedFile(rest))).dynamic?.runpath).toEqual([]);
  });

  it('names sections, and has none where there are none or their names do not end', async () => {
    expect((await elfOf(elfFile({ ...encoding, sections: ['.text', '.data'] }))).sections).toMatchObject([
      { name: '' },
      { name: '.text' },
      { name: '.data' },
      { name: '.shstrtab', type: 3 },
    ]);
    const cut = elfFile({ ...encoding, sections: ['.text'] });
    const end = Buffer.from(cut).indexOf('.shstrtab\0') + '.shstrtab'.length;
    cut[end] = 0x78;
    for (const bytes of [elfFile(encoding), cut]) {
      expect(await elfOf(bytes)).toMatchObject({ sections: [], programs: [] });
    }
  });

  it('a program without PT_DYNAMIC has nothing of the loader', async () => {
    const elf = await elfOf(elfFile({ ...encoding, segments: [{ type: LOAD, content: Buffer.from('x') }] }));
    expect(elf).not.toHaveProperty('dynamic');
    expect(elf).not.toHaveProperty('interpreter');
  });
});

describe('processors', () => {
  it.each<[number, Encoding, string]>([
    [62, LITTLE_64, 'amd64'],
    [62, { bits: 32, littleEndian: true }, '62'],
    [3, { bits: 32, littleEndian: true }, '386'],
    [183, LITTLE_64, 'arm64'],
    [40, { bits: 32, littleEndian: true }, 'arm'],
    [40, { bits: 32, littleEndian: false }, 'armbe'],
    [243, LITTLE_64, 'riscv64'],
    [243, { bits: 32, littleEndian: true }, '243'],
    [21, LITTLE_64, 'ppc64le'],
    [21, { bits: 64, littleEndian: false }, 'ppc64'],
    [22, { bits: 64, littleEndian: false }, 's390x'],
    [258, LITTLE_64, 'loong64'],
    [8, { bits: 32, littleEndian: true }, 'mipsle'],
    [8, { bits: 64, littleEndian: false }, 'mips64'],
    [999, LITTLE_64, '999'],
  ])('e_machine %d, %o: %s', async (machine, encoding, arch) => {
    expect(await elfOf(elfFile({ ...encoding, machine }))).toMatchObject({ machine, arch });
  });

  it('s390x counts symbols by numbers of 8 bytes', async () => {
    const big: Encoding = { bits: 64, littleEndian: false };
    const symbols = [{ name: 'getaddrinfo' }];
    const { dynamic } = await elfOf(linkedFile({ ...big, machine: 22, symbols }));
    expect(dynamic?.imports).toEqual(symbols);
  });
});

/** Where the value of a DT_ entry is, in a file of 64 bits that begins with the lowest byte. */
function entryAt(bytes: Uint8Array, tag: number): number {
  const view = new DataView(bytes.buffer);
  for (let at = Number(view.getBigUint64(64 + 56 + 8, true)); at < bytes.length - 8; at += 16) {
    if (view.getBigUint64(at, true) === BigInt(tag)) return at + 8;
  }
  throw new Error(`no entry ${tag}`);
}

const DT = {
  hash: 4,
  strtab: 5,
  symtab: 6,
  strsz: 10,
  gnuHash: 0x6ffffef5,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
};

describe('what the kernel and ld.so take', () => {
  const bytesOf = (more: Partial<Linked> = {}) =>
    linkedFile({ ...LITTLE_64, needed: ['libc.so.6'], ...more });

  it('the last PT_DYNAMIC', async () => {
    const bytes = bytesOf({ interpreter: '/lib/ld.so' });
    const view = new DataView(bytes.buffer);
    // The third segment is what the second was, which is then nowhere.
    bytes.copyWithin(64 + 112, 64 + 56, 64 + 112);
    view.setBigUint64(64 + 56 + 16, 1n << 40n, true);
    expect((await elfOf(bytes)).dynamic?.needed).toEqual(['libc.so.6']);
  });

  it('the first PT_INTERP', async () => {
    const segments = ['/first', '/second'].map((name) => ({ type: 3, content: Buffer.from(`${name}\0`) }));
    expect((await elfOf(elfFile({ ...LITTLE_64, segments }))).interpreter).toBe('/first');
  });

  it('records of versions up to the last, whatever their number', async () => {
    const bytes = bytesOf({ needs: NEEDS });
    new DataView(bytes.buffer).setBigUint64(entryAt(bytes, DT.verneednum), 9n, true);
    expect((await elfOf(bytes)).dynamic?.versionsNeeded).toHaveLength(2);
    expect((await elfOf(bytes)).dynamic?.versionsNeeded[1]?.versions).toEqual(['GLIBC_2.29']);
  });
});

describe('nonsense', () => {
  const linked: Linked = {
    ...LITTLE_64,
    interpreter: '/lib/ld.so',
    needed: ['libc.so.6'],
    symbols: SYMBOLS,
    needs: NEEDS,
  };
  type Patch = (view: DataView, at: (tag: number) => number) => void;
  const patched = (patch: Patch, more: Partial<Linked> = {}) => {
    const bytes = linkedFile({ ...linked, ...more });
    patch(new DataView(bytes.buffer), (tag) => entryAt(bytes, tag));
    return bytes;
  };
  const pointed = (view: DataView, at: number) => Number(view.getBigUint64(at, true));

  it.each<[string, Patch, Partial<Linked>?]>([
    ['names of 2^63 bytes', (view, at) => view.setBigUint64(at(DT.strsz), 1n << 63n, true)],
    ['names that end before', (view, at) => view.setBigUint64(at(DT.strsz), 5n, true)],
    ['names in no segment', (view, at) => view.setBigUint64(at(DT.strtab), 1n << 40n, true)],
    ['symbols in no segment', (view, at) => view.setBigUint64(at(DT.symtab), 0n, true)],
    [
      '2^32 - 1 symbols by DT_HASH',
      (view, at) => view.setUint32(pointed(view, at(DT.hash)) + 4, 0xffff_ffff, true),
    ],
    [
      'more symbols than the file',
      (view, at) => view.setUint32(pointed(view, at(DT.hash)) + 4, 100_000, true),
    ],
    [
      '2^32 - 1 buckets',
      (view, at) => view.setUint32(pointed(view, at(DT.gnuHash)), 0xffff_ffff, true),
      { count: 'gnu-hash' },
    ],
    ['2^32 records of versions', (view, at) => view.setBigUint64(at(DT.verneednum), 1n << 32n, true)],
    [
      'a record of versions beyond',
      (view, at) => view.setUint32(pointed(view, at(DT.verneed)) + 12, 0xffff_fff0, true),
    ],
    ['PT_DYNAMIC in no segment', (view) => view.setBigUint64(64 + 56 + 16, 1n << 40n, true)],
    ['a loader of 5000 characters', () => {}, { interpreter: 'x'.repeat(5000) }],
    ['a loader of 2^40 bytes', (view) => view.setBigUint64(64 + 112 + 32, 1n << 40n, true)],
    [
      'a loader that goes on behind its end',
      (view) => view.setBigUint64(64 + 112 + 32, 6n, true),
      { interpreter: '/ld\0xyz' },
    ],
    ['a loader without end', (view) => view.setBigUint64(64 + 112 + 32, 3n, true)],
    [
      'a loader that the file ends in',
      (view) => view.setBigUint64(64 + 112 + 8, BigInt(view.byteLength - 2), true),
    ],
    ['2000 libraries needed', () => {}, { needed: Array.from({ length: 2000 }, (_, at) => `lib${at}.so`) }],
  ])('%s: an ElfError, after little', async (_, patch, more) => {
    const { read, counts } = counting(patched(patch, more));
    await expect(readElf(read)).rejects.toThrow(ElfError);
    expect(counts.reads).toBeLessThan(40);
    expect(counts.read).toBeLessThan(200_000);
    expect(counts.asked).toBeLessThan(1 << 20);
  });

  it('a read that fails is no answer', async () => {
    await expect(readElf(() => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  });

  /** The file with more behind it, all in its first segment; and where that begins. */
  function extended(bytes: Uint8Array, more: number): { view: DataView; start: number } {
    const start = Math.ceil(bytes.length / 16) * 16;
    const longer = new Uint8Array(start + more);
    longer.set(bytes);
    const view = new DataView(longer.buffer);
    view.setBigUint64(64 + 32, BigInt(longer.length) - view.getBigUint64(64 + 8, true), true);
    return { view, start };
  }

  it.each([4 << 20, 5000])('a chain of hashes without end in %d bytes costs few reads', async (length) => {
    const original = linkedFile({ ...linked, count: 'gnu-hash' });
    const { view, start } = extended(original, length);
    view.setBigUint64(entryAt(original, DT.gnuHash), BigInt(start), true);
    // One bucket, from symbol 1 on, no bloom filter; then a chain of zeros, none of which is its end.
    [1, 1, 0, 0, 1].forEach((word, at) => void view.setUint32(start + 4 * at, word, true));
    const { read, counts } = counting(new Uint8Array(view.buffer));
    await expect(readElf(read)).rejects.toThrow(ElfError);
    expect(counts.reads).toBeLessThan(300);
    expect(counts.read).toBeLessThan(2 << 20);
  });

  it('names that share their bytes are not more than so many characters', async () => {
    const count = 250_000;
    const length = 2 << 20;
    const original = linkedFile({ ...LITTLE_64, symbols: [{ name: 'a' }] });
    const { view, start } = extended(original, count * 24 + length);
    // Each symbol has the name of the one before without its first letter.
    for (let index = 0; index < count; index++) {
      view.setUint32(start + index * 24, index, true);
      view.setUint8(start + index * 24 + 4, 0x10);
    }
    new Uint8Array(view.buffer, start + count * 24, length - 1).fill(0x78);
    view.setBigUint64(entryAt(original, DT.symtab), BigInt(start), true);
    view.setBigUint64(entryAt(original, DT.strtab), BigInt(start + count * 24), true);
    view.setBigUint64(entryAt(original, DT.strsz), BigInt(length), true);
    view.setUint32(pointed(view, entryAt(original, DT.hash)) + 4, count, true);
    const before = performance.now();
    await expect(elfOf(new Uint8Array(view.buffer))).rejects.toThrow(/names of more than/);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('any change of a file', () => {
  const originals = ENCODINGS.flatMap((encoding) =>
    (['hash', 'gnu-hash', 'none'] as const).map((count) =>
      linkedFile({
        ...encoding,
        interpreter: '/lib/ld.so',
        needed: ['libc.so.6'],
        symbols: SYMBOLS,
        needs: NEEDS,
        defines: ['a', 'b'],
        sections: ['.text'],
        count,
      }),
    ),
  );
  const changes = fc.array(
    fc.tuple(fc.nat(1500), fc.constantFrom(0, 1, 2, 5, 16, 0x7f, 0x80, 0xff), fc.constantFrom(1, 4, 8)),
    { maxLength: 6 },
  );
  const changed = fc
    .tuple(fc.constantFrom(...originals), changes, fc.oneof(fc.constant(4000), fc.nat(1500)))
    .map(([original, edits, end]) => {
      const bytes = Uint8Array.from(original);
      for (const [at, byte, length] of edits) bytes.fill(byte, at, at + length);
      return bytes.subarray(0, end);
    });

  it('is told as an ElfError or gives a value, after little', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
        const { read, counts } = counting(bytes);
        try {
          await definedSymbols(read, await readElf(read));
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
        }
        expect(counts.reads).toBeLessThan(100);
        expect(counts.read).toBeLessThan(100_000);
      }),
      { numRuns: 3000 },
    );
  });
});
