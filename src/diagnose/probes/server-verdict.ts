import type { ProbeRecord, ServerRecord } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeJudgement, SubjectVerdict } from '../finding.ts';
import { type Impact, impactText, severityOf } from './impact.ts';
import { checkText, othersText, type Round } from './servers.ts';
import { type Spell, shareText, spanOfSpell } from './window.ts';

/** A fault of one nameserver: seen by single queries, by the application's lookups, or by both. */
export interface ServerFault {
  server: ServerRecord;
  spell: Spell<Round> | undefined;
  impact: Impact;
}

/** What a rule says of it. */
export interface ServerWords {
  title: string;
  /** Of the single queries that were bad: `got no reply`. */
  what: string;
  /** More facts. */
  evidence?: string[];
  fix: string;
}

/** Whether there is anything to say: bad checks, or lookups that were hit. */
export function isFault({ spell, impact: { failing, slowed } }: ServerFault): boolean {
  return spell !== undefined || failing.length > 0 || slowed.length > 0;
}

/** A finding of a nameserver: the checks, the lookups that it hits, and how the others do. */
export function verdictOfServer(
  fault: ServerFault,
  probes: ProbeRecord,
  by: ProbeJudgement,
  words: ServerWords,
): SubjectVerdict {
  const { server, spell, impact } = fault;
  const starts = [spell, ...[...impact.failing, ...impact.slowed].map((hit) => hit.spell)];
  const since = Math.min(...starts.map((each) => each?.since ?? by.now));
  const latest = spell?.bad.at(-1)?.udp;
  return {
    subject: server.server,
    severity: severityOf(impact, probes, by, 'warning'),
    title: words.title,
    evidence: [
      ...(spell ? [`${shareText(spell, 'checks')} ${words.what}, the first ${time(spell.since)}`] : []),
      ...(latest ? [checkText(latest)] : []),
      ...(words.evidence ?? []),
      ...impactText(impact),
      ...othersText(probes, server),
    ],
    fix: words.fix,
    ...(spell && spanOfSpell(spell)),
    since,
  };
}

/** ` for a.test, b.test and 2 more`: of what; empty where all names are. */
export function forNames(names: Iterable<string>): string {
  const distinct = [...new Set(names)];
  const [shown, more] = [distinct.slice(0, 2), distinct.length - 2];
  return shown.length === 0 ? '' : ` for ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `10.96.0.10` of `10.96.0.10:53`, as resolv.conf and dig have it. */
export function addressOf(server: string): string {
  return server.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** Where the nameservers of a container come from. */
export const IN_RESOLV_CONF =
  '(pod: `dnsPolicy: None` and dnsConfig.nameservers; plain container: `docker run --dns ADDRESS`)';
