/** Connection tracking of one network namespace, as its files say. */
import type {
  ConntrackRecord,
  ConntrackSample,
  ConntrackSettings,
  Scope,
} from '../../journal/conntrack-record.ts';
import { type KernelRecord, MAX_SAMPLES } from '../../journal/kernel-record.ts';
import { parseConntrackStat } from '../../procfs/conntrack-stat.ts';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import { parseNumber } from '../../procfs/sysctl.ts';
import { type Seen, see, type Trouble } from './see.ts';

export const STAT = 'net/stat/nf_conntrack';
const NETFILTER = 'sys/net/netfilter';

/** Entries and counters. */
function readStat(proc: string): Seen<Omit<ConntrackSample, 'at'>> {
  return see(proc, STAT, parseConntrackStat);
}

/** Of our own namespace: a kernel may have the count and not the counters. */
export function readOwn(proc: string): {
  sample?: Omit<ConntrackSample, 'at'>;
  look: Trouble | { state: 'ok' };
} {
  const stat = readStat(proc);
  if (stat.state === 'ok') return { sample: stat.value, look: { state: 'ok' } };
  const count = readNumber(proc, 'nf_conntrack_count');
  if (count.state === 'ok') {
    return {
      sample: { entries: count.value },
      look: because(stat, 'CONFIG_NF_CONNTRACK_PROCFS is off: no drops are seen'),
    };
  }
  return { look: count.state === 'absent' ? because(stat, 'nf_conntrack is not loaded') : count };
}

/** What it means that a file is not there. */
function because(trouble: Trouble, what: string): Trouble {
  return trouble.state === 'absent' ? { ...trouble, why: `${trouble.why}: ${what}` } : trouble;
}

/** nf_conntrack_max: one for the machine. */
export function readLimit(proc: string): number | undefined {
  return numberOf(readNumber(proc, 'nf_conntrack_max'));
}

/** nf_conntrack_buckets: one for the machine. */
export function readBuckets(proc: string): ConntrackSettings {
  const buckets = numberOf(readNumber(proc, 'nf_conntrack_buckets'));
  return { ...(buckets !== undefined && { buckets }) };
}

/** Those of our own namespace, s; what a mount of another's /proc shows of them is ours too. */
export function readTimeouts(proc: string): ConntrackSettings {
  const udpTimeout = numberOf(readNumber(proc, 'nf_conntrack_udp_timeout'));
  const udpTimeoutStream = numberOf(readNumber(proc, 'nf_conntrack_udp_timeout_stream'));
  return {
    ...(udpTimeout !== undefined && { udpTimeout }),
    ...(udpTimeoutStream !== undefined && { udpTimeoutStream }),
  };
}

function readNumber(proc: string, name: string): Seen<number> {
  const file = `${NETFILTER}/${name}`;
  return see(proc, file, (text) => {
    const value = parseNumber(text, file);
    if (value < 0) throw new ProcfsError(file, `${value}, below zero`);
    return value;
  });
}

function numberOf(seen: Seen<number>): number | undefined {
  return seen.state === 'ok' ? seen.value : undefined;
}

/** The record of a scope; another source begins another one: what the two counted does not go together. */
export function recordOf({ conntrack }: KernelRecord, scope: Scope, from: string): ConntrackRecord {
  const known = conntrack.get(scope);
  if (known?.from === from) return known;
  const record: ConntrackRecord = { scope, from, samples: [] };
  conntrack.set(scope, record);
  return record;
}

/** Keeps a sample, and drops the oldest where there are too many. */
export function keep<T>(samples: T[], sample: T): void {
  samples.push(sample);
  if (samples.length > MAX_SAMPLES) samples.shift();
}
