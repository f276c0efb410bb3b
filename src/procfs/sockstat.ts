/** net/sockstat and net/sockstat6: sockets of each protocol (net/ipv4/proc.c, sockstat_seq_show). */
import { ProcfsError } from './procfs-error.ts';
import { count, fieldsOf, linesOf } from './text.ts';

/** UDP sockets over IPv4 that have a port, and pages that all UDP sockets of the machine hold. @throws {ProcfsError} */
export function parseSockstat(text: string): { udpInuse: number; udpMemPages?: number } {
  const file = 'net/sockstat';
  const pairs = pairsOf(text, 'UDP:', file);
  const pages = pairs.get('mem');
  return {
    udpInuse: count(pairs.get('inuse'), file, 'inuse'),
    ...(pages !== undefined && { udpMemPages: count(pages, file, 'mem') }),
  };
}

/** UDP sockets over IPv6 that have a port. @throws {ProcfsError} */
export function parseSockstat6(text: string): { udpInuse: number } {
  const file = 'net/sockstat6';
  return { udpInuse: count(pairsOf(text, 'UDP6:', file).get('inuse'), file, 'inuse') };
}

/** `UDP: inuse 3 mem 2`: names and values in turn. */
function pairsOf(text: string, protocol: string, file: string): Map<string, string | undefined> {
  for (const line of linesOf(text, file)) {
    const [name, ...fields] = fieldsOf(line);
    if (name !== protocol) continue;
    const pairs = new Map<string, string | undefined>();
    for (let at = 0; at < fields.length; at += 2) pairs.set(fields[at] ?? '', fields[at + 1]);
    return pairs;
  }
  throw new ProcfsError(file, `no line of ${protocol}`);
}
