/** The format of net/snmp and net/netstat: a line of names, then one of values (net/ipv4/proc.c, snmp_seq_show). */
import { ProcfsError } from './procfs-error.ts';
import { fieldsOf, linesOf } from './text.ts';

/**
 * The values of one protocol by their names; `protocol` without the colon. Absent: the file has none of it, or the names
 * alone, as gVisor's net/netstat.
 *
 * @throws {ProcfsError} where there are not as many values as names
 */
export function namedValues(text: string, protocol: string, file: string): Map<string, string> | undefined {
  // `Udp:` is not `UdpLite:`, nor `Icmp:` `IcmpMsg:`.
  const lines = linesOf(text, file).filter((line) => line.startsWith(`${protocol}:`));
  const [names, values] = lines.map((line) => fieldsOf(line).slice(1));
  if (!names || !values) return undefined;
  if (values.length !== names.length || lines.length > 2) {
    throw new ProcfsError(file, `${names.length} names of ${protocol} and ${values.length} values`);
  }
  return new Map(names.map((name, at) => [name, values[at] ?? '']));
}
