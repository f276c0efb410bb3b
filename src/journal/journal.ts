import type { Order } from '../golang/debug-lines.ts';
import type { Reason, Resolver } from '../kinds.ts';
import { type AppRecord, createAppRecord } from './app-record.ts';
import { createKernelRecord, type KernelRecord } from './kernel-record.ts';
import { createProbeRecord, type ProbeRecord } from './probe-record.ts';
import { createProcessesRecord, type ProcessesRecord } from './process-record.ts';
import { createSelfRecord, type SelfRecord } from './self-record.ts';
import { createSourceRecord, type SourceRecord } from './source-record.ts';

/** What the rules need to know, and no more; every map in it is capped. */
export interface Journal {
  app(key: string, subject: string): AppRecord;
  apps(): AppRecord[];
  source(source: string): SourceRecord;
  forgetSource(source: string): void;
  sources(): SourceRecord[];
  readonly probes: ProbeRecord;
  readonly kernel: KernelRecord;
  readonly processes: ProcessesRecord;
  readonly self: SelfRecord;
  /** Lookups ever traced, by order, those of forgotten applications too. */
  lookupTotals(): { order: Order; count: number }[];
  /** Failures ever seen, by resolver and reason, those of forgotten applications too. */
  errorTotals(): { resolver: Resolver; reason: Reason; count: number }[];
}

/** A node agent sees at most a few hundred containers; a sidecar one or two. */
const MAX_APPS = 512;

/** An empty journal. `clock` gives ms since the epoch. */
export function createJournal(clock: () => number): Journal {
  const apps = new Map<string, AppRecord>();
  const sources = new Map<string, SourceRecord>();
  /** Totals of the applications that had to make room: a counter never goes back. */
  const forgotten = { lookups: new Tally<Order>(), errors: new Tally<`${Resolver} ${Reason}`>() };

  function makeRoom(): void {
    const [key, oldest] = apps.entries().next().value ?? [];
    if (key === undefined || !oldest) return;
    apps.delete(key);
    addTotals(oldest, forgotten);
  }

  function totals(): typeof forgotten {
    const sum = { lookups: new Tally(forgotten.lookups), errors: new Tally(forgotten.errors) };
    for (const app of apps.values()) addTotals(app, sum);
    return sum;
  }

  return {
    app(key, subject) {
      const record = apps.get(key) ?? createAppRecord(subject);
      // Insertion order is age: the one whose log was opened last is the youngest.
      apps.delete(key);
      apps.set(key, record);
      if (apps.size > MAX_APPS) makeRoom();
      return record;
    },
    apps: () => [...apps.values()],
    source(source) {
      const record = sources.get(source) ?? createSourceRecord(source, clock());
      sources.set(source, record);
      return record;
    },
    forgetSource: (source) => sources.delete(source),
    sources: () => [...sources.values()],
    probes: createProbeRecord(),
    kernel: createKernelRecord(),
    processes: createProcessesRecord(),
    self: createSelfRecord(),
    lookupTotals: () => [...totals().lookups].map(([order, count]) => ({ order, count })),
    errorTotals: () =>
      [...totals().errors].map(([key, count]) => {
        const [resolver, reason] = key.split(' ') as [Resolver, Reason];
        return { resolver, reason, count };
      }),
  };
}

class Tally<K> extends Map<K, number> {
  add(key: K, count: number): void {
    this.set(key, (this.get(key) ?? 0) + count);
  }
}

function addTotals(
  app: AppRecord,
  to: { lookups: Tally<Order>; errors: Tally<`${Resolver} ${Reason}`> },
): void {
  for (const [order, count] of Object.entries(app.trace.summary().lookups)) {
    to.lookups.add(order as Order, count);
  }
  for (const { resolver, reason, count } of app.errors.totals())
    to.errors.add(`${resolver} ${reason}`, count);
}
