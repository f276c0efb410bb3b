import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NEEDLES } from '../../../../src/watch/logs/needles.ts';
import { createLineScanner, type LineScanner, readBuffer } from '../../../../src/watch/logs/scan/scanner.ts';
import { bytes, noting, reference, scanAll } from './reference.ts';

/** As a reader of files writes that reads into the shared buffer. */
function writeThroughReadBuffer(scanner: LineScanner, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; at += readBuffer.length) {
    const piece = chunk.subarray(at, at + readBuffer.length);
    readBuffer.set(piece);
    scanner.write(readBuffer.subarray(0, piece.length));
  }
}

describe('any log in any chunks', () => {
  const needle = fc.constantFrom(...NEEDLES);
  const nearNeedle = fc
    .tuple(needle, fc.nat(), fc.constantFrom('', 'x', '\0', '\xff', '\r'))
    .map(([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1));
  const noise = fc
    .array(fc.integer({ min: 0, max: 255 }), { maxLength: 90 })
    .map((codes) => String.fromCharCode(...codes.filter((code) => code !== 0x0a)));
  const words = fc.stringMatching(/^[a-z ]{0,90}$/);
  const long = fc
    .tuple(fc.constantFrom(16 * 1024, 32 * 1024, 64 * 1024, 80 * 1024), fc.integer({ min: -30, max: 3 }))
    .map(([length, more]) => '-'.repeat(length + more));
  const text = fc.oneof(
    { weight: 8, arbitrary: words },
    { weight: 4, arbitrary: noise },
    { weight: 4, arbitrary: nearNeedle },
    { weight: 3, arbitrary: needle },
    { weight: 1, arbitrary: long },
  );
  const line = fc
    .tuple(fc.array(text, { maxLength: 3 }), fc.constantFrom('\n', '\n', '\n', '\r\n', '\r\r\n', '\r'))
    .map(([texts, ending]) => texts.join('') + ending);
  const log = fc
    .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('', 'unfinished', 'dial tcp: lookup x', '\r'))
    .map(([lines, rest]) => lines.join('') + rest);
  const chunkSize = fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 400_000 }),
  );
  const chunked = fc.record({
    log,
    sizes: fc.array(chunkSize, { minLength: 1, maxLength: 40 }),
    copied: fc.boolean(),
  });

  function split(log: string, sizes: number[]): string[] {
    const chunks: string[] = [];
    for (let at = 0; at < log.length; at += chunks.at(-1)?.length ?? 0) {
      // Small chunks would take very many over a long log.
      const size = Math.max(sizes[chunks.length % sizes.length] ?? 1, chunks.length > 500 ? 5000 : 1);
      chunks.push(log.slice(at, at + size));
    }
    return chunks;
  }

  const wantsNext = (line: string) => line.length % 3 === 0;

  test('gives what splitting it into lines gives, for several logs at a time', () => {
    fc.assert(
      fc.property(fc.array(chunked, { minLength: 1, maxLength: 3 }), (logs) => {
        const runs = logs.map(({ log, sizes, copied }) => {
          const { told, handlers } = noting(wantsNext);
          const scanner = createLineScanner(handlers, { needles: NEEDLES });
          return { log, told, scanner, copied, chunks: split(log, sizes) };
        });
        for (let turn = 0; runs.some(({ chunks }) => turn <= chunks.length); turn++) {
          for (const { scanner, chunks, copied } of runs) {
            const chunk = chunks[turn];
            if (chunk === undefined) {
              if (turn === chunks.length) scanner.end();
            } else if (copied) scanner.write(bytes(chunk));
            else writeThroughReadBuffer(scanner, bytes(chunk));
          }
        }
        for (const { log, told } of runs) expect(told).toEqual(reference(log, NEEDLES, wantsNext));
      }),
      { numRuns: 400 },
    );
  });
});

describe('lines', () => {
  const needles = ['needle'];

  test('every line is a hit', () => {
    const log = 'needle\n'.repeat(100_000);
    expect(scanAll(needles, [log])).toEqual({
      delivered: Array(100_000).fill('needle'),
      lines: 100_000,
      skipped: 0,
    });
  });

  test('the next one is wanted across chunks, and after the end of a log no more', () => {
    const { told, handlers } = noting((line) => line !== 'enough');
    const scanner = createLineScanner(handlers, { needles });
    for (const chunk of ['a\nneedle\n', 'b', '\nc\r\n', 'enough\nd\n', 'needle']) scanner.write(bytes(chunk));
    scanner.end();
    scanner.write(bytes('e\nneedle\nf\n'));
    expect(told.delivered).toEqual(['needle', 'b', 'c', 'enough', 'needle', 'needle', 'f']);
  });

  test('an empty line is empty, and a carriage return that is not at the end stays', () => {
    const { told, handlers } = noting(() => true);
    const scanner = createLineScanner(handlers, { needles });
    for (const chunk of ['needle\r', '\n', '\n', '\r\n', '\r\r\n', 'a\rb\n']) scanner.write(bytes(chunk));
    expect(told.delivered).toEqual(['needle', '', '', '\r', 'a\rb']);
  });

  test('16 KiB without a needle are a hit, a byte less is not', () => {
    const [less, enough] = ['-'.repeat(16_383), '-'.repeat(16_384)];
    expect(scanAll(needles, [`${less}\n${enough}\n${less}\n`]).delivered).toEqual([enough]);
  });

  test('64 KiB are delivered; what is longer is cut, and the next line is whole', () => {
    const whole = '-'.repeat(65_536);
    const log = `${whole}\n${whole}cut\nneedle\n`;
    expect(scanAll(needles, [log])).toEqual({ delivered: [whole, whole, 'needle'], lines: 3, skipped: 3 });
  });

  test('64 KiB whose last byte is a carriage return are one byte less, wherever they are cut', () => {
    const line = `${'-'.repeat(65_535)}\r\n`;
    for (const cut of [65_535, 65_536, 65_537]) {
      const told = scanAll(needles, [line.slice(0, cut), line.slice(cut)]);
      expect(told).toEqual({ delivered: ['-'.repeat(65_535)], lines: 1, skipped: 0 });
    }
  });

  test('100 MB without a newline take no memory', () => {
    const { told, handlers } = noting();
    const scanner = createLineScanner(handlers, { needles });
    const megabyte = Buffer.alloc(1_000_000, '-');
    scanner.write(megabyte);
    const before = process.memoryUsage();
    for (let i = 1; i < 100; i++) scanner.write(megabyte);
    const after = process.memoryUsage();
    scanner.write(bytes('\nneedle\n'));
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000);
    expect(after.rss - before.rss).toBeLessThan(10_000_000);
    expect(told).toEqual({
      delivered: ['-'.repeat(65_536), 'needle'],
      lines: 2,
      skipped: 100_000_000 - 65_536,
    });
  });

  test('a long line that comes byte by byte is not scanned anew with each', () => {
    const scanner = createLineScanner(noting().handlers, { needles });
    const byte = bytes('-');
    const started = process.cpuUsage();
    for (let i = 0; i < 64 * 1024; i++) scanner.write(byte);
    const { user, system } = process.cpuUsage(started);
    // Scanning 32 KiB 65,536 times would take a second and more; this takes some 20 ms.
    expect((user + system) / 1000).toBeLessThan(300);
  });
});
