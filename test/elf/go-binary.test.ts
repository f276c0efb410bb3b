import { open } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGoBinary } from '../../src/elf/go-binary.ts';
import {
  type Elf,
  ENCODINGS,
  elfFile,
  judged,
  LOAD,
  NOTE,
  note,
  R,
  type Segment,
  W,
  X,
} from './elf-writer.ts';

const MAGIC = '\xff Go buildinf:';
const text = (content: string) => Buffer.from(content, 'latin1');
const data = (content: string, flags = R | W): Segment => ({ type: LOAD, flags, content: text(content) });
const isGo = async (elf: Elf) => (await judged(elfFile(elf))).isGo;

/** The file with one number of its header replaced: of 64 bits, little endian. */
function patched(elf: Omit<Elf, 'bits' | 'littleEndian'>, patch: (view: DataView) => void): Uint8Array {
  const bytes = elfFile({ bits: 64, littleEndian: true, ...elf });
  patch(new DataView(bytes.buffer));
  return bytes;
}
const PHOFF = 32;
const SHOFF = 40;
const PHENTSIZE = 54;
const PHNUM = 56;
const SHNUM = 60;
const SHSTRNDX = 62;

describe.each(ENCODINGS)('$bits bits, little endian $littleEndian', (encoding) => {
  const go = note(encoding, 'Go\0\0', 4);
  const gnu = note(encoding, 'GNU\0', 3, 'x'.repeat(17));

  it('is one of Go by its build id, wherever among the notes', async () => {
    expect(await isGo({ ...encoding, segments: [{ type: NOTE, content: go }] })).toBe(true);
    const behind = Buffer.concat([gnu, go]);
    expect(await isGo({ ...encoding, segments: [{ type: NOTE, content: behind }] })).toBe(true);
    const properties = note(encoding, 'GNU\0', 5, 'p'.repeat(20), 8);
    const segments = [
      { type: NOTE, align: 8, content: Buffer.concat([properties, note(encoding, 'Go\0\0', 4, '', 8)]) },
    ];
    expect(await isGo({ ...encoding, segments })).toBe(true);
    const two = [
      { type: NOTE, content: gnu },
      { type: NOTE, content: go },
    ];
    expect(await isGo({ ...encoding, segments: two })).toBe(true);
  });

  it('is none by a note of another name or type, nor by one in what is no note', async () => {
    const others = ['Go\0', 'GNU\0', 'Go\0\0\0\0\0\0'].map((name) => note(encoding, name, 4));
    const cut = note(encoding, 'Go\0\0 and more', 4).subarray(0, 16);
    for (const content of [...others, note(encoding, 'Go\0\0', 3), cut, text('')]) {
      expect(await isGo({ ...encoding, segments: [{ type: NOTE, content }] })).toBe(false);
    }
    expect(await isGo({ ...encoding, segments: [{ type: LOAD, content: go }] })).toBe(false);
  });

  it('is one of Go by the name of a section, however many there are', async () => {
    const sections = ['.text', '.go.buildinfo', '.data'];
    expect(await isGo({ ...encoding, sections })).toBe(true);
    expect(await isGo({ ...encoding, sections, manySections: true })).toBe(true);
    expect(await isGo({ ...encoding, sections: ['.text', '.go.buildinfo2', 'x.go.buildinf'] })).toBe(false);
    expect(await isGo({ ...encoding, sections: [] })).toBe(false);
  });

  it('is one of Go by how build information begins, in what is written to', async () => {
    for (const before of [0, 16, 65_536 - 16, 65_536, 300_000 - (300_000 % 16)]) {
      const segments = [data('code', R | X), data('\0'.repeat(before) + MAGIC + '\0'.repeat(9))];
      expect(await isGo({ ...encoding, segments })).toBe(true);
    }
    expect(await isGo({ ...encoding, segments: [data('relocated'), data(MAGIC)] })).toBe(true);
    // Aligned in memory is aligned in the file, wherever the segment begins.
    const [before, magic] = [text('\0'.repeat(8)), text('\0'.repeat(8) + MAGIC)];
    const file = elfFile({
      ...encoding,
      segments: [{ type: LOAD, flags: R | W, content: Buffer.concat([before, magic]) }],
    });
    const offset = encoding.bits === 64 ? 64 + 8 : 52 + 4;
    const last = offset + (encoding.bits === 64 ? 8 : 4) - 1;
    const at = encoding.littleEndian ? offset : last;
    file[at] = (file[at] ?? 0) + 8;
    expect((await judged(file)).isGo).toBe(true);
    // A program that looks for it has it among its constants, or anywhere.
    expect(await isGo({ ...encoding, segments: [data(MAGIC, R)] })).toBe(false);
    expect(await isGo({ ...encoding, segments: [data(MAGIC, R | W | X)] })).toBe(false);
    expect(await isGo({ ...encoding, segments: [data(`\0\0\0\0\0\0\0\0${MAGIC}`)] })).toBe(false);
    expect(await isGo({ ...encoding, segments: [data(MAGIC.slice(0, -1))] })).toBe(false);
    expect(await isGo({ ...encoding, segments: [data('\0'.repeat(1 << 20) + MAGIC)] })).toBe(false);
  });
});

describe('a broken part says nothing of the others', () => {
  const encoding = { bits: 64, littleEndian: true } as const;
  const segments = [{ type: NOTE, content: note(encoding, 'GNU\0', 3).subarray(0, 14) }, data(MAGIC)];
  const sections = ['.go.buildinfo'];

  it.each<[string, (view: DataView) => void, boolean]>([
    ['sections beyond the end', (view) => view.setBigUint64(SHOFF, 1n << 40n, true), true],
    ['sections beyond every file', (view) => view.setBigUint64(SHOFF, 1n << 63n, true), true],
    ['names in no section', (view) => view.setUint16(SHSTRNDX, 77, true), true],
    ['more sections than the file', (view) => view.setUint16(SHNUM, 65_000, true), true],
    ['sections of another size', (view) => view.setUint16(PHENTSIZE + 4, 63, true), true],
    [
      'program headers of another size, which no kernel runs',
      (view) => view.setUint16(PHENTSIZE, 55, true),
      false,
    ],
  ])('%s', async (_, patch, expected) => {
    expect(await judged(patched({ segments, sections: [] }, patch))).toMatchObject({ isGo: expected });
  });

  it.each<[string, (view: DataView) => void]>([
    ['program headers beyond the end', (view) => view.setBigUint64(PHOFF, 1n << 40n, true)],
    ['too many program headers', (view) => view.setUint16(PHNUM, 65_535, true)],
    ['a segment beyond every file', (view) => view.setBigUint64(64 + 8, (1n << 64n) - 1n, true)],
  ])('%s: the sections tell', async (_, patch) => {
    expect(await judged(patched({ segments, sections }, patch))).toMatchObject({ isGo: true });
  });

  it('a read that fails is no answer', async () => {
    await expect(isGoBinary(() => Promise.reject(new Error('EIO')))).rejects.toThrow('EIO');
  });
});

describe('hostile files', () => {
  const BOUNDS = { reads: 2400, read: 2 << 20 };

  it.each<[string, Uint8Array]>([
    ['no bytes', new Uint8Array()],
    ['a script', text('#!/bin/sh\n')],
    ['only the magic', text('\x7fELF')],
    ['only what says the class', text('\x7fELF\x02\x01')],
    ['class 3', text(`\x7fELF\x03\x01${'\0'.repeat(58)}`)],
    ['byte order 0', text(`\x7fELF\x02\0${'\0'.repeat(58)}`)],
    ['all ones', text(`\x7fELF\x02\x01${'\xff'.repeat(4096)}`)],
  ])('%s: none of Go', async (_, bytes) => {
    expect(await judged(bytes)).toMatchObject({ isGo: false });
  });

  it.each<[string, (view: DataView) => void]>([
    ['a byte order that is none', (view) => view.setUint8(5, 0)],
    ['a class that is none', (view) => view.setUint8(4, 3)],
    ['more program headers than a kernel takes', (view) => view.setUint16(PHNUM, 1171, true)],
  ])('%s: none of Go, whatever else is there', async (_, patch) => {
    const content = note({ bits: 64, littleEndian: true }, 'Go\0\0', 4);
    const padding = { type: LOAD, content: new Uint8Array(80_000) };
    expect(await judged(patched({ segments: [{ type: NOTE, content }, padding] }, () => {}))).toMatchObject({
      isGo: true,
    });
    expect(await judged(patched({ segments: [{ type: NOTE, content }, padding] }, patch))).toMatchObject({
      isGo: false,
    });
  });

  it.each([4097, 1 << 16, 1 << 30])('reads little of a file of %d sections', async (count) => {
    const bytes = new Uint8Array(4 << 20);
    bytes.set(elfFile({ bits: 64, littleEndian: true, sections: [], manySections: true }));
    const view = new DataView(bytes.buffer);
    // sh_size of the first.
    view.setBigUint64(Number(view.getBigUint64(SHOFF, true)) + 32, BigInt(count), true);
    expect((await judged(bytes)).read).toBeLessThan(256);
  });

  it('reads little of the names of sections', async () => {
    const bytes = new Uint8Array(4 << 20);
    bytes.set(elfFile({ bits: 64, littleEndian: true, sections: [] }));
    const view = new DataView(bytes.buffer);
    view.setBigUint64(Number(view.getBigUint64(SHOFF, true)) + 64 + 32, BigInt(bytes.length), true);
    expect((await judged(bytes)).read).toBeLessThan(100_000);
  });

  it('reads little of a file that is all segments, each the whole file', async () => {
    // As many as the kernel takes, half notes and half data, over the same 4 MiB of nearly a magic.
    const count = 1170;
    const bytes = new Uint8Array(4 << 20).fill(0xff);
    const segments = Array.from({ length: count }, (_, index) => ({
      type: index % 2 ? NOTE : LOAD,
      flags: R | W,
      content: new Uint8Array(),
    }));
    const head = elfFile({ bits: 64, littleEndian: true, segments });
    const view = new DataView(head.buffer);
    for (let index = 0; index < count; index++) {
      view.setBigUint64(64 + 56 * index + 8, 0n, true);
      view.setBigUint64(64 + 56 * index + 32, BigInt(bytes.length), true);
    }
    bytes.set(head);
    const { isGo: found, reads, read } = await judged(bytes);
    expect(found).toBe(false);
    expect(read).toBeLessThan(BOUNDS.read);
    expect(reads).toBeLessThan(BOUNDS.reads);
  });

  const elves = fc
    .record({
      encoding: fc.constantFrom(...ENCODINGS),
      segments: fc.array(
        fc.record({
          type: fc.constantFrom(LOAD, NOTE),
          flags: fc.integer({ min: 0, max: 7 }),
          align: fc.constantFrom(0, 4, 8, 4096),
          content: fc.uint8Array({ maxLength: 64 }),
        }),
        { maxLength: 4 },
      ),
      sections: fc.option(fc.array(fc.constantFrom('.text', '.go.buildinf', 'x')), { nil: undefined }),
    })
    .map(({ encoding, segments, sections }) =>
      elfFile({ ...encoding, segments, ...(sections && { sections }) }),
    );

  it('any bytes, and any change of an ELF file: an answer, and few reads', async () => {
    const changes = fc.array(fc.tuple(fc.nat(300), fc.constantFrom(0, 1, 0x7f, 0xff)), { maxLength: 8 });
    const changed = fc.tuple(elves, changes, fc.nat(2000)).map(([bytes, edits, end]) => {
      for (const [at, byte] of edits) if (at >= 6 && at < bytes.length) bytes[at] = byte;
      return bytes.subarray(0, end);
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), changed), async (bytes) => {
        const { isGo: found, reads, read } = await judged(bytes);
        expect(found).toBe(false);
        expect(reads).toBeLessThan(BOUNDS.reads);
        expect(read).toBeLessThan(BOUNDS.read);
      }),
      { numRuns: 2000 },
    );
  });
});

it.each([process.execPath, '/bin/sh'])('%s is none of Go', async (path) => {
  await using file = await open(path);
  const found = await isGoBinary(async (position, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  });
  expect(found).toBe(false);
});
