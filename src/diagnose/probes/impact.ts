/** What a fault of a nameserver or of the path to it does to the application's lookups. */
import type { ProbeLookup, ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import type { Outcome } from '../../resolver/model.ts';
import { time } from '../evidence.ts';
import type { Judgement, ProbeJudgement, Severity } from '../finding.ts';
import { appWindowOf } from './models.ts';
import { noneAnswers } from './servers.ts';
import { duration, type SentQuery } from './transcripts.ts';
import { type Spell, shareText, spellOf } from './window.ts';

/** Lookups of a target by the application's resolver that the fault has hit. */
interface Hit {
  target: TargetRecord;
  spell: Spell<ProbeLookup>;
  latest: ProbeLookup;
}

export interface Impact {
  /** Targets that cannot be looked up. */
  failing: Hit[];
  /** Targets that are found, but late. */
  slowed: Hit[];
  /** Any lookup of the application's resolver is known: without one, an impact is not either. */
  known: boolean;
}

/** The words of a failure that a nameserver can be the cause of: not that a name does not exist. */
const SERVER_OUTCOMES: readonly Outcome[] = ['try-again', 'timeout', 'failed', 'hang', 'system'];

/**
 * The application's lookups that a fault has hit, failed and late apart.
 *
 * @param isHit whether the transcript shows the fault
 * @param isFailure which outcomes it can be the cause of
 */
export function impactOf(
  { targets }: ProbeRecord,
  { slowQuery }: Judgement,
  isHit: (lookup: ProbeLookup) => boolean,
  isFailure: (lookup: ProbeLookup) => boolean = failedByServers,
): Impact {
  const windows = [...targets.values()].flatMap((target) => {
    const lookups = appWindowOf(target)?.lookups ?? [];
    return lookups.length > 0 ? [{ target, lookups }] : [];
  });
  const hits = (isBad: (lookup: ProbeLookup) => boolean) =>
    windows.flatMap(({ target, lookups }): Hit[] => {
      const spell = spellOf(lookups, (lookup) => isBad(lookup) && isHit(lookup));
      const latest = spell?.bad.at(-1);
      return spell && latest ? [{ target, spell, latest }] : [];
    });
  return {
    failing: hits(isFailure),
    slowed: hits(({ outcome, durationMs }) => outcome === 'ok' && durationMs >= slowQuery),
    known: windows.length > 0,
  };
}

/** Whether a lookup failed in a way that nameservers are the cause of. */
export function failedByServers({ outcome, asExpected }: ProbeLookup): boolean {
  return !asExpected && SERVER_OUTCOMES.includes(outcome);
}

/**
 * Critical where lookups fail by it, and no other finding has the exact cause;
 * where no lookup is known, if nothing can be looked up at all.
 *
 * @param otherwise what it is as long as no lookup fails
 */
export function severityOf(
  { failing, known }: Impact,
  probes: ProbeRecord,
  { explained }: ProbeJudgement,
  otherwise: Severity,
): Severity {
  if (!known) return noneAnswers(probes) ? 'critical' : otherwise;
  if (failing.length === 0) return otherwise;
  return failing.some(({ target }) => !explained.has(target.name)) ? 'critical' : 'warning';
}

const SHOWN_HITS = 3;

/** The lookups that fail or are late, one line a target. */
export function impactText({ failing, slowed }: Impact): string[] {
  const hits = [
    ...failing.map((hit) => hitText(hit, 'failed')),
    ...slowed.map((hit) => hitText(hit, 'were late')),
  ];
  const more = hits.length - SHOWN_HITS;
  return more > 0 ? [...hits.slice(0, SHOWN_HITS), `and ${more} other targets`] : hits;
}

function hitText({ target, spell, latest }: Hit, what: string): string {
  const { model, at, outcome, error, durationMs } = latest;
  const words = error === '' ? outcome : `${outcome} (\`${error}\`)`;
  const whose = target.app ? `${model}, ${target.app.because}` : model;
  return `${shareText(spell, `lookups of ${target.name}`)} ${what}, last ${time(at)}: ${words} after ${duration(durationMs)} (${whose})`;
}

/** Resolvers may be configured to wait no longer, ms. */
const SHORTEST_WAIT_MS = 900;

/** Whether a query was waited for and no reply came: a resolver that has its answer elsewhere stops waiting. */
export function wentUnanswered({ reply, atMs }: SentQuery, { durationMs }: ProbeLookup): boolean {
  return reply === null && durationMs - atMs >= SHORTEST_WAIT_MS;
}

/** The names of a lookup for which a server was asked, did what is looked for, and gave nothing that is good. */
export function namesHit(
  lookup: ProbeLookup,
  server: string,
  isBad: (query: SentQuery) => boolean,
  isGood: (query: SentQuery) => boolean = isAnswer,
): string[] {
  const queries = lookup.queries.filter((query) => query.server === server);
  const names = [...new Set(queries.map(({ name }) => name))];
  return names.filter((name) => {
    const ofName = queries.filter((query) => query.name === name);
    return ofName.some(isBad) && !ofName.some(isGood);
  });
}

/** A reply that says something of the name, if only that it is not there. */
function isAnswer({ reply }: SentQuery): boolean {
  return reply !== null && (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN');
}

/**
 * A reply with all that it should have: half a pair is then found, and which
 * resolver minds the other half is another matter.
 */
export function hasRecords({ reply }: SentQuery): boolean {
  return reply !== null && reply.rcode === 'NOERROR' && reply.answers > 0 && !reply.tc;
}
