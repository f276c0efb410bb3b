import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../src/elf/read-elf.ts';
import { readBuildInfo } from '../../src/golang/read-build-info.ts';
import { type Elf, ENCODINGS, type Encoding, elfFile, LOAD, R, W, X } from '../elf/elf-writer.ts';

const START = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex');
const MAGIC = '\xff Go buildinf:';
const MODULES = 'path\texample.org/a\nmod\texample.org/a\t(devel)\t\nbuild\tCGO_ENABLED=1\n';
const framed = (text: string) => Buffer.concat([START, Buffer.from(text), END]);

const LITTLE_64: Encoding = { bits: 64, littleEndian: true };

/** binary.AppendUvarint. */
function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
}

/** As Go's linker writes it since Go 1.18. */
function inline(version: string, modules: Uint8Array, length = modules.length): Buffer {
  const header = Buffer.alloc(32);
  header.write(`${MAGIC}\x08\x02`, 'latin1');
  const texts = [uvarint(version.length), Buffer.from(version), uvarint(length), modules];
  return Buffer.concat([header, ...texts]);
}

/** As it did before, for a place in memory: addresses of strings. */
function pointed(
  { bits, littleEndian }: Encoding,
  base: number,
  version: string,
  modules: Uint8Array,
): Buffer {
  const size = bits / 8;
  const header = Buffer.alloc(32 + 4 * size);
  header.write(MAGIC, 'latin1');
  header[14] = size;
  header[15] = littleEndian ? 0 : 1;
  const words: [number, number][] = [
    [16, base + 32],
    [16 + size, base + 32 + 2 * size],
    [32, base + header.length],
    [32 + size, version.length],
    [32 + 2 * size, base + header.length + version.length],
    [32 + 3 * size, modules.length],
  ];
  for (const [at, value] of words) {
    if (bits === 32) header[littleEndian ? 'writeUInt32LE' : 'writeUInt32BE'](value, at);
    else header[littleEndian ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(value), at);
  }
  return Buffer.concat([header, Buffer.from(version), modules]);
}

/** What is told of these bytes, and how many of them were read. */
async function inspect(bytes: Uint8Array) {
  let read = 0;
  const readBytes = async (position: number, length: number) => {
    // As FileHandle.read does.
    if (!Number.isSafeInteger(position) || length < 0) throw new RangeError(`position ${position}`);
    const piece = bytes.slice(position, position + length);
    read += piece.length;
    return piece;
  };
  const info = await readBuildInfo(readBytes, await readElf(readBytes));
  return { info, read };
}

const inData = (content: Uint8Array, flags = R | W, encoding = LITTLE_64) =>
  elfFile({ ...encoding, segments: [{ type: LOAD, flags, content }] } satisfies Elf);
/** Where the content of the only segment is: elf-writer.ts has addresses the same as offsets. */
const baseOf = ({ bits }: Encoding) => (bits === 64 ? 128 : 96);

const TOLD = {
  goVersion: 'go1.24.4',
  path: 'example.org/a',
  main: { path: 'example.org/a', version: '(devel)' },
  deps: [],
  settings: new Map([['CGO_ENABLED', '1']]),
};

describe('build information of a Go binary', () => {
  it.each(ENCODINGS)(
    'is read where it is inline: $bits bits, little endian $littleEndian',
    async (encoding) => {
      const { info } = await inspect(inData(inline('go1.24.4', framed(MODULES)), R | W, encoding));
      expect(info).toEqual(TOLD);
    },
  );

  it.each(ENCODINGS)(
    'is read where it is pointed at: $bits bits, little endian $littleEndian',
    async (encoding) => {
      const content = pointed(encoding, baseOf(encoding), 'go1.17.1', framed(MODULES));
      const { info } = await inspect(inData(content, R | W, encoding));
      expect(info).toEqual({ ...TOLD, goVersion: 'go1.17.1' });
    },
  );

  it('is a version at least, where a program was built without modules', async () => {
    const bare = { goVersion: 'go1.13', deps: [], settings: new Map() };
    for (const blob of [inline('go1.13', Buffer.of()), pointed(LITTLE_64, 128, 'go1.13', Buffer.of())]) {
      expect((await inspect(inData(blob))).info).toEqual(bare);
    }
  });

  it('is found far in the data, also in data that is only read, and not in code', async () => {
    const far = Buffer.concat([Buffer.alloc(3 * (1 << 18)), inline('go1.24.4', framed(MODULES))]);
    expect((await inspect(inData(far))).info).toEqual(TOLD);
    expect((await inspect(inData(far, R))).info).toEqual(TOLD);
    expect((await inspect(inData(far, R | X))).info).toBeUndefined();
  });

  it('is found behind what only looks like it', async () => {
    const blob = inline('go1.24.4', framed(MODULES));
    const unaligned = Buffer.concat([Buffer.alloc(8), blob]);
    expect((await inspect(inData(unaligned))).info).toBeUndefined();
    const noVersion = inline('', framed(MODULES)).subarray(0, 32);
    const tooLong = inline('x'.repeat(300), Buffer.of());
    const pad = Buffer.alloc(16 - (tooLong.length % 16));
    const text = Buffer.from(`${MAGIC} as text`.padEnd(32), 'latin1');
    expect((await inspect(inData(Buffer.concat([noVersion, text, tooLong, pad, blob])))).info).toEqual(TOLD);
  });

  it('is told as cut off where the file ends within, without the line that is cut', async () => {
    const { length } = framed(MODULES);
    const cut = framed(MODULES).subarray(0, START.length + MODULES.length - 4);
    const { info } = await inspect(inData(inline('go1.24.4', cut, length)));
    expect(info).toEqual({ ...TOLD, settings: new Map(), truncated: true });
  });

  it('is told as cut off behind 1 MiB of modules', async () => {
    const many = MODULES + 'dep\texample.org/b\tv1.0.0\n'.repeat(50_000);
    const { info, read } = await inspect(inData(inline('go1.24.4', framed(many))));
    expect(info).toMatchObject({ ...TOLD, deps: expect.anything(), truncated: true });
    expect(info?.deps.at(-1)).toEqual({ path: 'example.org/b', version: 'v1.0.0' });
    expect(read).toBeLessThan(1.5 * (1 << 20));
  });

  it('costs little where a file is all of its beginnings', async () => {
    const beginnings = inline('x'.repeat(300), Buffer.of(), 2 ** 30).subarray(0, 48);
    const { info, read } = await inspect(inData(Buffer.concat(Array<Buffer>(20_000).fill(beginnings))));
    expect(info).toBeUndefined();
    expect(read).toBeLessThan(1 << 19);
  });

  it('takes whatever bytes', async () => {
    const blobs = [
      inline('go1.24.4', framed(MODULES)),
      pointed(LITTLE_64, 128, 'go1.17', framed(MODULES)),
      pointed({ bits: 64, littleEndian: false }, 128, 'go1.17', framed(MODULES)),
    ];
    const edits = fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...blobs), edits, fc.nat(300), async (blob, changes, length) => {
        const broken = Buffer.from(blob.subarray(0, length));
        for (const [at, byte] of changes) if (at >= 14 && at < broken.length) broken[at] = byte;
        const { info } = await inspect(inData(broken));
        if (info) expect(info.goVersion).not.toBe('');
      }),
    );
  });
});
