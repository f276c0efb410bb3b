import { Registry } from 'prom-client';
import { joinProcess } from '../diagnose/app-facts.ts';
import { RULES } from '../diagnose/rules.ts';
import { rank, statusOf } from '../diagnose/status.ts';
import type { SourceRecord } from '../journal/source-record.ts';
import { VERSION } from '../version.ts';
import { counter, gauge, type Setter } from './from-journal.ts';
import { registerKernel } from './kernel-metrics.ts';
import { registerProbes } from './probe-metrics.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import type { View } from './view.ts';
import { registerWatchers } from './watcher-metrics.ts';

/** The registry: every metric is filled from the journal when it is scraped, so that counting costs nothing else. */
export function createMetrics(view: View): Registry {
  const registry = new Registry();
  registerAbout(registry);
  registerFindings(registry, view);
  registerApps(registry, view);
  registerLogs(registry, view);
  registerWatchers(registry, view.journal);
  registerProbes(registry, view.journal.probes);
  registerKernel(registry, view.journal.kernel);
  registerProcessMetrics(registry);
  return registry;
}

function registerAbout(registry: Registry): void {
  gauge(
    registry,
    'build_info',
    'Version of the sidecar and of Node.js, always 1.',
    ['version', 'node'],
    (set) => set({ version: VERSION, node: process.version }, 1),
  );
}

function registerFindings(registry: Registry, view: View): void {
  gauge(registry, 'health_status', 'Health: 0 pass, 1 warn, 2 fail.', [], (set) =>
    set({}, ['pass', 'warn', 'fail'].indexOf(statusOf(view.lastFindings()))),
  );
  gauge(registry, 'finding_active', 'Whether a finding is open: 1 or 0.', ['finding', 'severity'], (set) => {
    for (const { id, severity } of RULES) set({ finding: id, severity }, 0);
    // Least severe first: where two subjects have the same finding, one series a severity is enough.
    const open = view.lastFindings().toSorted((a, b) => rank(a.severity) - rank(b.severity));
    for (const { id, severity } of open) set({ finding: id, severity }, 1);
  });
}

function registerApps(registry: Registry, view: View): void {
  const infoLabels = ['go_version', 'libc', 'linkage', 'cgo'] as const;
  gauge(registry, 'app_info', 'What is known of the application, always 1.', infoLabels, (set) => {
    for (const { goVersion, libc, linkage, cgo } of joinProcess(view.apps(), view.journal.processes)) {
      set({ go_version: goVersion, libc, linkage, cgo }, 1);
    }
  });
  const resolverHelp = 'Resolvers the application was seen to use, and how that is known, always 1.';
  gauge(registry, 'app_resolver_info', resolverHelp, ['resolver', 'source'], (set) => {
    const apps = joinProcess(view.apps(), view.journal.processes);
    for (const { resolvers } of apps) for (const seen of resolvers) set(seen, 1);
  });
  counter(
    registry,
    'app_lookups_total',
    'Lookups in the netdns trace, by the order Go chose.',
    ['order'],
    (set) => {
      for (const { order, count } of view.journal.lookupTotals()) set({ order }, count);
    },
  );
  const errorHelp = 'Failed lookups in the log, by resolver and reason.';
  counter(registry, 'app_lookup_errors_total', errorHelp, ['resolver', 'reason'], (set) => {
    for (const { resolver, reason, count } of view.journal.errorTotals()) set({ resolver, reason }, count);
  });
}

function registerLogs(registry: Registry, view: View): void {
  const perSource = (value: (source: SourceRecord) => number) => (set: Setter<'source'>) => {
    for (const source of view.journal.sources()) set({ source: source.source }, value(source));
  };
  const counters: [string, string, (source: SourceRecord) => number][] = [
    ['log_lines_total', 'Physical lines read.', ({ lines }) => lines],
    ['log_bytes_total', 'Bytes read.', ({ bytes }) => bytes],
    [
      'log_rotations_total',
      'Times the log went on in another file, or anew in the same one.',
      ({ rotations }) => rotations,
    ],
    [
      'log_lost_bytes_total',
      'Bytes never analysed: gone before they were read, or past the cap of a line.',
      ({ lostBytes }) => lostBytes,
    ],
  ];
  for (const [name, help, value] of counters) counter(registry, name, help, ['source'], perSource(value));
  gauge(
    registry,
    'log_lag_bytes',
    'Bytes written and not read yet.',
    ['source'],
    perSource((source) => source.lagBytes()),
  );
}
