import type { ProbeTotals } from '../../journal/probe-totals.ts';
import type { Budget } from './budget.ts';
import { createProbeNetwork, type ProbeNetwork } from './probe-network.ts';
import type { StallMeter } from './stall-meter.ts';
import type { ProbeWorld } from './world.ts';

/** Takes samples: within the budget, each on a network of its own, and none that a standstill of ours has spoilt. */
export interface Sampler {
  /**
   * @param queries how many the sample will send, as far as that is known
   * @returns undefined where the sample was discarded; rejects when probing stops
   */
  sample<T>(queries: number, take: (network: ProbeNetwork) => Promise<T>): Promise<Sample<T> | undefined>;
}

export interface Sample<T> {
  /** When it began, ms since the epoch. */
  at: number;
  /** Queries it sent. */
  sent: number;
  value: T;
}

/** A standstill so long spoils a sample, ms: conntrack and nameservers answer in less. */
const MAX_STALL_MS = 50;
/** A sample that took longer may have a longer one: a lookup of 10 s is no other for 200 ms. */
const MAX_STALL_SHARE = 0.02;

/** A sampler for one run of the probes; `signal` ends it. */
export function createSampler(
  world: ProbeWorld,
  budget: Budget,
  stalls: StallMeter,
  totals: ProbeTotals,
  signal: AbortSignal,
): Sampler {
  return {
    async sample(queries, take) {
      await budget.take(queries, signal);
      const network = createProbeNetwork(world.network(), signal);
      const at = world.clock();
      const began = network.now();
      const endStall = stalls.begin();
      let stall = 0;
      let value: Awaited<ReturnType<typeof take>>;
      let tookMs = 0;
      try {
        value = await take(network);
        tookMs = network.now() - began;
      } finally {
        stall = endStall();
        network.closeAll();
        budget.settle(queries, network.sent);
      }
      if (stall <= Math.max(MAX_STALL_MS, tookMs * MAX_STALL_SHARE)) return { at, sent: network.sent, value };
      totals.discarded.set('event-loop-stall', (totals.discarded.get('event-loop-stall') ?? 0) + 1);
      return undefined;
    },
  };
}
