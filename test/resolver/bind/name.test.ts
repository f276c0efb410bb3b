import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameLength } from '../../../src/dns/wire.ts';
import { nameFromText, nameText } from '../../../src/resolver/bind/name.ts';

const labels = (text: string) => {
  const name = nameFromText(text);
  return name.ok ? name.labels : name.why;
};

describe('names as BIND reads and prints them', () => {
  it.each([
    ['.', []],
    ['host.test.', ['host', 'test']],
    ['a\\.b.c', ['a.b', 'c']],
    ['a\\032b', ['a b']],
    ['', 'unexpected end of input'],
    ['a..b', 'empty label'],
    ['.a', 'empty label'],
    ['a\\25', 'unexpected end of input'],
    ['a\\256b', 'bad escape'],
    ['a.\\[x01]', 'bad label type'],
    ['x'.repeat(64), 'label too long'],
    [`${'x'.repeat(63)}.`.repeat(4), 'ran out of space'],
  ])('%j', (text, expected) => expect(labels(text)).toEqual(expected));

  it('takes 255 bytes and not one more', () => {
    const longest = `${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(61)}`;
    expect(nameLength(Array.isArray(labels(longest)) ? [...labels(longest)] : [])).toBe(255);
    expect(labels(`${longest}y`)).toBe('ran out of space');
  });

  it('reads what it printed', () => {
    const label = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), (some) => {
        expect(labels(nameText(some))).toEqual(some);
      }),
    );
  });
});
