import type { Registry } from 'prom-client';
import type { ProbeRecord, TargetRecord } from '../journal/probe-record.ts';
import type { ProbeTotals } from '../journal/probe-totals.ts';
import { counter, gauge, type HistogramSetter, histogram, type Setter } from './from-journal.ts';

/** The metrics of probes, filled from what the journal has counted. */
export function registerProbes(registry: Registry, probes: ProbeRecord): void {
  const { totals } = probes;
  const lookupLabels = ['target', 'model'] as const;
  counter(
    registry,
    'probe_lookups_total',
    'Lookups by the models, by outcome.',
    [...lookupLabels, 'outcome'],
    all(totals.lookups),
  );
  histogram(
    registry,
    'probe_lookup_duration_seconds',
    'How long a lookup took, search domains and retries included.',
    lookupLabels,
    allHistograms(totals.lookupSeconds),
  );
  gauge(registry, 'probe_queries_per_lookup', 'Queries the latest lookup sent.', lookupLabels, (set) => {
    // Of what is probed now: the counters beside it stay, a gauge would say what is no longer so.
    const now = new Set([...probes.targets.values()].map((target) => labelOf(totals, target)));
    for (const { labels, value } of totals.queriesPerLookup.entries())
      if (now.has(labels.target)) set(labels, value);
  });
  registerDisagreement(registry, probes);
  registerServers(registry, totals);
  counter(registry, 'probe_discarded_total', 'Samples thrown away.', ['reason'], (set) => {
    for (const [reason, count] of totals.discarded) set({ reason }, count);
  });
}

function registerDisagreement(registry: Registry, { targets, totals }: ProbeRecord): void {
  const help = 'Whether the models gave different results at their last lookup: 1 or 0.';
  gauge(registry, 'probe_models_disagree', help, ['target'], (set) => {
    const worst = new Map<string, number>();
    for (const record of targets.values()) {
      const last = record.comparisons.at(-1);
      if (!last) continue;
      const target = labelOf(totals, record);
      worst.set(target, Math.max(worst.get(target) ?? 0, last.text === undefined ? 0 : 1));
    }
    for (const [target, value] of worst) set({ target }, value);
  });
}

function labelOf({ targetLabels }: ProbeTotals, { name, origin }: TargetRecord): string {
  return targetLabels.labelOf(name, origin === 'configured');
}

function registerServers(registry: Registry, totals: ProbeTotals): void {
  const queryLabels = ['server', 'proto', 'type', 'rcode'] as const;
  const queryHelp = 'Single queries to each nameserver, by what came back.';
  counter(registry, 'probe_queries_total', queryHelp, queryLabels, all(totals.queries));
  histogram(
    registry,
    'probe_query_duration_seconds',
    'How long a reply to a single query took; over TCP with its handshake.',
    ['server', 'proto'],
    allHistograms(totals.querySeconds),
  );
  counter(
    registry,
    'probe_pairs_half_lost_total',
    'A and AAAA sent at once of which one got no reply, and which.',
    ['server', 'lost'],
    all(totals.pairsHalfLost),
  );
}

interface Entries<L extends string, V> {
  entries(): Iterable<{ labels: Readonly<Record<L, string>>; value: V }>;
}

function all<L extends string>(series: Entries<L, number>): (set: Setter<L>) => void {
  return (set) => {
    for (const { labels, value } of series.entries()) set(labels, value);
  };
}

function allHistograms<L extends string>(
  series: Entries<L, Parameters<HistogramSetter<L>>[1]>,
): (set: HistogramSetter<L>) => void {
  return (set) => {
    for (const { labels, value } of series.entries()) set(labels, value);
  };
}
