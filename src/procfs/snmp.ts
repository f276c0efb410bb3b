/** net/snmp and net/snmp6: datagrams of a network namespace, of IPv4 and IPv6 each on its own. */
import { namedValues } from './named-values.ts';
import { ProcfsError } from './procfs-error.ts';
import { count, fieldsOf, linesOf, shown } from './text.ts';

/** Since the namespace is there. One that a kernel does not have is absent. */
export interface UdpCounters {
  in?: number;
  out?: number;
  errors: UdpErrorCounters;
}

/** See {@link UdpCounters}. `in` counts all that were received and not delivered, `rcvbuf`, `csum` and `mem` of them too. */
interface UdpErrorCounters {
  in?: number;
  noports?: number;
  rcvbuf?: number;
  sndbuf?: number;
  csum?: number;
  mem?: number;
}

/** Names of snmp4_udp_list (net/ipv4/proc.c), and with `Udp6` before them of snmp6_udp6_list (net/ipv6/proc.c). */
const ERRORS = {
  InErrors: 'in',
  NoPorts: 'noports',
  RcvbufErrors: 'rcvbuf',
  SndbufErrors: 'sndbuf',
  // Since 3.12.
  InCsumErrors: 'csum',
  // Since 5.11.
  MemErrors: 'mem',
} as const satisfies Record<string, keyof UdpErrorCounters>;

/** UDP over IPv4. @throws {ProcfsError} */
export function parseSnmp(text: string): UdpCounters {
  const file = 'net/snmp';
  const values = namedValues(text, 'Udp', file);
  if (!values) throw new ProcfsError(file, 'no values of Udp:');
  return counters(values, file);
}

/** UDP over IPv6. @throws {ProcfsError} */
export function parseSnmp6(text: string): UdpCounters {
  const file = 'net/snmp6';
  const values = new Map<string, string>();
  for (const line of linesOf(text, file)) {
    // `Udp6InErrors                    	0` (snmp6_seq_show_item); `UdpLite6...` is another protocol.
    if (!line.startsWith('Udp6')) continue;
    const [name = '', value = '', ...rest] = fieldsOf(line);
    if (rest.length > 0) throw new ProcfsError(file, `more than one value of ${shown(name)}`);
    values.set(name.slice('Udp6'.length), value);
  }
  if (values.size === 0) throw new ProcfsError(file, 'no lines of Udp6');
  return counters(values, file);
}

function counters(values: ReadonlyMap<string, string>, file: string): UdpCounters {
  const errors: UdpErrorCounters = {};
  for (const [name, key] of Object.entries(ERRORS)) {
    const value = values.get(name);
    if (value !== undefined) errors[key] = count(value, file, name);
  }
  const received = values.get('InDatagrams');
  const sent = values.get('OutDatagrams');
  return {
    ...(received !== undefined && { in: count(received, file, 'InDatagrams') }),
    ...(sent !== undefined && { out: count(sent, file, 'OutDatagrams') }),
    errors,
  };
}
