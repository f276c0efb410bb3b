/** Metrics that are filled from the journal when they are scraped. */
import { Counter, Gauge, Histogram as PromHistogram, type Registry } from 'prom-client';

/** Sets one series of a metric. */
export type Setter<L extends string> = (labels: Record<L, string>, value: number) => void;

/** A gauge whose series are only those set at this scrape. */
export function gauge<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  fill: (set: Setter<L>) => void,
): void {
  const metric = new Gauge<L>({
    name: `netdns_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      clear(metric, labelNames);
      fill((labels, value) => metric.set(labels, value));
    },
  });
}

/** A counter whose values are kept elsewhere: prom-client can only increment, so it is set from zero at each scrape. */
export function counter<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  fill: (set: Setter<L>) => void,
): void {
  const metric = new Counter<L>({
    name: `netdns_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    collect() {
      clear(metric, labelNames);
      fill((labels, value) => metric.inc(labels, value));
    },
  });
}

/** Leaves no series: a metric without labels is reset to one of 0, which would be a number that nobody has seen. */
function clear(metric: { reset(): void; remove(): void }, labelNames: readonly string[]): void {
  metric.reset();
  if (labelNames.length === 0) metric.remove();
}

/** A histogram's series as they are kept elsewhere. */
export type HistogramSetter<L extends string> = (labels: Record<L, string>, values: HistogramValues) => void;
interface HistogramValues {
  /** Cumulative, ascending, without `+Inf`. */
  buckets(): readonly { le: number; count: number }[];
  sum: number;
  count: number;
}

/** A histogram whose buckets are counted elsewhere: prom-client's own could only be filled by observing all anew. */
class Histogram<L extends string> extends PromHistogram<L | 'le'> {
  readonly #fill: (set: HistogramSetter<L>) => void;
  readonly #about: { name: string; help: string };
  readonly #labels = new WeakMap<Record<L, string>, Map<number | '+Inf', Sample<L>['sharedLabels']>>();

  constructor(
    about: { name: string; help: string; labelNames: readonly L[]; registers: Registry[] },
    fill: (set: HistogramSetter<L>) => void,
  ) {
    super({ ...about, labelNames: [...about.labelNames] });
    this.#about = about;
    this.#fill = fill;
  }

  /** What the registry asks for the series (prom-client 15, lib/registry.js). */
  async getForPromString() {
    const { name, help } = this.#about;
    const values: Sample<L>[] = [];
    this.#fill((labels, histogram) => {
      const sample = (suffix: string, value: number, sharedLabels: Sample<L>['sharedLabels']) =>
        values.push({ metricName: `${name}_${suffix}`, labels: NO_LABELS, sharedLabels, value });
      for (const { le, count } of histogram.buckets())
        sample('bucket', count, this.#bucketLabels(labels, le));
      sample('bucket', histogram.count, this.#bucketLabels(labels, '+Inf'));
      sample('sum', histogram.sum, labels);
      sample('count', histogram.count, labels);
    });
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }

  /**
   * The same object at each scrape: the registry keeps the text of `sharedLabels` as long as they live, and to
   * write those of thousands of buckets anew would be most of a scrape.
   */
  #bucketLabels(labels: Record<L, string>, le: number | '+Inf'): Sample<L>['sharedLabels'] {
    const ofSeries = this.#labels.get(labels) ?? new Map<number | '+Inf', Sample<L>['sharedLabels']>();
    this.#labels.set(labels, ofSeries);
    const known = ofSeries.get(le) ?? { le, ...labels };
    ofSeries.set(le, known);
    return known;
  }
}
const NO_LABELS = {};
interface Sample<L extends string> {
  metricName: string;
  labels: typeof NO_LABELS;
  sharedLabels: Record<L, string> & { le?: number | '+Inf' };
  value: number;
}

/** A histogram whose series are only those set at this scrape. */
export function histogram<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  fill: (set: HistogramSetter<L>) => void,
): void {
  new Histogram({ name: `netdns_${name}`, help, labelNames, registers: [registry] }, fill);
}
