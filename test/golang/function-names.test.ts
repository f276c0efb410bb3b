import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../src/elf/read-elf.ts';
import { holdsFunction } from '../../src/golang/function-names.ts';
import { ENCODINGS, type Encoding, elfFile, LOAD, R, W, X } from '../elf/elf-writer.ts';

const NAME = 'net._C2func_getaddrinfo';
const LITTLE_64: Encoding = { bits: 64, littleEndian: true };

/** A table as each release of Go writes it; what follows the header is the names and some other bytes. */
interface Table {
  magic: number;
  /** Which words tell where the names begin and end. */
  words?: [number, number];
}
const FORMATS: Record<string, Table> = {
  '1.2': { magic: 0xfffffffb },
  '1.16': { magic: 0xfffffffa, words: [2, 3] },
  '1.18': { magic: 0xfffffff0, words: [3, 4] },
  '1.20': { magic: 0xfffffff1, words: [3, 4] },
};

function table(
  { bits, littleEndian }: Encoding,
  { magic, words }: Table,
  names: string,
  behind = '',
): Buffer {
  const size = bits / 8;
  const header = Buffer.alloc(8 + 8 * size);
  const write = (at: number, value: number, width: number) => {
    for (let byte = 0; byte < width; byte++) {
      const digit = Math.floor(value / 256 ** byte) % 256;
      header[at + (littleEndian ? byte : width - 1 - byte)] = digit;
    }
  };
  write(0, magic, 4);
  header[6] = 1;
  header[7] = size;
  write(8, 2, size);
  if (words) {
    write(8 + words[0] * size, header.length, size);
    write(8 + words[1] * size, header.length + names.length, size);
  }
  return Buffer.concat([header, Buffer.from(names + behind, 'latin1')]);
}

async function holds(bytes: Uint8Array, name = NAME) {
  let read = 0;
  const readBytes = async (position: number, length: number) => {
    // As FileHandle.read does.
    if (!Number.isSafeInteger(position) || length < 0) throw new RangeError(`position ${position}`);
    const piece = bytes.slice(position, position + length);
    read += piece.length;
    return piece;
  };
  return { holds: await holdsFunction(readBytes, await readElf(readBytes), name), read };
}

const inSegment = (content: Uint8Array, flags = R, encoding = LITTLE_64) =>
  elfFile({ ...encoding, segments: [{ type: LOAD, flags, content }] });
const namesOf = (...names: string[]) => names.map((name) => `${name}\0`).join('');

describe.each(Object.entries(FORMATS))('the table of functions of Go %s', (release, format) => {
  it.each(ENCODINGS)(
    'holds a name or does not: $bits bits, little endian $littleEndian',
    async (encoding) => {
      const of = async (...names: string[]) => {
        return (await holds(inSegment(table(encoding, format, namesOf(...names)), R, encoding))).holds;
      };
      expect(await of('go.buildid', NAME, 'main.main')).toBe(true);
      expect(await of('go.buildid', 'main.main', NAME)).toBe(true);
      expect(await of('go.buildid', `${NAME}_other`, 'main.main')).toBe(false);
      expect(await of('go.buildid', 'main.main')).toBe(false);
      const longer = await of('go.buildid', `example.org/${NAME}`, 'main.main');
      // Before Go 1.16 it may be a number that is before the name.
      expect(longer).toBe(release === '1.2' ? undefined : false);
    },
  );

  it('is found among constants, relocated constants and code', async () => {
    const content = Buffer.concat([
      Buffer.alloc(4096),
      table(LITTLE_64, format, namesOf('', NAME, 'main.main')),
    ]);
    for (const flags of [R, R | W, R | X]) {
      expect((await holds(inSegment(content, flags))).holds).toBe(true);
    }
  });
});

describe('a table of functions', () => {
  const newest = { magic: 0xfffffff1, words: [3, 4] } satisfies Table;

  it('holds the name that is its first', async () => {
    expect((await holds(inSegment(table(LITTLE_64, newest, namesOf(NAME, 'main.main'))))).holds).toBe(true);
  });

  it('holds a name that is across what is read at once', async () => {
    for (let before = 0; before <= NAME.length + 2; before++) {
      const names = namesOf('x'.repeat((1 << 18) - before), NAME, 'main.main');
      expect((await holds(inSegment(table(LITTLE_64, newest, names)))).holds, `${before}`).toBe(true);
    }
  });

  it('does not hold what is behind its names, as names of files are', async () => {
    const content = table(LITTLE_64, newest, namesOf('main.main'), namesOf('', NAME));
    expect((await holds(inSegment(content))).holds).toBe(false);
  });

  it.each([
    ['it is of an unknown release', 0, 0xe0],
    ['it begins with no zeros', 4, 1],
    ['its pointers are of another width', 7, 4],
    ['it has no function', 8, 0],
    ['it has more functions than bytes', 12, 1],
    ['its names are outside', 45, 1],
    ['its names end before they begin', 40, 9],
  ])('tells nothing where %s', async (_, at, byte) => {
    const content = table(LITTLE_64, newest, namesOf('main.main', 'x'.repeat(16)));
    expect((await holds(inSegment(content))).holds).toBe(false);
    content[at] = byte;
    expect((await holds(inSegment(content))).holds).toBeUndefined();
  });

  it('tells nothing where the file ends within, but for a name that it has', async () => {
    for (const [name, expected] of [
      ['main.main', true],
      [NAME, undefined],
    ] as const) {
      const file = inSegment(table(LITTLE_64, newest, namesOf('', 'main.main', 'x'.repeat(64))));
      expect((await holds(file.subarray(0, -32), name)).holds).toBe(expected);
    }
  });

  it('tells nothing where no file has a place for its names', async () => {
    const content = table(LITTLE_64, newest, namesOf('', NAME));
    // funcnameOffset and cuOffset; p_filesz.
    content.writeBigUInt64LE(2n ** 51n - 40n, 8 + 3 * 8);
    content.writeBigUInt64LE(2n ** 51n, 8 + 4 * 8);
    const file = Buffer.from(inSegment(content));
    file.writeBigUInt64LE(2n ** 51n, 64 + 32);
    expect((await holds(file)).holds).toBeUndefined();
  });

  it('costs little where a file is all of its beginnings', async () => {
    const beginning = table(LITTLE_64, { ...newest, words: [4, 3] }, '').subarray(0, 16);
    const { holds: held, read } = await holds(
      inSegment(Buffer.concat(Array<Buffer>(50_000).fill(beginning))),
    );
    expect(held).toBeUndefined();
    expect(read).toBeLessThan(1 << 19);
  });

  it('takes whatever bytes', async () => {
    const edits = fc.array(fc.tuple(fc.nat(71), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    const formats = fc.constantFrom(...Object.values(FORMATS));
    const places = fc.constantFrom(...ENCODINGS);
    await fc.assert(
      fc.asyncProperty(places, formats, edits, fc.nat(140), async (encoding, format, changes, length) => {
        const bytes = table(encoding, format, namesOf('', NAME, 'main.main')).subarray(0, length);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        await holds(inSegment(bytes, R, encoding));
      }),
    );
  });
});
