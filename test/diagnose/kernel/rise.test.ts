import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthOf } from '../../../src/diagnose/kernel/growth.ts';
import { riseOf } from '../../../src/diagnose/kernel/rise.ts';
import { highSince } from '../../../src/diagnose/kernel/stands.ts';
import { riseText } from '../../../src/diagnose/kernel/words.ts';
import { NOW, timed, times } from './seen.ts';

describe('a rise', () => {
  const rise = (values: readonly number[], limit = 1_000, everyMs?: number) =>
    riseOf(
      timed(
        values.map((value) => ({ value })),
        everyMs,
      ),
      limit,
    );
  const line = (count: number, step: number, from = 0) =>
    Array.from({ length: count }, (_, index) => from + index * step);

  it('is foretold to its limit', () => {
    // 24 each 2 s from 400: 640 after 20 s, and 360 are left.
    const found = rise(line(11, 24, 400));
    expect(found?.perSecond).toBeCloseTo(12);
    expect(found?.fullIn).toBeCloseTo(30);
  });

  it('is told at the shortest time that shows it', () => {
    const found = rise([...times(40, 100), ...line(11, 40, 100)]);
    expect(found?.perSecond).toBeCloseTo(20);
  });

  it('is foretold from the time that bears it: five times as far as was looked back', () => {
    // 2 a second, and 500 are left: 250 s are too far for 20 s.
    expect(rise(line(11, 4, 460))).toEqual({ perSecond: expect.closeTo(2) });
    expect(rise(line(31, 4, 380))?.fullIn).toBeCloseTo(250);
  });

  it('of a slow leak is seen over five minutes, and not foretold further than that bears', () => {
    const leak = Array.from({ length: 151 }, (_, index) => Math.floor(index / 30));
    expect(rise(leak, 100_000)).toMatchObject({ perSecond: expect.closeTo(5 / 300, 2) });
    expect(rise(leak, 100_000)?.fullIn).toBeUndefined();
  });

  it('is told by the minute where it is slow', () => {
    expect(riseText({ perSecond: 0.1 })).toBe('it grows by 0.1 a second');
    expect(riseText({ perSecond: 1 / 60 })).toBe('it grows by 1.0 a minute');
  });

  it('is none in what falls, stands still, jumps about, has ended or is too short', () => {
    expect(rise(line(20, -5, 500))).toBeUndefined();
    expect(rise(times(30, 500))).toBeUndefined();
    expect(rise(times(15, [100, 130]).flat())).toBeUndefined();
    expect(rise([...line(5, 100), ...times(6, 500)])).toBeUndefined();
    expect(rise(line(4, 100))).toBeUndefined();
    expect(rise([])).toBeUndefined();
  });

  it('is not foretold at its limit', () => {
    expect(rise(line(11, 40, 600))).toEqual({ perSecond: expect.closeTo(20) });
    expect(rise(line(11, 40, 650))).toEqual({ perSecond: expect.closeTo(20) });
  });

  it('is at its end at the limit, never after it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 60 }), (values) => {
        const found = rise(values);
        if (!found) return;
        expect(found.perSecond).toBeGreaterThan(0);
        expect(found.fullIn ?? 1).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a ratio at its threshold', () => {
  const open = (ratios: readonly number[]) =>
    highSince(timed(ratios.map((ratio) => ({ ratio }))), 0.8) !== undefined;

  it('opens by two of three, and closes by five in a row that are 0.05 below', () => {
    expect(open([0.7, 0.9])).toBe(false);
    expect(open([0.9, 0.7, 0.8])).toBe(true);
    expect(open([0.9, 0.7, 0.7, 0.9])).toBe(false);
    expect(open([0.9, 0.9, ...times(20, 0.76)])).toBe(true);
    expect(open([0.9, 0.9, ...times(4, 0.7)])).toBe(true);
    expect(open([0.9, 0.9, ...times(5, 0.7)])).toBe(false);
    expect(open([0.9, 0.9, ...times(5, 0.7), 0.9])).toBe(false);
  });

  it('closes at a small threshold too', () => {
    const small = (ratios: readonly number[]) => highSince(timed(ratios.map((ratio) => ({ ratio }))), 0.04);
    expect(small([0.05, 0.05])).toBeDefined();
    expect(small([0.05, 0.05, ...times(5, 0)])).toBeUndefined();
  });

  it('opens at most once while it wanders about it', () => {
    const wandering = fc.array(fc.double({ min: 0.78, max: 0.82, noNaN: true }), { maxLength: 120 });
    fc.assert(
      fc.property(wandering, (ratios) => {
        const states = ratios.map((_, index) => open(ratios.slice(0, index + 1)));
        const opened = states.filter((state, index) => state && !states[index - 1]);
        expect(opened.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a counter', () => {
  const by = { now: NOW, failureWindow: 300_000 };
  const growth = (counters: readonly ({ a?: number; b?: number } | undefined)[], everyMs?: number) =>
    growthOf<'a' | 'b'>(
      timed(
        counters.map((each) => (each ? { counters: each } : {})),
        everyMs,
      ),
      (grown) => grown('a'),
      by,
    );

  it('has grown by what is between two looks', () => {
    expect(growth([{ a: 5 }, { a: 5 }, { a: 8 }, { a: 9 }])).toMatchObject({
      total: 4,
      since: NOW - 2_000,
      last: NOW,
      steps: [
        { from: NOW - 4_000, to: NOW - 2_000, by: 3 },
        { from: NOW - 2_000, to: NOW, by: 1 },
      ],
    });
  });

  it('has not by what was there at the first look', () => {
    expect(growth([{ a: 1_000 }])).toBeUndefined();
    expect(growth([{ a: 1_000 }, { a: 1_000 }])).toBeUndefined();
  });

  it('that is missing is none, and no zero', () => {
    expect(growth([{}, { a: 5 }])).toBeUndefined();
    expect(growth([undefined, { a: 5 }])).toBeUndefined();
    expect(growth([{ a: 5 }, {}, { a: 9 }])).toBeUndefined();
    expect(growth([{ a: 5 }, undefined, { a: 9 }])?.total).toBe(4);
  });

  it('that goes back begins anew, and with it all that are counted beside it', () => {
    expect(growth([{ a: 50 }, { a: 2 }, { a: 3 }])?.total).toBe(1);
    expect(
      growth([
        { a: 50, b: 9 },
        { a: 60, b: 0 },
      ]),
    ).toBeUndefined();
  });

  it('counts as long as a failure does', () => {
    expect(growth([{ a: 1 }, { a: 2 }, { a: 2 }], 150_000)?.total).toBe(1);
    expect(growth([{ a: 1 }, { a: 2 }, { a: 2 }], 301_000)).toBeUndefined();
  });
});
