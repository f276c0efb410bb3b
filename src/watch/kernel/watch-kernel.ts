import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { Journal } from '../../journal/journal.ts';
import { createKernelRecord, type KernelRecord } from '../../journal/kernel-record.ts';
import { type Clock, REAL_CLOCK } from '../clock.ts';
import { createKernelLook, type KernelSettings } from './kernel-look.ts';

export type { KernelSettings } from './kernel-look.ts';

/** The watcher of UDP sockets, source ports and connection tracking. */
export interface KernelWatcher {
  /** Looks there from now on; settings that have not changed disturb nothing. */
  use(settings: KernelSettings): Promise<void>;
  /** Ends at once: a table that is read is broken off, and counts for nothing. */
  stop(): Promise<void>;
}

/** Between two looks at the small files. */
const TICK_MS = 2_000;

/** Watches the kernel, and keeps in the journal what it tells. */
export function watchKernel(journal: Journal, log: Logger, world: Clock = REAL_CLOCK): KernelWatcher {
  let running: { settings?: KernelSettings; stop: () => Promise<void> } = { stop: async () => {} };

  return {
    async use(settings) {
      if (isDeepStrictEqual(settings, running.settings)) return;
      await running.stop();
      forget(journal.kernel);
      journal.kernel.intervalMs = TICK_MS;
      running = { settings, stop: start(settings, journal, log, world) };
    },
    stop: () => running.stop(),
  };
}

/** What was seen elsewhere says nothing of what is looked at now. */
function forget(record: KernelRecord): void {
  const { udp, intervalMs } = createKernelRecord();
  Object.assign(record.udp, udp);
  for (const key of ['ports', 'table', 'dns'] as const) delete record.udp[key];
  for (const key of ['lastSample', 'isNode', 'softnet', 'tcpSynRetransmits'] as const) delete record[key];
  record.intervalMs = intervalMs;
  record.conntrack.clear();
  record.looks.clear();
}

/** Tick after tick. @returns what ends it */
function start(settings: KernelSettings, journal: Journal, log: Logger, world: Clock): () => Promise<void> {
  const stopped = new AbortController();
  const onFault = faultsOnce(log);
  const look = createKernelLook(settings, journal, world, stopped.signal, onFault);
  let cancel = () => {};

  function tick(): void {
    try {
      look.tick();
    } catch (error) {
      onFault(error);
    }
    cancel = world.after(TICK_MS, tick);
  }

  tick();
  return async () => {
    stopped.abort();
    cancel();
    await look.settled();
  };
}

/** A fault that comes at every tick is told once. */
function faultsOnce(log: Logger): (error: unknown) => void {
  const told = new Set<string>();
  return (error) => {
    const { message } = error as Error;
    if (told.has(message) || told.size > MAX_TOLD) return;
    told.add(message);
    log.error(error, 'a look at the kernel ended by a fault of this program: report it');
  };
}
const MAX_TOLD = 20;
