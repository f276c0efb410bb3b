import type { LookupRecord, QueryRecord } from '../resolver/lookup-record.ts';

/** A lookup and the model that made it. */
export interface ModelLookup extends LookupRecord {
  model: string;
}

/**
 * What sets models apart that looked up the same name, in one line: `musl-1.2.3: try-again after 5.0 s because AAAA got
 * SERVFAIL; glibc-2.36: 192.0.2.10`. Undefined where all give the application the same.
 */
export function differenceOf(lookups: readonly ModelLookup[]): string | undefined {
  const kinds = new Set(lookups.map(resultOf));
  return kinds.size > 1
    ? lookups.map((lookup) => `${lookup.model}: ${summaryOf(lookup)}`).join('; ')
    : undefined;
}

/** Two lookups are alike where the application gets the same addresses, in whatever order, or fails in the same way. */
function resultOf({ outcome, addresses }: LookupRecord): string {
  return outcome === 'ok' ? [...new Set(addresses)].toSorted().join() : outcome;
}

const MAX_ADDRESSES = 3;
/** What is slow enough to be said, ms. */
const SLOW_MS = 500;

/** `192.0.2.10`, or `try-again after 5.0 s because AAAA got SERVFAIL`. */
export function summaryOf(lookup: LookupRecord): string {
  const { outcome, addresses, durationMs } = lookup;
  const after = afterText(durationMs);
  const cause = causeOf(lookup);
  if (outcome !== 'ok') return `${outcome}${after}${cause ? ` because ${cause}` : ''}`;
  const distinct = [...new Set(addresses)];
  const more = distinct.length - MAX_ADDRESSES;
  const shown = `${distinct.slice(0, MAX_ADDRESSES).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  return after && cause ? `${shown}${after} because ${cause}` : `${shown}${after}`;
}

/** ` after 5.0 s`, where it is slow enough to be said. */
export function afterText(ms: number): string {
  return ms >= SLOW_MS ? ` after ${seconds(ms)}` : '';
}

/** `5.0 s`, `12 ms`. */
export function seconds(ms: number): string {
  return ms >= 100 ? `${(ms / 1000).toFixed(1)} s` : `${ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/**
 * The answer, or the silence, that decided: `AAAA got SERVFAIL`, `A and AAAA of db.prod got no answer from
 * 10.96.0.10:53`. Taken from what was seen on the wire; undefined where nothing stands out.
 */
export function causeOf({ outcome, queries, because }: LookupRecord): string | undefined {
  if (queries.length === 0) return outcome === 'ok' ? undefined : because.at(-1);
  const last = queries.at(-1)?.name;
  const culprit = culpritOf(outcome, queries, last);
  if (!culprit) return undefined;
  const { name, server } = culprit;
  const alike = queries.filter((query) => query.name === name && fateOf(query) === fateOf(culprit));
  const types = [...new Set(alike.map(({ type }) => type))].toSorted();
  const of = name === last ? '' : ` of ${name}`;
  const from = new Set(queries.map((query) => query.server)).size > 1 ? ` from ${server}` : '';
  return `${types.join(' and ')}${of} got ${fateOf(culprit)}${from}`;
}

/** The name tried last decides, but for faults: earlier names of the search list are meant not to exist. */
function culpritOf(
  outcome: LookupRecord['outcome'],
  queries: readonly QueryRecord[],
  last: string | undefined,
): QueryRecord | undefined {
  const ofLast = queries.filter(({ name }) => name === last);
  const isFault = (query: QueryRecord) => wasWaitedFor(query) || isError(query);
  const fault =
    ofLast.find(wasWaitedFor) ?? ofLast.find(isError) ?? queries.find(wasWaitedFor) ?? queries.find(isFault);
  if (fault || outcome === 'ok') return fault;
  return (
    ofLast.find(({ reply }) => reply?.tc) ??
    ofLast.find(({ reply }) => reply?.rcode === 'NXDOMAIN') ??
    ofLast.find(({ reply }) => reply?.answers === 0)
  );
}

/** No resolver's timer is shorter: what ended earlier without a reply was given up for another reason. */
const WAITED_MS = 500;

function wasWaitedFor({ atMs, reply, unanswered }: QueryRecord): boolean {
  if (reply) return false;
  return unanswered === undefined || unanswered.errno !== undefined || unanswered.untilMs - atMs >= WAITED_MS;
}

function isError({ reply }: QueryRecord): boolean {
  return reply !== null && reply.rcode !== 'NOERROR' && reply.rcode !== 'NXDOMAIN';
}

function fateOf({ reply, proto, unanswered }: QueryRecord): string {
  if (!reply) return unanswered?.errno ?? (proto === 'tcp' ? 'no answer over TCP' : 'no answer');
  if (reply.rcode !== 'NOERROR') return reply.rcode;
  return reply.tc ? 'a truncated answer' : 'no records';
}
