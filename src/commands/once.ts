import type { Judgement } from '../diagnose/finding.ts';

/** How rules judge what was read once: all of it counts, however old, and nothing is watched over time. */
export function judgementOnce(): Judgement {
  return {
    now: Date.now(),
    failureWindow: Number.POSITIVE_INFINITY,
    sourceStalled: Number.POSITIVE_INFINITY,
    slowQuery: Number.POSITIVE_INFINITY,
    conntrackRatio: 1,
    sourcePortRatio: 1,
  };
}
