/** When lookups failed, second by second, so that what the kernel counts can be held against it. */

/** Ten minutes. */
const SECONDS = 600;

/** Counts of the last {@link SECONDS}. */
export interface FailureTimes {
  /** @param at ms since the epoch; what is older than the oldest second kept is not counted */
  add(at: number): void;
  /** Failures from one time to another, both included, ms since the epoch. */
  between(from: number, to: number): number;
}

/** No failure yet. */
export function createFailureTimes(): FailureTimes {
  const counts = new Uint32Array(SECONDS);
  /** The newest second that has a count. */
  let newest = 0;

  function advance(second: number): void {
    const steps = Math.min(second - newest, SECONDS);
    for (let step = 1; step <= steps; step++) counts[(second - steps + step) % SECONDS] = 0;
    newest = second;
  }

  return {
    add(at) {
      const second = Math.floor(at / 1000);
      if (second > newest) advance(second);
      if (second <= newest - SECONDS || second < 0) return;
      counts[second % SECONDS] = (counts[second % SECONDS] ?? 0) + 1;
    },
    between(from, to) {
      const first = Math.max(Math.floor(from / 1000), newest - SECONDS + 1, 0);
      const last = Math.min(Math.floor(to / 1000), newest);
      let sum = 0;
      for (let second = first; second <= last; second++) sum += counts[second % SECONDS] ?? 0;
      return sum;
    },
  };
}
