/** What connection tracking counts, and whose it is. Part of kernel-record.ts: times are as there. */

/** Whose network namespace a number is from: the pod's says nothing of the node's. */
export type Scope = 'pod' | 'node';

/** What grows in net/stat/nf_conntrack, by the names of our metric. */
export const CONNTRACK_EVENTS = [
  'insert_failed',
  'drop',
  'early_drop',
  'clash_resolved',
  'search_restart',
  'invalid',
] as const;
export type ConntrackEvent = (typeof CONNTRACK_EVENTS)[number];
/** A counter that a kernel, or a node_exporter, does not have is absent. */
type ConntrackCounters = Partial<Record<ConntrackEvent, number>>;

/** Connection tracking in one network namespace. */
export interface ConntrackRecord {
  readonly scope: Scope;
  /** Where the numbers are from: `/proc/net/stat/nf_conntrack`, `http://10.0.0.7:9100/metrics`. */
  readonly from: string;
  samples: ConntrackSample[];
  settings?: ConntrackSettings;
  dns?: DnsFlows;
}

export interface ConntrackSample {
  at: number;
  entries?: number;
  /** nf_conntrack_max: one for the machine, against which each namespace's own count is held. */
  limit?: number;
  counters?: ConntrackCounters;
}

/** Seconds. */
export interface ConntrackSettings {
  buckets?: number;
  udpTimeout?: number;
  udpTimeoutStream?: number;
}

/** Flows of UDP to port 53 in net/nf_conntrack. */
export interface DnsFlows {
  at: number;
  replied: number;
  unreplied: number;
}
