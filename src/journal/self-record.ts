/** What is known of this process itself: whether what it measures can be believed. */
export interface SelfRecord {
  /** The newest last, at most {@link MAX_LOADS}. */
  loads: Load[];
}

/** How busy the event loop was since the load before. */
export interface Load {
  /** ms since the epoch. */
  at: number;
  /** ms that it is of. */
  over: number;
  /** Of that time, what it did not wait for events: 0 to 1. A process that is not let run counts as busy. */
  busy: number;
}

/** A minute, at one load every two seconds. */
export const MAX_LOADS = 30;

/** Nothing known yet. */
export function createSelfRecord(): SelfRecord {
  return { loads: [] };
}
