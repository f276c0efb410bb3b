import type { Network } from '../../lookup/network.ts';
import { readSources } from '../../lookup/read-sources.ts';
import { createRealNetwork } from '../../lookup/real-network.ts';
import type { Sources } from '../../resolver/sources.ts';

/** All that probing takes from outside: injected, so that tests let hours pass in no time. */
export interface ProbeWorld {
  /** ms since the epoch. */
  clock(): number;
  /** Monotonic, ms. */
  monotonic(): number;
  /** Runs something once, so many ms from now. @returns what calls it off */
  after(ms: number, run: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
  /** A network for one sample. */
  network(): Network;
  /** The files that decide lookups, as they are now under a root. */
  sources(root: string): Sources;
}

/** This machine. */
export function createRealWorld(): ProbeWorld {
  return {
    clock: Date.now,
    monotonic: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    network: createRealNetwork,
    sources: (root) => readSources({ root, environment: process.env }),
  };
}
