import type { Certainty, Reason, Resolver } from '../kinds.ts';
import { createFailureTimes, type FailureTimes } from './failure-times.ts';
import { kept } from './kept-text.ts';

/** One kind of failure of one name, however often it came. */
export interface ErrorEntry {
  name: string;
  server?: string;
  resolver: Resolver;
  certainty: Certainty;
  reason: Reason;
  /** One example, verbatim, at most {@link MAX_TEXT} characters. */
  text: string;
  count: number;
  /** ms since the epoch. */
  first: number;
  last: number;
}

/** A failed lookup, seen once. */
type SeenError = Omit<ErrorEntry, 'count' | 'first' | 'last'>;

export interface ErrorTable {
  add(error: SeenError, at: number): void;
  /** Most frequent first. */
  entries(): ErrorEntry[];
  /** Failures ever, by resolver and reason: no entry is ever dropped from these. */
  totals(): { resolver: Resolver; reason: Reason; count: number }[];
  /** Lookups that ended for want of an answer from one time to another, ms since the epoch. */
  unansweredBetween(from: number, to: number): number;
}

/** What a lost packet looks like: libc does not tell silence from an error. */
const UNANSWERED: readonly Reason[] = ['timeout', 'try-again'];

const MAX_ENTRIES = 500;
const MAX_NAME = 255;
const MAX_TEXT = 1_000;

/** Failures of one application. At most {@link MAX_ENTRIES} kinds; the one silent for longest makes room. */
export function createErrorTable(): ErrorTable {
  const entries = new Map<string, ErrorEntry>();
  const totals = new Map<string, { resolver: Resolver; reason: Reason; count: number }>();
  let unanswered: FailureTimes | undefined;

  return {
    add(seen, at) {
      const total = getOrSet(totals, `${seen.resolver} ${seen.reason}`, () => ({
        resolver: seen.resolver,
        reason: seen.reason,
        count: 0,
      }));
      total.count++;
      if (UNANSWERED.includes(seen.reason)) {
        unanswered ??= createFailureTimes();
        unanswered.add(at);
      }
      const error = { ...seen, name: kept(seen.name, MAX_NAME), text: kept(seen.text, MAX_TEXT) };
      const key = [error.name, error.resolver, error.certainty, withoutSourcePorts(error.text)].join('\0');
      const entry = entries.get(key) ?? { ...error, count: 0, first: at, last: at };
      entry.count++;
      entry.first = Math.min(entry.first, at);
      entry.last = Math.max(entry.last, at);
      // Insertion order is age: an entry seen again becomes the youngest.
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > MAX_ENTRIES) dropOldest(entries);
    },
    entries: () => [...entries.values()].sort((a, b) => b.count - a.count),
    totals: () => [...totals.values()],
    unansweredBetween: (from, to) => unanswered?.between(from, to) ?? 0,
  };
}

/** `read udp 10.0.0.5:41234->10.96.0.10:53` differs from lookup to lookup only in the port Go was given. */
function withoutSourcePorts(text: string): string {
  return text.replace(/:\d{1,5}(?=->)/g, '');
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function dropOldest<K>(map: Map<K, unknown>): void {
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
