/** Connection tracking of the node, which our own network namespace does not show unless it is the node's. */
import { statSync } from 'node:fs';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { keep, readBuckets, readLimit, readStat, recordOf, STAT } from './conntrack-files.ts';
import type { FlowTable } from './flow-tables.ts';
import { scrape, shownUrl } from './scrape.ts';
import { lookOf, type Trouble } from './see.ts';
import type { KernelSettings } from './settings.ts';
import type { KernelWorld } from './world.ts';

const SCRAPE_EVERY_MS = 15_000;
/** A fleet must not ask in step. */
const JITTER = 0.1;
const MOUNT =
  'Mount the node’s /proc: `volumes: [{name: proc, hostPath: {path: /proc}}]`, `volumeMounts: [{name: proc, mountPath: /host/proc, readOnly: true}]`, and `node: {proc: /host/proc}`.';
const EXPORTER = 'Take a node_exporter of the node: `node: {metricsUrl: "http://$(HOST_IP):9100/metrics"}`.';

/** Where the node's numbers are from: its /proc, or where that gives none its node_exporter. */
export interface NodeEye {
  /** Looks at its /proc, if it has one. */
  sample(): void;
  /** Looks at what is the same for minutes. */
  readSettings(): void;
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
  const base = node.proc === undefined ? undefined : `${node.proc}/1`;
  let limit: number | undefined;
  let ofProc: Trouble | { state: 'ok' } | undefined;
  let ofUrl: Trouble | { state: 'ok' } | undefined;

  /** One of both is enough. */
  function tell(): void {
    const looks = [ofProc, ofUrl].filter((look) => look !== undefined);
    const told = looks.find(({ state }) => state === 'ok') ?? merged(looks);
    if (told) kernel.looks.set('node', lookOf('node', told));
  }

  function sampleProc(directory: string, base: string): Trouble | { state: 'ok' } {
    const trouble = strangerOf(proc, directory, base);
    if (trouble) return trouble;
    const stat = readStat(base);
    if (stat.state !== 'ok') {
      return stat.state === 'absent'
        ? {
            ...stat,
            why: `${stat.why}: no CONFIG_NF_CONNTRACK_PROCFS, or nothing tracks there`,
            cure: EXPORTER,
          }
        : stat;
    }
    const { samples } = recordOf(kernel, 'node', `${base}/${STAT}`);
    keep(samples, { at: world.clock(), ...stat.value, ...(limit !== undefined && { limit }) });
    return { state: 'ok' };
  }

  return {
    sample() {
      if (kernel.isNode === true) return;
      if (node.proc !== undefined && base !== undefined) ofProc = sampleProc(node.proc, base);
      // What is not known yet is not told, nor what nobody has configured.
      if (ofProc) tell();
    },
    readSettings() {
      if (kernel.isNode === true || node.proc === undefined || base === undefined) return;
      limit = readLimit(node.proc);
      const record = kernel.conntrack.get('node');
      if (record?.from === `${base}/${STAT}`) record.settings = readBuckets(node.proc);
    },
    async scrape(signal) {
      const { metricsUrl } = node;
      if (kernel.isNode === true || ofProc?.state === 'ok' || metricsUrl === undefined) return pause(world);
      const seen = await scrape(metricsUrl, world, signal);
      ofUrl = seen;
      if (seen.state === 'ok') {
        const { samples } = recordOf(kernel, 'node', shownUrl(metricsUrl));
        keep(samples, { at: world.clock(), ...seen.value });
      }
      tell();
      return pause(world);
    },
    flowTables: () => (ofProc?.state === 'ok' && base !== undefined ? [{ scope: 'node', base }] : []),
  };
}

function pause({ random }: KernelWorld): number {
  return SCRAPE_EVERY_MS * (1 + JITTER * (2 * random() - 1));
}

function merged(looks: readonly (Trouble | { state: 'ok' })[]): Trouble | undefined {
  const troubles = looks.filter((look) => look.state !== 'ok');
  const [first] = troubles;
  return first && { ...first, why: troubles.map(({ why }) => why).join('; ') };
}

/** Why this is no node's /proc: no process 1 is there, or it shares our own network namespace, as in a pod. */
function strangerOf(proc: string, directory: string, base: string): Trouble | undefined {
  const ours = namespaceFile(`${proc}/net/udp`);
  const its = namespaceFile(`${base}/net/udp`);
  if (ours !== undefined && its === ours) {
    const why = `${base} is in our own network namespace: ${directory} is not the node’s /proc`;
    return { state: 'failed', reason: 'failed', why, cure: MOUNT };
  }
  if (its !== undefined || namespaceFile(base) !== undefined) return undefined;
  const why = `${base} is not there: ${directory} is not the node’s /proc`;
  return { state: 'failed', reason: 'failed', why, cure: MOUNT };
}

/**
 * Inode of a file of a network namespace: each has entries of its own (fs/proc/proc_net.c), so that it is the same for
 * two processes if and only if they share one; it takes no right over the process.
 */
function namespaceFile(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return undefined;
  }
}
