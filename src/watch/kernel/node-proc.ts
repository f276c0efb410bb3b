/** The node's connection tracking as the node's own /proc tells it, where that is mounted. */
import type { BlockedReason } from '../../journal/looks.ts';
import { parseConntrackStat } from '../../procfs/conntrack-stat.ts';
import { inodeOf, networkNamespaceOf } from '../proc/network-namespace.ts';
import { parsed, type Reading, readProc } from '../proc/read-proc.ts';
import { readBuckets, readLimit, STAT } from './conntrack-files.ts';
import type { NodeConntrack, NodeConntrackFailure } from './node-exporter.ts';

const MOUNT_CURE =
  'Mount the node’s /proc read-only: `volumes: [{name: proc, hostPath: {path: /proc}}]`, `volumeMounts: [{name: proc, mountPath: /host/proc, readOnly: true}]`, and name it: `node: {proc: /host/proc}`.';
const EXPORTER_CURE =
  'Give a node_exporter on the node: `node: {metricsUrl: "http://$(HOST_IP):9100/metrics"}`, which needs nothing of the node’s /proc.';

/**
 * Reads the numbers of process 1's network namespace, which is the node's. Synchronous and cheap; never throws. For
 * where our own namespace is not the node's: with hostNetwork our own /proc has these numbers.
 *
 * @param nodeProc where the node's /proc is mounted
 * @param ownProc where ours is
 */
export function readNodeConntrack(nodeProc: string, ownProc: string): NodeConntrack {
  const refused = refusal(nodeProc, ownProc);
  if (refused) return refused;
  const path = nodeStatFile(nodeProc);
  const stat = parsed(readProc(path), parseConntrackStat);
  if (stat.state !== 'ok') return statFailure(path, stat);
  // Below /proc/sys/net a process sees its own namespace's, whatever mount of /proc it looks through. The limit and the
  // buckets are one for the machine (nf_conntrack_standalone.c), the timeouts are not.
  const limit = readLimit(nodeProc);
  const sample = { ...stat.value, ...(limit !== undefined && { limit }) };
  return { state: 'ok', sample, settings: readBuckets(nodeProc) };
}

/** Where the node's numbers are. */
export function nodeStatFile(nodeProc: string): string {
  return `${nodeProc}/1/${STAT}`;
}

/** Whether process 1 there has a network namespace that is not ours, as the node's has. */
function refusal(nodeProc: string, ownProc: string): NodeConntrackFailure | undefined {
  const node = networkNamespaceOf(`${nodeProc}/1`);
  if (node.state !== 'ok') return hidden(nodeProc, node);
  const ours = networkNamespaceOf(`${ownProc}/self`);
  if (ours.state !== 'ok') {
    const why = `${nodeProc} cannot be told apart from this pod’s: ${ownProc}/self/net/udp cannot be read`;
    return failed('failed', why, 'Let `proc` name where the sidecar’s own /proc is mounted.');
  }
  if (node.value !== ours.value) return undefined;
  const why = `${nodeProc} is not the node’s: its process 1 is in this pod’s network namespace`;
  return failed('failed', why, MOUNT_CURE);
}

type Unread = Exclude<Reading<never>, { state: 'ok' }>;

function hidden(nodeProc: string, reading: Unread): NodeConntrackFailure {
  const there = inodeOf(nodeProc);
  if (there.state === 'absent') return failed('failed', `${nodeProc} is not there`, MOUNT_CURE);
  const path = `${nodeProc}/1/net`;
  if (reading.state === 'denied') return failed('mode', `${path}: permission denied`, EXPORTER_CURE);
  if (reading.state === 'failed') return failed('failed', reading.why, EXPORTER_CURE);
  // Of a /proc with hidepid=2 only root sees process 1 (proc.rst).
  const why = `${path} is not there: ${nodeProc} is no /proc, or one mounted with hidepid`;
  return failed('failed', why, MOUNT_CURE);
}

function statFailure(path: string, reading: Unread): NodeConntrackFailure {
  if (reading.state === 'denied') return failed('mode', `${path}: permission denied`, EXPORTER_CURE);
  if (reading.state === 'failed') {
    return failed(reading.malformed ? 'malformed' : 'failed', reading.why, EXPORTER_CURE);
  }
  const why = `${path} is not there: the node has not loaded nf_conntrack, or its kernel is built without CONFIG_NF_CONNTRACK_PROCFS`;
  return failed('absent', why, EXPORTER_CURE);
}

function failed(reason: BlockedReason, why: string, cure: string): NodeConntrackFailure {
  return { state: 'failed', reason, why, cure };
}
