/** When a level has been high often enough to be a finding, and low long enough to be none: two conditions. */

/** Counts of samples. */
interface Counts {
  /** So many that are bad … */
  bad: number;
  /** … among so many in a row open it. */
  of: number;
  /** So many in a row that are good close it; one may be neither. */
  good: number;
}

/** One sample is an accident, two of three are none; five good ones in a row end it. */
const USUAL: Counts = { bad: 2, of: 3, good: 5 };

/**
 * Since when a finding stands at the end of these samples, ms since the epoch; undefined: it does not. All of them
 * are gone through from the oldest, so that nothing has to be remembered.
 *
 * @param isGood narrower than not bad: between the two lies what keeps a finding open and opens none
 */
export function standsSince<T extends { at: number }>(
  samples: readonly T[],
  isBad: (sample: T, index: number) => boolean,
  isGood: (sample: T, index: number) => boolean,
  { bad, of, good }: Counts = USUAL,
): number | undefined {
  let since: number | undefined;
  let goodOnes = 0;
  let lastOnes: { at: number; bad: boolean }[] = [];
  for (const [index, sample] of samples.entries()) {
    if (since === undefined) {
      lastOnes = [...lastOnes, { at: sample.at, bad: isBad(sample, index) }].slice(-of);
      const badOnes = lastOnes.filter((each) => each.bad);
      if (badOnes.length >= bad) since = badOnes[0]?.at;
      goodOnes = 0;
      continue;
    }
    goodOnes = isGood(sample, index) ? goodOnes + 1 : 0;
    if (goodOnes < good) continue;
    since = undefined;
    lastOnes = [];
  }
  return since;
}

/** How far below the threshold it must be to close. */
const MARGIN = 0.05;

/** Below which ratio a finding closes; a threshold that is small itself must leave room for that. */
export function closesBelow(threshold: number, margin = MARGIN): number {
  return threshold - Math.min(margin, threshold / 4);
}

/** Since when a ratio stands at a threshold or over it. */
export function highSince(
  samples: readonly { at: number; ratio: number }[],
  threshold: number,
  margin?: number,
): number | undefined {
  if (!samples.some(({ ratio }) => ratio >= threshold)) return undefined;
  return standsSince(
    samples,
    ({ ratio }) => ratio >= threshold,
    ({ ratio }) => ratio < closesBelow(threshold, margin),
  );
}
