import { ProcfsError } from './procfs-error.ts';
import { wholeNumber } from './sysctl.ts';

/** UDP in net/sockstat (net/ipv4/proc.c, sockstat_seq_show). */
export interface SockStat {
  /** Sockets that have a port. */
  udpInuse: number;
  /** Pages of memory that UDP holds, of the whole machine. */
  udpMemPages?: number;
}

/** net/sockstat: IPv4. @throws ProcfsError */
export function parseSockstat(text: string): SockStat {
  const udp = fieldsOf(text, 'UDP', 'net/sockstat');
  const mem = udp.get('mem');
  return {
    udpInuse: wholeNumber(udp.get('inuse'), 'net/sockstat'),
    ...(mem !== undefined && { udpMemPages: wholeNumber(mem, 'net/sockstat') }),
  };
}

/** net/sockstat6: IPv6 (net/ipv6/proc.c). @throws ProcfsError */
export function parseSockstat6(text: string): Pick<SockStat, 'udpInuse'> {
  return { udpInuse: wholeNumber(fieldsOf(text, 'UDP6', 'net/sockstat6').get('inuse'), 'net/sockstat6') };
}

/** `UDP: inuse 2 mem 1`: names and values in turn. */
function fieldsOf(text: string, protocol: string, file: string): Map<string, string> {
  const line = text.split('\n').find((each) => each.startsWith(`${protocol}: `));
  if (line === undefined) throw new ProcfsError(file, `no line of ${protocol}`);
  const words = line.trim().split(/ +/).slice(1);
  return new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : [])));
}
