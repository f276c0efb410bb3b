/** Lookups that found no source port: of the logs, and of our own probes. */
import type { AppRecord } from '../../journal/app-record.ts';
import type { ErrorEntry } from '../../journal/error-table.ts';
import type { ProbeRecord } from '../../journal/probe-record.ts';
import { recent, time } from '../evidence.ts';
import type { Judgement, Known } from '../finding.ts';
import { counted } from '../probes/transcripts.ts';

/** Failures of an application for want of a source port that still count. */
export function portErrorsOf({ errors }: AppRecord, by: Judgement): ErrorEntry[] {
  return recent(errors.entries(), by).filter(({ reason }) => reason === 'source-ports-exhausted');
}

/** TCP has a count of its own for each peer, which no table of UDP sockets shows. */
export function isOverTcp({ text }: ErrorEntry): boolean {
  return /\bdial tcp\b/.test(text);
}

/** What glibc makes of it, as of much else. */
export function hiddenErrorsOf({ errors }: AppRecord, by: Judgement): ErrorEntry[] {
  return recent(errors.entries(), by).filter(
    ({ reason, text }) => reason === 'try-again' && text.includes('Temporary failure in name resolution'),
  );
}

/** Whether the applications whose logs are read share our network namespace: in a pod they do. */
export function isSameNetwork({ kernel, processes }: Known): boolean {
  const same = processes?.app?.sameNetwork;
  return kernel?.isNode === true ? same === true : same !== false;
}

/** A line of a log, or a sample, may be so much later than the moment it is of, ms. */
const SLACK_MS = 15_000;

/** Whether failures were seen in one of these times. */
export function isIn(
  { first, last }: { first: number; last: number },
  times: readonly { from: number; to: number }[],
): boolean {
  return times.some(({ from, to }) => first <= to + SLACK_MS && last >= from - SLACK_MS);
}

/** EAGAIN from connect(2), EADDRINUSE from bind(2): net/ipv4/datagram.c and af_inet.c. */
const NO_PORT: readonly string[] = ['EAGAIN', 'EADDRINUSE'];
const NO_PORT_TEXT = /resource temporarily unavailable|address (?:already )?in use/i;

export interface OwnFailures {
  first: number;
  last: number;
  text: string;
}

/** Queries of our own that found no port. */
export function ownPortFailures(
  { failing, servers }: ProbeRecord,
  { now, failureWindow }: Judgement,
): OwnFailures | undefined {
  const ofLookups = failing
    .filter(({ error }) => NO_PORT_TEXT.test(error))
    .map(({ at, model, target, error }) => ({ at, what: `${model} of ${target}: \`${error}\`` }));
  const ofChecks = [...servers.values()].flatMap(({ server, checks }) =>
    checks
      .filter(
        ({ proto, result }) =>
          proto === 'udp' && result.kind === 'error' && NO_PORT.includes(result.errno ?? ''),
      )
      .map(({ at, result }) => ({
        at,
        what: `a query to ${server}: ${result.kind === 'error' ? result.errno : ''}`,
      })),
  );
  const all = [...ofLookups, ...ofChecks]
    .filter(({ at }) => now - at <= failureWindow)
    .toSorted((a, b) => a.at - b.at);
  const [first, last] = [all[0], all.at(-1)];
  if (!first || !last) return undefined;
  const text = `${counted(all.length, 'probe')} of this sidecar found no port either, last ${time(last.at)}: ${last.what}`;
  return { first: first.at, last: last.at, text };
}
