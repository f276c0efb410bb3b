import type { DnsFlows, Scope } from '../../journal/conntrack-record.ts';
import type { Journal } from '../../journal/journal.ts';
import { createConntrackTableParser } from '../../procfs/conntrack-table.ts';
import { lookOf, type Seen } from './see.ts';
import { createMeter, type Streaming, streamFile } from './stream-file.ts';
import type { TableBudget } from './table-budget.ts';
import type { KernelWorld } from './world.ts';

const FILE = 'net/nf_conntrack';
/** Shorter than nf_conntrack_udp_timeout, 30 s: no flow comes and goes unseen. */
const SHORTEST_PAUSE_MS = 20_000;
/** A mode does not change, and what is not there seldom comes. */
const AFTER_TROUBLE_MS = 60_000;
const CURE =
  'Optional, for how many flows are DNS: `securityContext: {runAsGroup: 0}` or root, for the file is 0440 root:root; everything else is seen without it.';

/** A table of flows, and whose it is. */
export interface FlowTable {
  scope: Scope;
  /** `/proc`, or `/host/proc/1`. */
  base: string;
}

/**
 * Reads the tables of flows, once a call: net/nf_conntrack, which few may read.
 *
 * @param tables which there are now
 * @returns the pause until the next time, ms: it follows from the cost
 */
export function createFlowTables(
  tables: () => readonly FlowTable[],
  journal: Journal,
  world: KernelWorld,
  budget: TableBudget,
): (signal: AbortSignal) => Promise<number> {
  const { conntrack, looks } = journal.kernel;
  let buffer: Buffer | undefined;

  return async (signal) => {
    buffer ??= Buffer.allocUnsafeSlow(1 << 14);
    const results: Seen<DnsFlows>[] = [];
    const now = tables();
    for (const [scope, record] of conntrack) if (!now.some((each) => each.scope === scope)) delete record.dns;
    for (const { scope, base } of now) {
      const at = world.clock();
      const meter = createMeter(world);
      const result = await readFlows(base, at, { meter, signal, buffer });
      budget.pay(meter);
      const record = conntrack.get(scope);
      if (record && result.state === 'ok') record.dns = result.value;
      else if (record) delete record.dns;
      results.push(result);
    }
    // What one namespace shows must not be hidden by what the other does not.
    const told = results.find(({ state }) => state === 'ok') ?? results[0];
    if (told) looks.set('conntrack-table', lookOf('conntrack-table', told));
    return budget.pause(told?.state === 'ok' ? SHORTEST_PAUSE_MS : AFTER_TROUBLE_MS);
  };
}

async function readFlows(base: string, at: number, streaming: Streaming): Promise<Seen<DnsFlows>> {
  const result = await streamFile(base, FILE, createConntrackTableParser(), streaming);
  if (result.state === 'denied') return { ...result, cure: CURE };
  if (result.state !== 'ok') return result;
  const { dnsReplied, dnsUnreplied } = result.value;
  return { state: 'ok', value: { at, replied: dnsReplied, unreplied: dnsUnreplied } };
}
