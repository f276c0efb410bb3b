import type { LookupRecord } from './run-lookup.ts';
import type { QueryRecord } from './transcript.ts';

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
  const after = durationMs >= SLOW_MS ? ` after ${seconds(durationMs)}` : '';
  const cause = causeOf(lookup);
  if (outcome !== 'ok') return `${outcome}${after}${cause ? ` because ${cause}` : ''}`;
  const distinct = [...new Set(addresses)];
  const more = distinct.length - MAX_ADDRESSES;
  const shown = `${distinct.slice(0, MAX_ADDRESSES).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  return after && cause ? `${shown}${after} because ${cause}` : `${shown}${after}`;
}

/** `5.0 s`, `12 ms`. */
export function seconds(ms: number): string {
  return ms >= 100 ? `${(ms / 1000).toFixed(1)} s` : `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/**
 * The answer, or the silence, that decided: `AAAA got SERVFAIL`, `A of db.prod got no answer from 10.96.0.10:53`. Taken from
 * what was seen on the wire; undefined where nothing was sent or nothing stands out.
 */
export function causeOf({ outcome, queries, because }: LookupRecord): string | undefined {
  if (queries.length === 0) return outcome === 'ok' ? undefined : because.at(-1);
  const last = queries.at(-1)?.name;
  const ofLast = queries.filter(({ name }) => name === last);
  const [culprit, ...others] = [
    ...ofLast.filter(({ reply }) => reply === null),
    ...ofLast.filter(({ reply }) => reply && !GOOD.includes(reply.rcode)),
    ...(outcome === 'ok' ? [] : ofLast.filter(({ reply }) => reply?.tc)),
    ...(outcome === 'ok' ? [] : ofLast.filter(({ reply }) => reply?.rcode === 'NXDOMAIN')),
    ...(outcome === 'ok' ? [] : ofLast.filter(({ reply }) => reply?.answers === 0)),
  ];
  if (!culprit) return undefined;
  const alike = (query: QueryRecord) => fateOf(query) === fateOf(culprit);
  const types = [...new Set([culprit, ...others.filter(alike)].map(({ type }) => type))].toSorted();
  const servers = new Set(queries.map(({ server }) => server));
  const from = servers.size > 1 ? ` from ${culprit.server}` : '';
  return `${types.join(' and ')} got ${fateOf(culprit)}${from}`;
}

const GOOD = ['NOERROR', 'NXDOMAIN'];

function fateOf({ reply, proto }: QueryRecord): string {
  if (!reply) return proto === 'tcp' ? 'no answer over TCP' : 'no answer';
  if (reply.rcode !== 'NOERROR') return reply.rcode;
  return reply.tc ? 'a truncated answer' : 'no records';
}
