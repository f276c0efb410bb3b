/** What the queries of a lookup came to, name by name as it tried them. */

import type { ProbeLookup } from '../../journal/probe-record.ts';
import { grouped } from '../evidence.ts';

export type SentQuery = ProbeLookup['queries'][number];

/** `answered`: with records; `empty`: NOERROR without; `truncated`: and nothing whole came after; else the rcode. */
export type Fate = 'answered' | 'empty' | 'truncated' | 'silent' | 'unasked' | (string & {});

/** One name that was asked for: the name as it is, or under a search domain. */
export interface Candidate {
  name: string;
  queries: SentQuery[];
  a: Fate;
  aaaa: Fate;
}

/** A transcript does not change, and many rules look at it each time they judge. */
const known = new WeakMap<readonly SentQuery[], readonly Candidate[]>();

/** The names a lookup asked for, in the order it came to them. */
export function candidatesOf({ queries }: Pick<ProbeLookup, 'queries'>): readonly Candidate[] {
  const candidates = known.get(queries) ?? readCandidates(queries);
  known.set(queries, candidates);
  return candidates;
}

function readCandidates(queries: readonly SentQuery[]): Candidate[] {
  const byName = Map.groupBy(queries, ({ name }) => name);
  return [...byName].map(([name, ofName]) => ({
    name,
    queries: ofName,
    a: fateOf(ofName.filter(({ type }) => type === 'A')),
    aaaa: fateOf(ofName.filter(({ type }) => type === 'AAAA')),
  }));
}

/** What the queries for one type came to; the reply that came first counts, as it does for every resolver. */
function fateOf(queries: readonly SentQuery[]): Fate {
  if (queries.length === 0) return 'unasked';
  const { reply } = decisive(queries) ?? {};
  if (!reply) return 'silent';
  if (reply.rcode !== 'NOERROR') return reply.rcode;
  if (reply.tc) return 'truncated';
  return reply.answers > 0 ? 'answered' : 'empty';
}

/** The query whose reply decided. */
function decisive(queries: readonly SentQuery[]): SentQuery | undefined {
  const replied = queries
    .filter(({ reply }) => reply !== null)
    .toSorted((a, b) => (a.reply?.atMs ?? 0) - (b.reply?.atMs ?? 0));
  const good = replied.filter(({ reply }) => GOOD.includes(reply?.rcode ?? ''));
  return good.find(({ reply }) => !reply?.tc) ?? good[0] ?? replied.at(-1) ?? queries[0];
}

/** What ends the asking in every resolver. */
const GOOD: readonly string[] = ['NOERROR', 'NXDOMAIN'];

/**
 * Whether a fate is a reply that says something of the name: that it is there,
 * with or without records, or that it is not.
 */
export function isGood(fate: Fate): boolean {
  return fate === 'answered' || fate === 'empty' || fate === 'NXDOMAIN';
}

/** `api.test: A NOERROR with 1 record from 10.96.0.10:53 after 0.8 ms; AAAA no answer from 10.96.0.10:53` */
export function candidateText({ name, queries }: Candidate): string {
  const texts = ['A', 'AAAA'].flatMap((type) => {
    const ofType = queries.filter((query) => query.type === type);
    const query = decisive(ofType);
    return query ? [`${type} ${queryText(query, ofType.length)}`] : [];
  });
  return `${name}: ${texts.join('; ')}`;
}

function queryText({ proto, server, reply, atMs }: SentQuery, times: number): string {
  const where = `${proto === 'tcp' ? 'over TCP ' : ''}from ${server}`;
  if (!reply) return `no answer ${where}, asked ${times} ${times === 1 ? 'time' : 'times'}`;
  const what =
    reply.rcode === 'NOERROR'
      ? `NOERROR with ${counted(reply.answers, 'record')}${reply.tc ? ', truncated (TC=1)' : ''}`
      : reply.rcode;
  return `${what} ${where} after ${duration(reply.atMs - atMs)}`;
}

/** `1 record`, `2 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `0.8 ms`, `12 ms`, `5.0 s`. */
export function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}
