import type { ProbeWorld } from './world.ts';

/** Queries a second that all probes together may send, on average. */
export interface Budget {
  /**
   * Waits until so many queries may be sent, first come, first served. Nobody knows what a lookup will send before
   * it has: what it sent beyond, or less, is told to {@link Budget.settle}, and whoever comes next waits for it.
   *
   * @returns rejects with the signal's reason when it is aborted
   */
  take(queries: number, signal: AbortSignal): Promise<void>;
  settle(taken: number, sent: number): void;
}

/** A bucket of one second's queries, full at the start. */
export function createBudget(perSecond: number, world: Pick<ProbeWorld, 'monotonic' | 'after'>): Budget {
  const capacity = Math.max(1, perSecond);
  let level = capacity;
  let filledAt = world.monotonic();
  let last: Promise<void> = Promise.resolve();

  function fill(): void {
    const now = world.monotonic();
    level = Math.min(capacity, level + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
  }

  async function takeNow(queries: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    fill();
    // More than the bucket holds is taken from a full one, and leaves it in debt.
    const missing = Math.min(queries, capacity) - level;
    if (missing > 0) await pause((missing / perSecond) * 1000, world, signal);
    fill();
    level -= queries;
  }

  return {
    take(queries, signal) {
      const turn = last.then(() => takeNow(queries, signal));
      last = turn.catch(() => {});
      return turn;
    },
    settle(taken, sent) {
      level += taken - sent;
    },
  };
}

/** Waits so many ms. @returns rejects with the signal's reason when it is aborted */
export function pause(ms: number, world: Pick<ProbeWorld, 'after'>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = world.after(ms, () => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
    if (signal.aborted) aborted();
    else signal.addEventListener('abort', aborted, { once: true });
  });
}
