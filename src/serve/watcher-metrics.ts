import type { Registry } from 'prom-client';
import { isFresh } from '../diagnose/kernel/words.ts';
import type { Journal } from '../journal/journal.ts';
import type { KernelRecord } from '../journal/kernel-record.ts';
import { PROCESS_WATCHERS } from '../journal/looks.ts';
import { probesUp } from '../journal/probe-record.ts';
import type { ProcessesRecord } from '../journal/process-record.ts';
import { gauge } from './from-journal.ts';

/** Whether each watcher works, and what it cannot see; each has a series only where it has something to watch. */
export function registerWatchers(
  registry: Registry,
  { sources, probes, kernel, processes }: Pick<Journal, 'sources' | 'probes' | 'kernel' | 'processes'>,
): void {
  gauge(registry, 'watcher_up', 'Whether a watcher sees what it watches: 1 or 0.', ['watcher'], (set) => {
    const now = Date.now();
    const isUp = (watcher: string, up: boolean) => set({ watcher }, up ? 1 : 0);
    const logs = sources();
    if (logs.length > 0)
      isUp(
        'logs',
        logs.some(({ state }) => state.state === 'ok'),
      );
    if (probes.intervalMs > 0) isUp('probes', probesUp(probes, now));
    if (kernel.intervalMs > 0) isUp('kernel', isSampled(kernel, now));
    if (kernel.looks.has('process')) isUp('process', isReadable(kernel, processes));
    if (kernel.looks.has('node')) isUp('node', hasNode(kernel, now));
  });
  const blockedHelp = 'A watcher that cannot see all it should, and why, always 1.';
  gauge(registry, 'watcher_blocked_info', blockedHelp, ['watcher', 'reason'], (set) => {
    for (const { state } of sources())
      if (state.state !== 'ok') set({ watcher: 'logs', reason: state.state }, 1);
    for (const look of kernel.looks.values())
      if (look.state !== 'ok') set({ watcher: look.watcher, reason: look.reason }, 1);
  });
}

/** One sample may be late, and one lost. */
const LATE = 3;

function isSampled({ lastSample, intervalMs }: KernelRecord, now: number): boolean {
  return lastSample !== undefined && now - lastSample <= LATE * intervalMs;
}

function isReadable({ looks }: KernelRecord, { app }: ProcessesRecord): boolean {
  return (
    app !== undefined && PROCESS_WATCHERS.every((watcher) => (looks.get(watcher)?.state ?? 'ok') === 'ok')
  );
}

/** One look that failed is an accident: the numbers of the one before still count. */
function hasNode(kernel: KernelRecord, now: number): boolean {
  const last = kernel.conntrack.get('node')?.samples.at(-1);
  return last !== undefined && isFresh(last.at, kernel, now);
}
