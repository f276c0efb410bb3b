import type { UdpErrors } from '../../journal/kernel-record.ts';
import { parseSnmp, parseSnmp6, type UdpCounters } from '../../procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../procfs/sockstat.ts';
import { type Seen, see } from './see.ts';

/** Sockets that have a port, of both families. Without IPv6 there is no sockstat6. */
export function readInuse(proc: string): Seen<number> {
  return bothFamilies(
    see(proc, 'net/sockstat', (text) => parseSockstat(text).udpInuse),
    see(proc, 'net/sockstat6', (text) => parseSockstat6(text).udpInuse),
    (inuse, inuse6) => inuse + inuse6,
  );
}

/** What UDP has counted, of both families. Without IPv6 there is no snmp6. */
export function readUdpCounters(proc: string): Seen<UdpCounters> {
  return bothFamilies(see(proc, 'net/snmp', parseSnmp), see(proc, 'net/snmp6', parseSnmp6), sum);
}

/** One family alone is no number of both: only a file that is not there counts for nothing. */
function bothFamilies<T>(four: Seen<T>, six: Seen<T>, add: (four: T, six: T) => T): Seen<T> {
  if (four.state !== 'ok' || six.state === 'absent') return four;
  return six.state === 'ok' ? { state: 'ok', value: add(four.value, six.value) } : six;
}

const KINDS = ['in', 'noports', 'rcvbuf', 'sndbuf', 'csum', 'mem'] as const;

function sum(four: UdpCounters, six: UdpCounters): UdpCounters {
  const errors: UdpErrors = {};
  for (const kind of KINDS) {
    const count = plus(four.errors[kind], six.errors[kind]);
    if (count !== undefined) errors[kind] = count;
  }
  const [received, sent] = [plus(four.in, six.in), plus(four.out, six.out)];
  return {
    ...(received !== undefined && { in: received }),
    ...(sent !== undefined && { out: sent }),
    errors,
  };
}

function plus(four: number | undefined, six: number | undefined): number | undefined {
  return four === undefined || six === undefined ? (four ?? six) : four + six;
}
