import { type Meter, TABLE_CPU_MS } from './stream-file.ts';
import type { KernelWorld } from './world.ts';

/** All tables together take this part of one core at most. */
const SHARE = 0.01;

/** What reading tables may cost, shared by all who read some. */
export interface TableBudget {
  /** A table has been read, or as much of it as it may take. */
  pay(meter: Meter): void;
  /** How long the pause is now, ms: until all that was read is paid for. */
  pause(shortestMs: number): number;
}

/** Nothing read yet. */
export function createTableBudget({ monotonic }: Pick<KernelWorld, 'monotonic'>): TableBudget {
  let paidAt = Number.NEGATIVE_INFINITY;
  return {
    pay(meter) {
      paidAt = Math.max(paidAt, monotonic()) + Math.min(meter.cost(), TABLE_CPU_MS) / SHARE;
    },
    pause: (shortestMs) => Math.max(paidAt - monotonic(), shortestMs),
  };
}
