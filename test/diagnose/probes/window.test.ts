import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_ONCE, NOW_AND_THEN, spellOf } from '../../../src/diagnose/probes/window.ts';

/** `x` is a bad sample, `.` a good one, the oldest first. */
const samplesOf = (text: string) => [...text].map((mark, at) => ({ at, bad: mark === 'x' }));
const spell = (text: string, by?: typeof AT_ONCE) => spellOf(samplesOf(text), ({ bad }) => bad, by);

describe('a finding stands', () => {
  it.each([
    ['', undefined],
    ['x', undefined],
    ['....x.....', undefined],
    ['x..x..x..x', undefined],
    ['xx', 0],
    ['..x.x', 2],
    ['xx..', 0],
    ['xx...', undefined],
    ['xx..x..x..', 0],
    ['xx...x', undefined],
    ['xx...xx', 5],
  ])('%s since %s', (text, since) => {
    expect(spell(text)?.since).toBe(since);
  });

  it('at once, or only for what comes now and then', () => {
    expect(spell('..x', AT_ONCE)?.since).toBe(2);
    expect(spell('.x.', AT_ONCE)).toBeUndefined();
    expect(spell('.........x', NOW_AND_THEN)).toBeUndefined();
    expect(spell('x........x', NOW_AND_THEN)?.since).toBe(0);
    expect(spell('xx.....', NOW_AND_THEN)?.bad).toHaveLength(2);
    expect(spell('xx......', NOW_AND_THEN)).toBeUndefined();
    expect(spell('xx.......x', NOW_AND_THEN)).toBeUndefined();
  });

  it('and then its last samples are not all good, and it begins with a bad one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('x', '.'), maxLength: 12 }), (text) => {
        const found = spell(text);
        if (!found) return;
        expect(text.slice(-3)).toContain('x');
        expect(text[found.since]).toBe('x');
        expect(found.all).toHaveLength(text.length - found.since);
      }),
    );
  });
});
