/** Observations counted by bucket: prom-client's own cannot be filled from counts that are kept elsewhere. */
export interface Histogram {
  observe(value: number): void;
  /** Cumulative, as Prometheus has them: how many were at most `le`; without the last one, `+Inf`. */
  buckets(): { le: number; count: number }[];
  readonly sum: number;
  readonly count: number;
}

/** @param bounds upper bounds, ascending */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    observe(value) {
      sum += value;
      count++;
      const bucket = bounds.findIndex((bound) => value <= bound);
      if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1;
    },
    buckets() {
      let below = 0;
      return bounds.map((le, index) => {
        below += counts[index] ?? 0;
        return { le, count: below };
      });
    },
    get sum() {
      return sum;
    },
    get count() {
      return count;
    },
  };
}
