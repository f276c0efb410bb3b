import type { ConntrackRecord, ConntrackSample, ConntrackSettings } from '../../journal/conntrack-record.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { parseConntrackStat } from '../../procfs/conntrack-stat.ts';
import { parseNumber } from '../../procfs/sysctl.ts';
import { parsed, type Reading, readProc } from '../proc/read-proc.ts';
import { noteLook } from './looks.ts';

/** At one sample every two seconds, as long as those of UDP. */
const MAX_SAMPLES = 300;

/** What is read seldom: the limit and the settings. */
export interface ConntrackLimits extends ConntrackSettings {
  limit?: number;
}

/** nf_conntrack-sysctl.rst. Absent where nf_conntrack is not loaded. */
export function readLimits(proc: string): ConntrackLimits {
  const names = {
    limit: 'nf_conntrack_max',
    buckets: 'nf_conntrack_buckets',
    udpTimeout: 'nf_conntrack_udp_timeout',
    udpTimeoutStream: 'nf_conntrack_udp_timeout_stream',
  };
  const values = Object.entries(names).flatMap(([key, name]) => {
    const reading = readSysctl(proc, name);
    return reading.state === 'ok' ? [[key, reading.value]] : [];
  });
  return Object.fromEntries(values);
}

function readSysctl(proc: string, name: string): Reading<number> {
  const file = `sys/net/netfilter/${name}`;
  return parsed(readProc(`${proc}/${file}`), (text) => parseNumber(text, file));
}

/** Our own namespace's: with hostNetwork these are the node's. */
export function sampleOwnConntrack(
  proc: string,
  record: KernelRecord,
  { limit, ...settings }: ConntrackLimits,
  at: number,
): void {
  const scope = record.isNode === true ? 'node' : 'pod';
  const path = `${proc}/net/stat/nf_conntrack`;
  const stat: Reading<Pick<ConntrackSample, 'entries' | 'counters'>> = parsed(
    readProc(path),
    parseConntrackStat,
  );
  // Kernels without CONFIG_NF_CONNTRACK_PROCFS count the entries all the same.
  const counted = stat.state === 'absent' ? readCount(proc) : stat;
  const now = noteLook(record, 'conntrack', path, counted);
  if (!now) {
    record.conntrack.delete(scope);
    return;
  }
  const own = conntrackOf(record, scope, stat === counted ? path : `${proc}/${COUNT}`);
  keepConntrack(own, { at, ...now, ...(limit !== undefined && { limit }) });
  own.settings = settings;
}
const COUNT = 'sys/net/netfilter/nf_conntrack_count';

function readCount(proc: string): Reading<Pick<ConntrackSample, 'entries'>> {
  return parsed(readProc(`${proc}/${COUNT}`), (text) => ({ entries: parseNumber(text, COUNT) }));
}

/** The record of a scope; numbers from elsewhere begin a new one. */
export function conntrackOf(
  { conntrack }: KernelRecord,
  scope: ConntrackRecord['scope'],
  from: string,
): ConntrackRecord {
  const known = conntrack.get(scope);
  if (known?.from === from) return known;
  const made: ConntrackRecord = { scope, from, samples: [] };
  conntrack.set(scope, made);
  return made;
}

/** Adds a sample to the ring. */
export function keepConntrack(record: ConntrackRecord, sample: ConntrackSample): void {
  record.samples = [...record.samples.slice(1 - MAX_SAMPLES), sample];
}
