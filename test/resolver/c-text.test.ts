import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteStringOf } from '../../src/dns/byte-string.ts';
import { atoi, fgets, linesOf, words } from '../../src/resolver/c-text.ts';
import { parseNsSwitch } from '../../src/resolver/glibc/nsswitch.ts';
import { rulesOf } from '../../src/resolver/glibc/rules.ts';

const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });

describe('text as the C library reads it', () => {
  it.each(['à', '\u00a0', '\u3000'])('the bytes of %j are a word, no blanks', (text) => {
    const name = byteStringOf(`b${text}c`);
    expect(words(` ${name}\v${name}\r`)).toEqual([name, name]);
    expect(parseNsSwitch(`hosts: ${name} dns`, rulesOf([2, 36])).services?.map((each) => each.name)).toEqual([
      name,
      'dns',
    ]);
  });

  it('fgets loses no byte, and counts lines as getline does', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 2, max: 20 }), (text, size) => {
        const pieces = [...fgets(text, size)];
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.every((piece) => piece.text.length < size)).toBe(true);
        expect(pieces.at(-1)?.line ?? 0).toBe(linesOf(text).length);
      }),
    );
  });

  it.each([
    ['12', 12],
    ['\t -3x', -3],
    ['', 0],
    ['x1', 0],
    ['2147483648', -2147483648],
  ])('atoi %j is %i', (text, value) => expect(atoi(text)).toBe(value));
});
