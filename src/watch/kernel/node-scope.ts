import type { ConntrackRecord } from '../../journal/conntrack-record.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import type { Clock } from '../clock.ts';
import { fetchNodeConntrack, type NodeConntrack, withoutCredentials } from './node-exporter.ts';
import { readNodeConntrack } from './node-proc.ts';
import { conntrackOf, keepConntrack } from './own-conntrack.ts';

/** Where the node's numbers are from, as configured; where both are, /proc goes first. */
export interface NodeSource {
  proc?: string;
  metricsUrl?: string;
}

/** The node's connection tracking, beside our own namespace's. */
export interface NodeScope {
  /** Reads the node's /proc, which costs as little as our own. @returns whether that told anything */
  sampleProc(at: number): boolean;
  /** Asks the node's node_exporter, where it is configured and /proc has told nothing. */
  askExporter(): Promise<void>;
}

/** @param own where our own /proc is, to be told apart from the node's */
export function createNodeScope(
  own: string,
  node: NodeSource,
  record: KernelRecord,
  { clock }: Pick<Clock, 'clock'>,
  signal: AbortSignal,
): NodeScope {
  let toldByProc = false;

  function keep(from: string, at: number, told: NodeConntrack): boolean {
    if (told.state === 'failed') {
      const { reason, why, cure } = told;
      record.looks.set('node', { watcher: 'node', state: 'failed', reason, why, cure });
      return false;
    }
    record.looks.set('node', { watcher: 'node', state: 'ok' });
    const kept: ConntrackRecord = conntrackOf(record, 'node', from);
    keepConntrack(kept, { at, ...told.sample });
    if (told.settings) kept.settings = told.settings;
    return true;
  }

  return {
    sampleProc(at) {
      const { proc } = node;
      if (proc === undefined) return false;
      const told = readNodeConntrack(proc, { proc: own, ...(record.isNode === true && { isNode: true }) });
      // The exporter's word, where it is asked as well, is the later one.
      toldByProc = told.state === 'ok' || node.metricsUrl === undefined;
      if (toldByProc) keep(`${proc}/1/net/stat/nf_conntrack`, at, told);
      return toldByProc;
    },
    async askExporter() {
      const { metricsUrl } = node;
      if (metricsUrl === undefined || toldByProc) return;
      const told = await fetchNodeConntrack(metricsUrl, signal);
      if (!signal.aborted) keep(withoutCredentials(metricsUrl), clock(), told);
    },
  };
}
