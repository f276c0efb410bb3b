/** net/netstat: what net/snmp has no room for (net/ipv4/proc.c, netstat_seq_show). No kernel has a line of UDP here. */
import { namedValues } from './named-values.ts';
import { count } from './text.ts';

/** SYNs that were sent again, since the namespace is there (TCPSynRetrans, since 3.15). @throws {ProcfsError} */
export function parseNetstat(text: string): { tcpSynRetransmits?: number } {
  const file = 'net/netstat';
  const value = namedValues(text, 'TcpExt', file)?.get('TCPSynRetrans');
  return value === undefined ? {} : { tcpSynRetransmits: count(value, file, 'TCPSynRetrans') };
}
