/** How counters of the kernel have grown. */
import type { Judgement } from '../finding.ts';

/** A time in which a counter grew: between two looks at it, ms since the epoch. */
export interface Step {
  from: number;
  to: number;
  by: number;
}

/** All that a counter has grown by as long as it counts. */
export interface Growth {
  total: number;
  /** When the first growth was seen; how often it grew in between is not known. */
  since: number;
  last: number;
  steps: readonly Step[];
  /** Times in which it grew before, and which no longer count: no times in which all was well. */
  earlier: readonly Step[];
}

/** Counters of one look; what a kernel does not have is absent. */
interface Counted<K extends string> {
  at: number;
  counters?: Partial<Record<K, number>>;
}

/**
 * What counters have grown by in the time in which a failure counts; undefined: not at all. Two looks of which one
 * lacks a counter say nothing, nor do two between which any went back: a reboot, or an exporter that began anew.
 *
 * @param grown of the growth of each; undefined: of too few
 */
export function growthOf<K extends string>(
  samples: readonly Counted<K>[],
  grown: (by: (name: K) => number | undefined) => number | undefined,
  { now, failureWindow }: Pick<Judgement, 'now' | 'failureWindow'>,
): Growth | undefined {
  const steps: Step[] = [];
  let before: Counted<K> | undefined;
  for (const sample of samples) {
    if (!sample.counters) continue;
    const by = before ? stepBetween(before, sample, grown) : 0;
    if (before && by > 0) steps.push({ from: before.at, to: sample.at, by });
    before = sample;
  }
  const counts = ({ to }: Step) => now - to <= failureWindow;
  return sumOf(
    steps.filter(counts),
    steps.filter((step) => !counts(step)),
  );
}

/** Several growths as one. */
export function together(...growths: readonly (Growth | undefined)[]): Growth | undefined {
  const byTime = (steps: readonly Step[]) => steps.toSorted((a, b) => a.from - b.from);
  return sumOf(
    byTime(growths.flatMap((growth) => growth?.steps ?? [])),
    byTime(growths.flatMap((growth) => growth?.earlier ?? [])),
  );
}

function sumOf(steps: readonly Step[], earlier: readonly Step[]): Growth | undefined {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return undefined;
  return {
    total: steps.reduce((sum, { by }) => sum + by, 0),
    since: first.to,
    last: last.to,
    steps,
    earlier,
  };
}

function stepBetween<K extends string>(
  { counters: before = {} }: Counted<K>,
  { counters: after = {} }: Counted<K>,
  grown: (by: (name: K) => number | undefined) => number | undefined,
): number {
  const by = (name: K) => {
    const [former, present] = [before[name], after[name]];
    return former === undefined || present === undefined ? undefined : present - former;
  };
  const growth = grown(by) ?? 0;
  if (growth <= 0) return 0;
  const wentBack = Object.keys(after).some((name) => (by(name as K) ?? 0) < 0);
  return wentBack ? 0 : growth;
}
