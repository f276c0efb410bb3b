import type { Judgement } from '../../src/diagnose/finding.ts';

/** What rules judge by unless it is set otherwise: the defaults of the configuration. */
export const JUDGEMENT: Omit<Judgement, 'now'> = {
  failureWindow: 300_000,
  sourceStalled: 10_000,
  slowQuery: 1_000,
  conntrackRatio: 0.8,
  sourcePortRatio: 0.8,
};
