/** How often tables are read: whatever each costs, all of them together take one part of a core. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTableBudget } from '../../../src/watch/kernel/table-budget.ts';

const meter = (ms: number) => ({ cost: () => ms, isOver: () => false });

it('is a hundred times what it costs, and no less than it should be', () => {
  const budget = createTableBudget({ monotonic: () => 0 });
  expect(budget.pause(5_000)).toBe(5_000);
  budget.pay(meter(1));
  expect(budget.pause(5_000)).toBe(5_000);
  budget.pay(meter(370));
  expect(budget.pause(5_000)).toBe(37_100);
});

it('is of all tables together', () => {
  const HOUR = 3_600_000;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 3 }), (costs) => {
      let now = 0;
      const budget = createTableBudget({ monotonic: () => now });
      const tables = costs.map((cost) => ({ cost, due: 0, times: 0 }));
      while (now < 10 * HOUR) {
        const [next] = tables.toSorted((a, b) => a.due - b.due);
        if (!next) break;
        now = Math.max(now, next.due) + next.cost;
        next.times++;
        budget.pay(meter(next.cost));
        next.due = now + budget.pause(5_000);
      }
      const taken = tables.reduce((sum, { cost, times }) => sum + cost * times, 0);
      const once = costs.reduce((sum, cost) => sum + cost, 0);
      expect(taken).toBeLessThanOrEqual(now / 100 + 2 * once);
      // None keeps another from being read.
      for (const { times } of tables) expect(times).toBeGreaterThan(10);
    }),
  );
});
