/** What growing counters of connection tracking have in common as findings. */
import type { ConntrackEvent, ConntrackRecord } from '../../journal/kernel-record.ts';
import { grouped, time } from '../evidence.ts';
import type { Judgement, Known, SubjectVerdict } from '../finding.ts';
import { failedMeanwhile } from './failed-meanwhile.ts';
import { type Growth, growthOf, together } from './growth.ts';
import { conntrackRecords, conntrackSubject, whoseText } from './words.ts';

/** Packets that connection tracking may have lost. */
export interface Lost {
  /** What was counted, and how it is called in the evidence. */
  growths: readonly { words: string; growth: Growth | undefined }[];
  /** Whether each was a packet lost; else it may have been none. */
  isSure: boolean;
  title: (total: string) => string;
  /** What else is known of it. */
  evidence: readonly string[];
  fix: string;
}

/** How one event of a record has grown, as long as it counts. */
export function eventGrowth(
  { samples }: ConntrackRecord,
  event: ConntrackEvent,
  by: Judgement,
): Growth | undefined {
  return growthOf<ConntrackEvent>(samples, (grown) => grown(event), by);
}

/** A finding for each record in which packets were lost; critical while lookups fail in the same seconds. */
export function judgeLost(
  known: Known,
  by: Judgement,
  lostOf: (record: ConntrackRecord) => Lost,
): SubjectVerdict[] {
  const { kernel } = known;
  if (!kernel) return [];
  return conntrackRecords(kernel).flatMap((record) => {
    const { growths, isSure, title, evidence, fix } = lostOf(record);
    const growth = together(...growths.map((each) => each.growth));
    if (!growth) return [];
    const failed = failedMeanwhile(known, growth, record.samples[0]?.at ?? growth.since, by);
    return [
      {
        subject: conntrackSubject(record, kernel),
        severity: isSure ? (failed.byIt ? 'critical' : 'warning') : failed.byIt ? 'warning' : 'info',
        title: title(grouped(growth.total)),
        evidence: [
          ...growths.flatMap((each) => (each.growth ? [`${each.words}: ${growthText(each.growth)}`] : [])),
          failed.text,
          whoseText(record, kernel),
          ...evidence,
        ],
        fix,
        ...{ since: growth.since, last: growth.last, count: growth.total },
      },
    ];
  });
}

/** `grew by 298, from 2026-11-23T10:00:00Z to 2026-11-23T10:00:08Z` */
export function growthText({ total, since, last }: Growth): string {
  const when = last > since ? `from ${time(since)} to ${time(last)}` : time(since);
  return `grew by ${grouped(total)}, ${when}`;
}
