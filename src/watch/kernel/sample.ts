/** What is cheap enough for every tick: a few small files, each read at once. */
import {
  type KernelRecord,
  MAX_SAMPLES,
  type UdpErrors,
  type UdpSample,
} from '../../journal/kernel-record.ts';
import { parseSnmp, parseSnmp6, type UdpCounters } from '../../procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../procfs/sockstat.ts';
import { parsed, type Reading, readProc } from '../proc/read-proc.ts';
import { noteLook, together } from './looks.ts';

/** UDP now, without the ports, which take the table. Absent: not to be seen. */
export type CheapSample = Omit<UdpSample, 'portsUsed' | 'portsFrom'>;

/** Reads sockstat, sockstat6, snmp and snmp6. */
export function readSample(proc: string, record: KernelRecord, at: number): CheapSample | undefined {
  const v4 = parsed(readProc(`${proc}/net/sockstat`), parseSockstat);
  // Without IPv6 there is no such file.
  const v6 = parsed(readProc(`${proc}/net/sockstat6`), parseSockstat6);
  const inuse4 = noteLook(record, 'sockstat', `${proc}/net/sockstat`, together(v4, v6));
  const counters = readCounters(proc, record);
  if (inuse4 === undefined) return undefined;
  return {
    at,
    inuse: inuse4.udpInuse + (v6.state === 'ok' ? v6.value.udpInuse : 0),
    errors: counters.errors,
    ...(counters.in !== undefined && { in: counters.in }),
    ...(counters.out !== undefined && { out: counters.out }),
  };
}

function readCounters(proc: string, record: KernelRecord): UdpCounters {
  const v4 = parsed(readProc(`${proc}/net/snmp`), parseSnmp);
  const v6: Reading<UdpCounters> = parsed(readProc(`${proc}/net/snmp6`), parseSnmp6);
  const counters4 = noteLook(record, 'snmp', `${proc}/net/snmp`, together(v4, v6));
  if (!counters4) return { errors: {} };
  return v6.state === 'ok' ? added(counters4, v6.value) : counters4;
}

const ERROR_KINDS: readonly (keyof UdpErrors)[] = ['in', 'noports', 'rcvbuf', 'sndbuf', 'csum', 'mem'];

/** Both families; what one of them does not count is the other's alone. */
function added(one: UdpCounters, other: UdpCounters): UdpCounters {
  const errors: UdpErrors = {};
  for (const kind of ERROR_KINDS) {
    const sum = sumOf(one.errors[kind], other.errors[kind]);
    if (sum !== undefined) errors[kind] = sum;
  }
  const received = sumOf(one.in, other.in);
  const sent = sumOf(one.out, other.out);
  return {
    errors,
    ...(received !== undefined && { in: received }),
    ...(sent !== undefined && { out: sent }),
  };
}

function sumOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : one + (other ?? 0);
}

/** Adds a sample to the ring. */
export function keepSample({ udp }: KernelRecord, sample: UdpSample): void {
  udp.samples = [...udp.samples.slice(1 - MAX_SAMPLES), sample];
}
