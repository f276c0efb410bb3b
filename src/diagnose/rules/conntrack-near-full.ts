import type { ConntrackRecord, KernelRecord } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import type { JoinedRule, Judgement, SubjectVerdict } from '../finding.ts';
import { riseOf } from '../kernel/rise.ts';
import { highSince } from '../kernel/stands.ts';
import {
  conntrackRecords,
  conntrackSubject,
  isFresh,
  percent,
  riseText,
  whoseText,
} from '../kernel/words.ts';

/** The table of connection tracking is nearly full: when it is, packets of new flows are dropped. */
export const conntrackNearFull: JoinedRule = {
  id: 'conntrack-near-full',
  severity: 'critical',
  about: 'everything',
  judge: ({ kernel }, by) =>
    kernel ? conntrackRecords(kernel).flatMap((record) => judgeRecord(record, kernel, by)) : [],
};

/** From here on it is full at the next burst. */
const CRITICAL = 0.95;
const CRITICAL_MARGIN = 0.02;

interface Filled {
  at: number;
  entries: number;
  limit: number;
  ratio: number;
}

/** Samples that have both numbers. A limit of 0 is none (net/netfilter/nf_conntrack_core.c, __nf_conntrack_alloc). */
function filledOf({ samples }: ConntrackRecord): Filled[] {
  return samples.flatMap(({ at, entries, limit }) =>
    entries === undefined || limit === undefined || limit <= 0
      ? []
      : [{ at, entries, limit, ratio: entries / limit }],
  );
}

function judgeRecord(record: ConntrackRecord, kernel: KernelRecord, by: Judgement): SubjectVerdict[] {
  const filled = filledOf(record);
  const last = filled.at(-1);
  if (!last || !isFresh(last.at, kernel, by.now)) return [];
  const since = highSince(filled, by.conntrackRatio);
  if (since === undefined) return [];
  const isCritical = highSince(filled, CRITICAL, CRITICAL_MARGIN) !== undefined;
  return [
    {
      subject: conntrackSubject(record, kernel),
      severity: isCritical ? 'critical' : 'warning',
      title: `The connection tracking table is ${percent(last.ratio)} full: ${grouped(last.entries)} of ${grouped(last.limit)} entries`,
      evidence: evidenceOf(record, kernel, filled, last),
      fix: FIX,
      since,
    },
  ];
}

function evidenceOf(
  record: ConntrackRecord,
  kernel: KernelRecord,
  filled: readonly Filled[],
  { at, entries, limit, ratio }: Filled,
): string[] {
  const { dns, settings, scope } = record;
  const rise = riseOf(
    filled.map((each) => ({ at: each.at, value: each.entries })),
    limit,
  );
  const ofPod = scope === 'pod' && kernel.isNode !== true;
  return [
    `${grouped(entries)} of ${grouped(limit)} entries (${percent(ratio)}), ${time(at)}${rise ? `; ${riseText(rise)}` : ''}`,
    whoseText(record, kernel),
    ...(ofPod
      ? ['the limit, nf_conntrack_max, is one for the machine: each namespace’s own count is held against it']
      : []),
    ...(dns ? [dnsText(dns, entries)] : []),
    ...(settings ? settingsText(settings, limit) : []),
  ];
}

function dnsText({ replied, unreplied, at }: NonNullable<ConntrackRecord['dns']>, entries: number): string {
  const flows = replied + unreplied;
  const share = flows > 0 ? `, ${grouped(unreplied)} of them UNREPLIED (${percent(unreplied / flows)})` : '';
  const ofAll = entries > 0 ? ` (${percent(Math.min(1, flows / entries))} of all entries)` : '';
  return `${grouped(flows)} flows of UDP to port 53${ofAll}${share}, ${time(at)}`;
}

function settingsText(settings: NonNullable<ConntrackRecord['settings']>, limit: number): string[] {
  const { buckets, udpTimeout, udpTimeoutStream } = settings;
  const parts = [
    ...(udpTimeout === undefined ? [] : [`nf_conntrack_udp_timeout ${udpTimeout} s`]),
    ...(udpTimeoutStream === undefined ? [] : [`nf_conntrack_udp_timeout_stream ${udpTimeoutStream} s`]),
    ...(buckets === undefined || buckets <= 0
      ? []
      : [
          `nf_conntrack_buckets ${grouped(buckets)} (${(limit / buckets).toFixed(1)} entries a bucket when full)`,
        ]),
  ];
  return parts.length > 0 ? [parts.join(', ')] : [];
}

const FIX =
  "On the node: `sysctl -w net.netfilter.nf_conntrack_max=N`, twice what it is, and net.netfilter.nf_conntrack_buckets the same number; with kube-proxy its `conntrack.maxPerCore` and `conntrack.min` set it, and put it back. See what fills it: `conntrack -L | awk '{print $1}' | sort | uniq -c`. Fewer flows of DNS: NodeLocal DNSCache, whose packets are not tracked (NOTRACK), a dot at the end of external names.";
