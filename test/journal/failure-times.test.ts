import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFailureTimes } from '../../src/journal/failure-times.ts';

describe('failures by the second', () => {
  it('are those of the last ten minutes, in whatever order they come', () => {
    const times = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { maxLength: 100 });
    const span = fc.tuple(fc.integer({ min: 0, max: 2_000_000 }), fc.integer({ min: 0, max: 2_000_000 }));
    fc.assert(
      fc.property(times, span, (failures, [from, to]) => {
        const record = createFailureTimes();
        // What is kept depends on what was the newest when it came.
        const kept: number[] = [];
        let newest = 0;
        for (const at of failures) {
          record.add(at);
          newest = Math.max(newest, Math.floor(at / 1000));
          if (Math.floor(at / 1000) > newest - 600) kept.push(Math.floor(at / 1000));
        }
        const within = kept.filter(
          (second) =>
            second > newest - 600 && second >= Math.floor(from / 1000) && second <= Math.floor(to / 1000),
        );
        expect(record.between(from, to)).toBe(within.length);
      }),
    );
  });

  it('count nothing before the epoch, nor what is no time', () => {
    const record = createFailureTimes();
    record.add(-5_000);
    record.add(Number.NaN);
    expect(record.between(-10_000, 10_000)).toBe(0);
  });
});
