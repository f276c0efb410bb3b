import { createHistogram, type Histogram } from './histogram.ts';

/**
 * Why a sample was thrown away: this process stood still meanwhile, so that its times are its own and not the
 * network's; or a fault of this program ended it.
 */
const DISCARD_REASONS = ['event-loop-stall', 'fault'] as const;
type DiscardReason = (typeof DISCARD_REASONS)[number];

/** What the metrics of probes show, by their labels. Only ever grows; labels are capped where they are made. */
export interface ProbeTotals {
  readonly lookups: Series<'target' | 'model' | 'outcome', number>;
  readonly lookupSeconds: Series<'target' | 'model', Histogram>;
  /** Of the latest lookup. */
  readonly queriesPerLookup: Series<'target' | 'model', number>;
  readonly queries: Series<'server' | 'proto' | 'type' | 'rcode', number>;
  readonly querySeconds: Series<'server' | 'proto', Histogram>;
  readonly pairsHalfLost: Series<'server' | 'lost', number>;
  readonly discarded: Map<DiscardReason, number>;
  readonly targetLabels: LabelCap;
  readonly modelLabels: LabelCap;
  readonly serverLabels: LabelCap;
  readonly rcodeLabels: LabelCap;
}

/** Values that a label may have: first come, first served; what comes when there are too many is `other`, for good. */
class LabelCap {
  /** For those that are not asked for by the configuration. */
  max: number;
  readonly #known = new Set<string>();
  #capped = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** @param always asked for by the configuration, which has bounds of its own */
  labelOf(value: string, always = false): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= MAX_LABELS || (!always && this.#capped >= this.max)) return 'other';
    if (!always) this.#capped++;
    this.#known.add(value);
    return value;
  }
}

/** However often the configuration changes. */
const MAX_LABELS = 500;
/** Servers of resolv.conf in the life of one process: a node's DNS moves, but not every hour. */
const MAX_SERVER_LABELS = 16;
const MAX_MODEL_LABELS = 16;
const MAX_RCODE_LABELS = 24;

type Labels<L extends string> = Readonly<Record<L, string>>;

/** Values by their labels. */
export class Series<L extends string, V> {
  readonly #entries = new Map<string, { readonly labels: Labels<L>; value: V }>();

  /** @param change is told what there is, undefined for labels that are new */
  update(labels: Labels<L>, change: (before: V | undefined) => V): void {
    const key = JSON.stringify(labels);
    const entry = this.#entries.get(key);
    // The labels stay the same object: what is made of them for a scrape can be kept with it.
    if (entry) entry.value = change(entry.value);
    else this.#entries.set(key, { labels, value: change(undefined) });
  }

  entries(): Iterable<{ labels: Labels<L>; value: V }> {
    return this.#entries.values();
  }
}

/** Adds to a count. */
export function count<L extends string>(series: Series<L, number>, labels: Labels<L>, by = 1): void {
  series.update(labels, (before = 0) => before + by);
}

/** Adds a duration to a histogram. */
export function observe<L extends string>(
  series: Series<L, Histogram>,
  labels: Labels<L>,
  durationMs: number,
): void {
  series.update(labels, (histogram = createHistogram(PROBE_BUCKETS)) => {
    histogram.observe(durationMs / 1000);
    return histogram;
  });
}

/** Seconds: CoreDNS's (0.25 ms doubling to 8.192 s), and edges just under and over the resolvers' retransmit steps. */
const PROBE_BUCKETS: readonly number[] = [
  ...Array.from({ length: 16 }, (_, power) => (0.25 * 2 ** power) / 1000),
  ...[2.4, 2.6, 4.9, 5.1, 9.9, 10.1, 15.1],
].toSorted((a, b) => a - b);

/** Counts a sample that was thrown away. */
export function discard({ discarded }: ProbeTotals, reason: DiscardReason): undefined {
  discarded.set(reason, (discarded.get(reason) ?? 0) + 1);
}

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
    targetLabels: new LabelCap(0),
    modelLabels: new LabelCap(MAX_MODEL_LABELS),
    serverLabels: new LabelCap(MAX_SERVER_LABELS),
    rcodeLabels: new LabelCap(MAX_RCODE_LABELS),
  };
}
