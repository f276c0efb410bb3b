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
      metric.reset();
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
      metric.reset();
      fill((labels, value) => metric.inc(labels, value));
    },
  });
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

  constructor(
    about: { name: string; help: string; labelNames: readonly L[]; registers: Registry[] },
    fill: (set: HistogramSetter<L>) => void,
  ) {
    super({ ...about, labelNames: [...about.labelNames] });
    this.#about = about;
    this.#fill = fill;
  }

  /** What the registry, and get(), ask for the series (prom-client 15, lib/registry.js and lib/histogram.js). */
  async getForPromString() {
    const { name, help } = this.#about;
    const values: Sample<L>[] = [];
    this.#fill((labels, histogram) => {
      const sample = (suffix: string, value: number, le: Partial<Record<'le', number | string>> = {}) =>
        values.push({ metricName: `${name}_${suffix}`, labels: { ...le, ...labels }, value });
      for (const { le, count } of histogram.buckets()) sample('bucket', count, { le });
      sample('bucket', histogram.count, { le: '+Inf' });
      sample('sum', histogram.sum);
      sample('count', histogram.count);
    });
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}
type Sample<L extends string> = {
  metricName: string;
  labels: Partial<Record<L | 'le', string | number>>;
  value: number;
};

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
