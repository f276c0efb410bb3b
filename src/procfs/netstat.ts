import { countersOf } from './header-value-lines.ts';
import { ProcfsError } from './procfs-error.ts';

/** What is wanted of net/netstat. It has no counter of UDP in any kernel: those are in net/snmp. */
export interface NetStat {
  /** SYNs sent again: what a lost connection attempt leaves behind. Since 3.15. */
  tcpSynRetransmits?: number;
}

/** net/netstat: the extended counters of TCP. @throws ProcfsError */
export function parseNetstat(text: string): NetStat {
  const counters = countersOf(text, 'TcpExt', 'net/netstat');
  if (!counters) throw new ProcfsError('net/netstat', 'no line of TcpExt');
  const tcpSynRetransmits = counters.get('TCPSynRetrans');
  return tcpSynRetransmits === undefined ? {} : { tcpSynRetransmits };
}
