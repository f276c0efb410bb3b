import { countersOf } from './header-value-lines.ts';
import { ProcfsError } from './procfs-error.ts';
import { wholeNumber } from './sysctl.ts';

/** UDP's counters of one family; one that a kernel does not have is absent. */
export interface UdpCounters {
  /** Datagrams received, and sent. */
  in?: number;
  out?: number;
  errors: { in?: number; noports?: number; rcvbuf?: number; sndbuf?: number; csum?: number; mem?: number };
}

/** By the names of net/ipv4/proc.c, snmp4_udp_list. MemErrors is there since 5.11. */
const ERRORS = {
  in: 'InErrors',
  noports: 'NoPorts',
  rcvbuf: 'RcvbufErrors',
  sndbuf: 'SndbufErrors',
  csum: 'InCsumErrors',
  mem: 'MemErrors',
} as const;

/** net/snmp: IPv4. @throws ProcfsError */
export function parseSnmp(text: string): UdpCounters {
  const counters = countersOf(text, 'Udp', 'net/snmp');
  if (!counters) throw new ProcfsError('net/snmp', 'no line of Udp');
  return countersFrom((name) => counters.get(name));
}

/** net/snmp6: IPv6, a counter a line (net/ipv6/proc.c, snmp6_seq_show). @throws ProcfsError */
export function parseSnmp6(text: string): UdpCounters {
  const counters = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name = '', value] = line.trim().split(/\s+/);
    if (name.startsWith('Udp6')) counters.set(name.slice('Udp6'.length), wholeNumber(value, 'net/snmp6'));
  }
  if (counters.size === 0) throw new ProcfsError('net/snmp6', 'no line of Udp6');
  return countersFrom((name) => counters.get(name));
}

function countersFrom(value: (name: string) => number | undefined): UdpCounters {
  const received = value('InDatagrams');
  const sent = value('OutDatagrams');
  const errors = Object.entries(ERRORS).flatMap(([kind, name]) => {
    const count = value(name);
    return count === undefined ? [] : [[kind, count]];
  });
  return {
    ...(received !== undefined && { in: received }),
    ...(sent !== undefined && { out: sent }),
    errors: Object.fromEntries(errors),
  };
}
