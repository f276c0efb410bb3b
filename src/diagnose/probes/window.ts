/** Samples of the last rounds, and when there are enough of them to say something. */
import type { Verdict } from '../finding.ts';

/** What opens a finding, and what closes it: two conditions, so that it does not flap. Counts of samples. */
export interface Threshold {
  /** So many bad ones … */
  bad: number;
  /** … among so many in a row open it. */
  of: number;
  /** So many good ones in a row close it. */
  good: number;
}

/** One bad sample is an accident, two of three are none; three good ones in a row end it. */
export const USUAL: Threshold = { bad: 2, of: 3, good: 3 };
/** For what is a fact when it is seen once. */
export const AT_ONCE: Threshold = { bad: 1, of: 1, good: 1 };
/** For what comes and goes: a packet of ten that is lost. */
export const NOW_AND_THEN: Threshold = { bad: 2, of: 10, good: 6 };

/** The time in which a finding stands. */
export interface Spell<T> {
  /** When its first bad sample was taken, ms since the epoch. */
  since: number;
  /** The bad samples of it, the latest last. */
  bad: readonly T[];
  /** All samples of it. */
  all: readonly T[];
}

/**
 * Whether a finding stands at the end of these samples, and since when: what has opened and closed is found by
 * going through them from the oldest, so that nothing has to be remembered.
 *
 * @param samples the oldest first
 */
export function spellOf<T extends { at: number }>(
  samples: readonly T[],
  isBad: (sample: T) => boolean,
  { bad, of, good }: Threshold = USUAL,
): Spell<T> | undefined {
  const marked = samples.map((sample) => ({ sample, bad: isBad(sample) }));
  let from: number | undefined;
  /** What closed it counts for nothing afterwards. */
  let closed = 0;
  for (let end = 1; end <= marked.length; end++) {
    const last = marked.slice(Math.max(closed, end - (from === undefined ? of : good)), end);
    const badOnes = last.filter((each) => each.bad).length;
    if (from === undefined && badOnes >= bad) from = end - last.length + last.findIndex((each) => each.bad);
    else if (from !== undefined && badOnes === 0 && last.length === good) {
      from = undefined;
      closed = end;
    }
  }
  if (from === undefined) return undefined;
  const spell = marked.slice(from);
  const badOnes = spell.filter((each) => each.bad).map(({ sample }) => sample);
  return { since: badOnes[0]?.at ?? 0, bad: badOnes, all: spell.map(({ sample }) => sample) };
}

/** When its bad samples were taken, and how many there are. */
export function spanOfSpell({
  since,
  bad,
}: Spell<{ at: number }>): Pick<Verdict, 'since' | 'last' | 'count'> {
  return { since, last: bad.at(-1)?.at ?? since, count: bad.length };
}

/** `3 of the last 4 lookups`: how much of a spell was bad. */
export function shareText({ bad, all }: Spell<unknown>, what: string): string {
  return `${bad.length} of the last ${all.length} ${what}`;
}
