import { createHistogram, type Histogram } from './histogram.ts';

/** Why a sample was thrown away: this process stood still meanwhile, so that its times are its own and not the network's. */
export const DISCARD_REASONS = ['event-loop-stall', 'failed'] as const;
export type DiscardReason = (typeof DISCARD_REASONS)[number];

/** What the metrics of probes show, by their labels. Only ever grows; labels are capped where they are made. */
export interface ProbeTotals {
  readonly lookups: Series<number>;
  readonly lookupSeconds: Series<Histogram>;
  /** Of the latest lookup. */
  readonly queriesPerLookup: Series<number>;
  readonly queries: Series<number>;
  readonly querySeconds: Series<Histogram>;
  readonly pairsHalfLost: Series<number>;
  readonly discarded: Map<DiscardReason, number>;
}

/** Values by their labels. */
export class Series<V> {
  readonly #entries = new Map<string, { labels: Readonly<Record<string, string>>; value: V }>();

  /** The value there is, or `initial` for labels that are new. */
  update(labels: Readonly<Record<string, string>>, change: (before: V | undefined) => V): void {
    const key = JSON.stringify(Object.values(labels));
    this.#entries.set(key, { labels, value: change(this.#entries.get(key)?.value) });
  }

  entries(): Iterable<{ labels: Readonly<Record<string, string>>; value: V }> {
    return this.#entries.values();
  }
}

/** Adds to a count. */
export function count(series: Series<number>, labels: Readonly<Record<string, string>>, by = 1): void {
  series.update(labels, (before = 0) => before + by);
}

/** Adds a duration to a histogram. */
export function observe(
  series: Series<Histogram>,
  labels: Readonly<Record<string, string>>,
  durationMs: number,
): void {
  series.update(labels, (histogram = createHistogram(PROBE_BUCKETS)) => {
    histogram.observe(durationMs / 1000);
    return histogram;
  });
}

/** Seconds: CoreDNS's (0.25 ms doubling to 8.192 s), and edges just under and over the resolvers' retransmit steps. */
export const PROBE_BUCKETS: readonly number[] = [
  ...Array.from({ length: 16 }, (_, power) => (0.25 * 2 ** power) / 1000),
  ...[2.4, 2.6, 4.9, 5.1, 9.9, 10.1, 15.1],
].toSorted((a, b) => a - b);

/** Nothing counted yet; each reason is there from the start, so that a rate can be taken of the first one. */
export function createProbeTotals(): ProbeTotals {
  return {
    lookups: new Series(),
    lookupSeconds: new Series(),
    queriesPerLookup: new Series(),
    queries: new Series(),
    querySeconds: new Series(),
    pairsHalfLost: new Series(),
    discarded: new Map(DISCARD_REASONS.map((reason) => [reason, 0])),
  };
}
