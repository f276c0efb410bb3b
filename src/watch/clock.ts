/** Time, injected, so that tests let hours pass in no time. */
export interface Clock {
  /** ms since the epoch. */
  clock(): number;
  /** Monotonic, ms. */
  monotonic(): number;
  /** Runs something once, so many ms from now. @returns what calls it off */
  after(ms: number, run: () => void): () => void;
}

/** This machine's. */
export const REAL_CLOCK: Clock = {
  clock: Date.now,
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
