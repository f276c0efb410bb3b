import { describe, expect, test } from 'vitest';
import { NEEDLES } from '../../../../src/watch/logs/needles.ts';
import { createLineScanner, readBuffer } from '../../../../src/watch/logs/scan/scanner.ts';
import { bytes, noting, scanAll } from './reference.ts';

describe('needles', () => {
  test.each(NEEDLES)('%j is found wherever it stands, and however it is cut', (needle) => {
    const { told, handlers } = noting();
    const scanner = createLineScanner(handlers, { needles: NEEDLES });
    let expected = 0;
    for (let offset = 0; offset < 70; offset++) {
      const line = `${'-'.repeat(offset)}${needle}${'-'.repeat(offset % 7)}\n`;
      for (let cut = offset; cut <= offset + needle.length; cut++) {
        scanner.write(bytes(`none here\n${line.slice(0, cut)}`));
        scanner.write(bytes(line.slice(cut)));
        expected++;
      }
    }
    expect(told.delivered).toHaveLength(expected);
    expect(new Set(told.delivered).size).toBe(70);
  });

  test('are found at the very end of the read buffer', () => {
    const full = `${'-\n'.repeat(readBuffer.length / 2 - 4)}\nneedle\n`;
    expect(full).toHaveLength(readBuffer.length);
    expect(scanAll(['needle'], [full]).delivered).toEqual(['needle']);
  });

  test.each(NEEDLES)('%j is not put together from two logs', (needle) => {
    const [one, other] = [noting(), noting()];
    const before = createLineScanner(one.handlers, { needles: NEEDLES });
    const scanner = createLineScanner(other.handlers, { needles: NEEDLES });
    for (let cut = 1; cut < needle.length; cut++) {
      // The unfinished line stands in front of the read buffer after this.
      before.write(bytes(needle.slice(0, cut)));
      before.write(bytes('\n'));
      scanner.write(bytes(`${needle.slice(cut)}\n`));
    }
    expect([one.told.delivered, other.told.delivered]).toEqual([[], []]);
  });

  test('are not found behind the bytes that are written', () => {
    const { told, handlers } = noting();
    const scanner = createLineScanner(handlers, { needles: ['needle'] });
    readBuffer.set(bytes('-\nneedle\n'));
    scanner.write(readBuffer.subarray(0, 5));
    scanner.end();
    expect(told).toEqual({ delivered: [], lines: 2, skipped: 0 });
  });

  test('of two scanners are not mixed up', () => {
    const [one, other] = [noting(), noting()];
    const scanners = [
      createLineScanner(one.handlers, { needles: ['from one', 'from both'] }),
      createLineScanner(other.handlers, { needles: ['from other', 'from both'] }),
    ];
    for (const chunk of ['from one\nfrom oth', 'er\nfrom both\n']) {
      for (const scanner of scanners) scanner.write(bytes(chunk));
    }
    expect(one.told.delivered).toEqual(['from one', 'from both']);
    expect(other.told.delivered).toEqual(['from other', 'from both']);
  });

  test('as many as there may be, of any length there may be', () => {
    const needles = Array.from({ length: 32 }, (_, i) =>
      String.fromCharCode(65 + i).repeat(i < 30 ? 4 + i : 56),
    );
    const found = scanAll(needles, [`${needles.join('\n')}\n`]).delivered;
    expect(found).toEqual(needles);
  });

  test.each([
    [['abc'], /4 to 56 bytes: "abc"/],
    [['x'.repeat(57)], /4 to 56 bytes/],
    [['two\nlines'], /part of one line: "two\\nlines"/],
    [Array.from({ length: 33 }, (_, i) => `needle ${i}`), /more than 32/],
  ])('that cannot be looked for are refused: %j', (needles, message) => {
    expect(() => createLineScanner(noting().handlers, { needles })).toThrow(message);
  });
});
