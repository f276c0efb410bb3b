/** Real binaries with some of their bytes changed, or cut off: each is told as no program, or as something. */

import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { inspectBinary } from '../../src/binary/inspect-binary.ts';
import { ElfError } from '../../src/elf/elf-error.ts';
import type { ReadBytes } from '../../src/elf/read-bytes.ts';
import { definedSymbols, readElf } from '../../src/elf/read-elf.ts';
import { compile, compileC, compileLookup } from './builds.ts';
import { describeInLab } from './requirements.ts';

const RUNS = 100_000;
const COMPILE_MS = 300_000;
const RUN_MS = 600_000;
/** A program of 10 MB has 5 MB of constants, and is read in pieces of 256 kB. */
const MOST = { reads: 1000, read: 32 << 20, ms: 5000 };

/** What is likely to change what is read: sizes, counts, signs. */
const BYTES = [0, 1, 2, 5, 0x10, 0x7f, 0x80, 0xff];
const WIDTHS = [1, 1, 2, 4, 7, 8];
/** By which the tables are found that a change may break: versions, build information, names of functions. */
const MARKS = ['getaddrinfo', 'GLIBC_2', '\xff Go buildinf:', '\xf0\xff\xff\xff', '\xf1\xff\xff\xff'];
const AROUND = 512;

interface Original {
  path: string;
  bytes: Buffer;
  /** Where its headers and tables are: from, to. */
  places: [number, number][];
}

async function originalOf(path: string): Promise<Original> {
  const bytes = await readFile(path);
  const places: [number, number][] = [
    [0, 1024],
    [Math.max(0, bytes.length - 4096), bytes.length],
  ];
  for (const mark of MARKS) {
    let at = bytes.indexOf(mark, 0, 'latin1');
    for (let count = 0; count < 3 && at >= 0; count++) {
      places.push([Math.max(0, at - AROUND), at + AROUND]);
      at = bytes.indexOf(mark, at + 1, 'latin1');
    }
  }
  return { path, bytes, places };
}

/** Numerical Recipes, ranqd1: the same run each time, so that what it finds can be found again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Reads of a file some bytes of which are others, and that ends early one time in twenty. */
function changed({ bytes, places }: Original, next: (below: number) => number) {
  const pick = <T>(values: readonly T[]): T => {
    const value = values[next(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  };
  const edits = Array.from({ length: 1 + next(6) }, () => {
    const [from, to] = pick(places);
    return { at: from + next(to - from), byte: pick(BYTES), width: pick(WIDTHS) };
  });
  const end = next(20) === 0 ? next(bytes.length) : bytes.length;
  const counts = { reads: 0, read: 0 };
  const read: ReadBytes = async (position, length) => {
    // As FileHandle.read does.
    if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`position ${position}`);
    if (!(length >= 0)) throw new RangeError(`length ${length}`);
    const piece = Buffer.from(bytes.subarray(Math.min(position, end), Math.min(position + length, end)));
    for (const { at, byte, width } of edits) {
      const [from, to] = [Math.max(at, position), Math.min(at + width, position + piece.length)];
      if (from < to) piece.fill(byte, from - position, to - position);
    }
    counts.reads += 1;
    counts.read += piece.length;
    return piece;
  };
  return { read, counts, what: JSON.stringify({ edits, end }) };
}

describeInLab('changed binaries', () => {
  let originals: Original[] = [];
  beforeAll(async () => {
    const paths = [
      await compile('glibc'),
      await compile('musl'),
      await compileLookup('s390x', [], { GOARCH: 's390x' }),
      await compileLookup('arm', [], { GOARCH: 'arm' }),
      await compileLookup('386-trimmed', ['-trimpath', '-ldflags=-s -w'], { GOARCH: '386' }),
      await compileC('dynamic', 'gcc', ['-no-pie']),
      await compileC('static-pie', 'gcc', ['-static-pie', '-fPIE']),
      await compileC('musl-pie', 'musl-gcc', ['-pie', '-fPIE']),
    ];
    originals = await Promise.all(paths.map(originalOf));
  }, COMPILE_MS);

  it(
    `${RUNS} of them: no other error than that it is no program, no long reading`,
    async () => {
      const next = random(1);
      let [told, refused] = [0, 0];
      for (let index = 0; index < RUNS; index++) {
        const original = originals[index % originals.length];
        if (original === undefined) throw new Error('no binary');
        const { read, counts, what } = changed(original, next);
        const before = performance.now();
        try {
          await inspectBinary(read);
          await definedSymbols(read, await readElf(read));
          told += 1;
        } catch (error) {
          if (!(error instanceof ElfError)) throw new Error(`${original.path} ${what}`, { cause: error });
          refused += 1;
        }
        const ms = performance.now() - before;
        if (counts.reads > MOST.reads || counts.read > MOST.read || ms > MOST.ms) {
          throw new Error(`${original.path} ${what}: ${counts.reads} reads, ${counts.read} bytes, ${ms} ms`);
        }
      }
      // Neither does a change always break a program, nor is it never seen.
      expect(Math.min(told, refused)).toBeGreaterThan(RUNS / 20);
    },
    RUN_MS,
  );
});
