/**
 * What the kernel has told of UDP sockets, source ports and connection tracking, and whose it is. Facts only: times are
 * ms since the epoch. What could not be seen is absent, never 0; why is in `looks`. Every list is bounded, its newest
 * entry last.
 */
import type { UdpCounters } from '../procfs/snmp.ts';
import type { ConntrackRecord, Scope } from './conntrack-record.ts';
import type { Look, Watcher } from './looks.ts';

export type { ConntrackEvent, ConntrackRecord, ConntrackSample, Scope } from './conntrack-record.ts';
export { CONNTRACK_EVENTS } from './conntrack-record.ts';

/** Ten minutes at one sample every two seconds. */
export const MAX_SAMPLES = 300;

export interface KernelRecord {
  /** Between two samples; 0: the kernel is not watched. */
  intervalMs: number;
  /** When the last sample was taken. */
  lastSample?: number;
  /**
   * Whether our network namespace is the machine's first one (hostNetwork): what is seen there is the node's. Absent:
   * not known.
   */
  isNode?: boolean;
  readonly udp: UdpRecord;
  /**
   * `pod` is our own namespace; `node` there only where the node can be seen. Where our own is the node's, its numbers
   * are `node`, there is no `pod`, and no other source is asked.
   */
  readonly conntrack: Map<Scope, ConntrackRecord>;
  softnet?: Softnet;
  /** SYNs sent again in this namespace: what a lost TCP connection attempt leaves behind. */
  tcpSynRetransmits?: number;
  readonly looks: Map<Watcher, Look>;
}

/** What each CPU took from its backlog (net/core/net-procfs.c), added up, since boot. */
interface Softnet {
  processed: number;
  /** The backlog was full: net.core.netdev_max_backlog. */
  dropped: number;
  /** Work was left when its time was up. */
  squeezed: number;
}

/** UDP in our network namespace. */
export interface UdpRecord {
  samples: UdpSample[];
  ports?: SourcePorts;
  /** The last one that was read to its end; absent: it cannot be read, or not any more. */
  table?: UdpTable;
  /** Datagrams that sockets dropped for want of buffer, as their own counters grew while this process looked. */
  receiveDrops: number;
  /** Ports that a datagram socket let go of lately, and DNS had again: see {@link DnsSockets}. */
  dns?: DnsSockets;
}

/** Which source ports the kernel may give: ip_local_port_range less ip_local_reserved_ports (ip-sysctl.rst). */
export interface SourcePorts {
  low: number;
  high: number;
  /** Of the range, those that are reserved. */
  reserved: number;
  /** What is left. */
  usable: number;
}

/** One cheap look: sockstat, sockstat6, snmp and snmp6. */
export interface UdpSample {
  at: number;
  /** Sockets that have a port, of both families. */
  inuse: number;
  /**
   * Usable ports that are taken, of both families, each once. Between two looks at the table: what the last one
   * counted, and what `inuse` has grown or shrunk since.
   */
  portsUsed?: number;
  /** `table`: counted there; `estimate`: carried on from it by `inuse`. */
  portsFrom?: 'table' | 'estimate';
  /** Of both families, since the namespace is there. */
  errors: UdpErrors;
  /** Datagrams sent and received. */
  out?: number;
  in?: number;
}

/** Counters of snmp and snmp6, added up; one that a kernel does not have is absent (MemErrors before 5.11). */
export type UdpErrors = UdpCounters['errors'];

/** /proc/net/udp and udp6, read to their end. */
export interface UdpTable {
  /** When reading began. */
  at: number;
  /** Until it ended, ms. */
  tookMs: number;
  sockets: number;
  /** Connected to port 53, as Go's and glibc's are. musl's are not connected, and cannot be told from others. */
  dns: number;
  /** Usable ports that are taken, each once; absent: it is not known which are usable. */
  portsUsed?: number;
  /** Who holds them, the greatest holder first, at most {@link MAX_HOLDERS}. */
  holders: PortHolder[];
  /** Sockets that drop what they receive, the worst first, at most {@link MAX_HOLDERS}. */
  dropping: DroppingSocket[];
}
export const MAX_HOLDERS = 5;

/** Sockets of one user towards one port. */
export interface PortHolder {
  uid: number;
  /** 0: not connected. */
  remotePort: number;
  sockets: number;
  /** Whose they are, where /proc/PID/fd could be read: `app (pid 7)`; absent: not known. */
  process?: string;
}

/** A socket with drops. */
export interface DroppingSocket {
  localPort: number;
  /** 0: not connected. */
  remotePort: number;
  uid: number;
  /** Since the socket is there. */
  drops: number;
  /** Since the table was read before. */
  grown: number;
  process?: string;
}

/** DNS sockets that are new since the table was read before. A socket that lived in between is not seen: at least so many. */
export interface DnsSockets {
  at: number;
  /** Time between the two tables, ms. */
  overMs: number;
  fresh: number;
  /**
   * Of them, those whose source port another DNS socket had within {@link PORT_REUSE_MS}: conntrack may know the port
   * still, and answer for it with the old translation.
   */
  reused: number;
}
/** nf_conntrack_udp_timeout, its default. */
export const PORT_REUSE_MS = 30_000;

/** A record of a kernel that has not been looked at. */
export function createKernelRecord(): KernelRecord {
  return {
    intervalMs: 0,
    udp: { samples: [], receiveDrops: 0 },
    conntrack: new Map(),
    looks: new Map(),
  };
}
