import type { ErrorEntry } from '../journal/error-table.ts';
import { shortened } from '../journal/kept-text.ts';
import type { Judgement, Verdict } from './finding.ts';

/** `2026-11-23T10:00:00Z`: whole seconds, as logs are read by people. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `28,232`: whole numbers, as they are read by people. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** Failures that still count. */
export function recent(
  entries: ErrorEntry[],
  { now, failureWindow }: Pick<Judgement, 'now' | 'failureWindow'>,
): ErrorEntry[] {
  return entries.filter((entry) => now - entry.last <= failureWindow);
}

/** Of an error's text, in UTF-16 units. */
const MAX_SHOWN = 300;

/** The commonest failures, one line each, and how many more there are. */
export function errorEvidence(entries: readonly ErrorEntry[], max = 5): string[] {
  const lines = entries
    .slice(0, max)
    .map(
      (entry) =>
        `${grouped(entry.count)} × \`${shortened(entry.text, MAX_SHOWN)}\`, last ${time(entry.last)}`,
    );
  const more = entries.length - max;
  return more > 0 ? [...lines, `and ${more} other kinds of failure`] : lines;
}

/** When entries were first and last seen, and how often in all. */
export function spanOf(
  entries: readonly { first: number; last: number; count: number }[],
): Pick<Verdict, 'since' | 'last' | 'count'> {
  if (entries.length === 0) return {};
  return {
    since: Math.min(...entries.map(({ first }) => first)),
    last: Math.max(...entries.map(({ last }) => last)),
    count: entries.reduce((sum, { count }) => sum + count, 0),
  };
}
