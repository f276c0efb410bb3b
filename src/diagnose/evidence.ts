import type { ErrorEntry } from '../journal/error-table.ts';
import type { Judgement } from './finding.ts';

/** `2026-11-23T10:00:00Z`: whole seconds, as logs are read by people. */
export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Failures that still count. */
export function recent(
  entries: ErrorEntry[],
  { now, failureWindow }: Pick<Judgement, 'now' | 'failureWindow'>,
): ErrorEntry[] {
  return entries.filter((entry) => now - entry.last <= failureWindow);
}

/** The commonest failures, one line each, and how many more there are. */
export function errorEvidence(entries: ErrorEntry[], max = 5): string[] {
  const lines = entries
    .slice(0, max)
    .map((entry) => `${entry.count} × \`${shown(entry.text)}\`, last ${time(entry.last)}`);
  const more = entries.length - max;
  return more > 0 ? [...lines, `and ${more} other kinds of failure`] : lines;
}

/** When the first of some entries was seen. */
export function firstOf(entries: { first: number }[]): { since?: number } {
  return entries.length > 0 ? { since: Math.min(...entries.map((entry) => entry.first)) } : {};
}

function shown(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
