import { discard, type ProbeTotals } from '../../journal/probe-totals.ts';
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

interface Sample<T> {
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

/** What a sampler takes from its run of probes. */
export interface SamplerOptions {
  world: ProbeWorld;
  budget: Budget;
  stalls: StallMeter;
  totals: ProbeTotals;
  /** Ends it. */
  signal: AbortSignal;
  /** Told of what went wrong on our side: one model's fault is not to end the others' lookups. */
  onFault: (error: unknown) => void;
}

/** A sampler for one run of the probes. */
export function createSampler({ world, budget, stalls, totals, signal, onFault }: SamplerOptions): Sampler {
  async function measured<T>(queries: number, take: (network: ProbeNetwork) => Promise<T>) {
    await budget.take(queries, signal);
    const network = createProbeNetwork(world.network(), signal);
    const at = world.clock();
    const began = network.now();
    const endStall = stalls.begin();
    try {
      const value = await take(network);
      const tookMs = network.now() - began;
      const spoilt = endStall() > Math.max(MAX_STALL_MS, tookMs * MAX_STALL_SHARE);
      return { spoilt, sample: { at, sent: network.sent, value } };
    } finally {
      endStall();
      network.closeAll();
      budget.settle(queries, network.sent);
    }
  }

  return {
    async sample(queries, take) {
      try {
        const { spoilt, sample } = await measured(queries, take);
        return spoilt ? discard(totals, 'event-loop-stall') : sample;
      } catch (error) {
        signal.throwIfAborted();
        onFault(error);
        return discard(totals, 'fault');
      }
    },
  };
}
