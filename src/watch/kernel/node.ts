/** Connection tracking of the node, which our own network namespace does not show unless it is the node's. */
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { keep, recordOf } from './conntrack-files.ts';
import type { FlowTable } from './flow-tables.ts';
import {
  fetchNodeConntrack,
  keptConnection,
  type NodeConntrack,
  withoutCredentials,
} from './node-exporter.ts';
import { nodeStatFile, readNodeConntrack } from './node-proc.ts';
import { lookOf, type Trouble } from './see.ts';
import type { KernelSettings } from './settings.ts';
import type { KernelWorld } from './world.ts';

const SCRAPE_EVERY_MS = 15_000;
/** A fleet must not ask in step. */
const JITTER = 0.1;

/** Where the node's numbers are from: its /proc, or where that gives none its node_exporter. */
export interface NodeEye {
  /** Looks at its /proc, if it has one. */
  sample(): void;
  /** Asks its node_exporter, if need be. @returns the pause until the next time, ms */
  scrape(signal: AbortSignal): Promise<number>;
  /** The node's table of flows. */
  flowTables(): readonly FlowTable[];
}

/** Looks at the node as it is configured. Where our own namespace is the node's nobody else need be asked. */
export function createNodeEye(
  { proc, node }: KernelSettings,
  kernel: KernelRecord,
  world: KernelWorld,
): NodeEye {
  let ofProc: NodeConntrack | undefined;
  let ofUrl: NodeConntrack | undefined;
  let connection: ReturnType<typeof keptConnection> | undefined;

  function take(seen: NodeConntrack, from: string): NodeConntrack {
    if (seen.state !== 'ok') return seen;
    const record = recordOf(kernel, 'node', from);
    keep(record.samples, { at: world.clock(), ...seen.sample });
    if (seen.settings) record.settings = seen.settings;
    return seen;
  }

  /** One of both is enough. What is not known yet is not told, nor what nobody has configured. */
  function tell(): void {
    const looks = [ofProc, ofUrl].filter((look) => look !== undefined);
    const told = looks.find(({ state }) => state === 'ok') ?? merged(looks);
    if (told) kernel.looks.set('node', lookOf('node', told));
  }

  return {
    sample() {
      if (kernel.isNode === true || node.proc === undefined) return;
      ofProc = take(readNodeConntrack(node.proc, proc), nodeStatFile(node.proc));
      // What the node_exporter said when it was last needed says nothing any more.
      if (ofProc.state === 'ok') ofUrl = undefined;
      tell();
    },
    async scrape(signal) {
      const { metricsUrl } = node;
      if (kernel.isNode !== true && ofProc?.state !== 'ok' && metricsUrl !== undefined) {
        connection ??= keptConnection(metricsUrl, signal);
        const seen = await fetchNodeConntrack(metricsUrl, signal, undefined, connection);
        signal.throwIfAborted();
        ofUrl = take(seen, withoutCredentials(metricsUrl));
        tell();
      }
      return SCRAPE_EVERY_MS * (1 + JITTER * (2 * world.random() - 1));
    },
    flowTables: () =>
      ofProc?.state === 'ok' && node.proc !== undefined ? [{ scope: 'node', base: `${node.proc}/1` }] : [],
  };
}

/** Why neither gives anything; what to change is told of the first. */
function merged(looks: readonly NodeConntrack[]): Trouble | undefined {
  const troubles = looks.filter((look) => look.state !== 'ok');
  const [first] = troubles;
  return first && { ...first, why: troubles.map(({ why }) => why).join('; ') };
}
