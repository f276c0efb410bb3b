import { statfs } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Journal } from '../../journal/journal.ts';
import { PROCESS_WATCHERS } from '../../journal/looks.ts';
import { type Clock, REAL_CLOCK } from '../clock.ts';
import { createWithin, inTime } from '../in-time.ts';
import { createFollower } from './follow.ts';

/** The watcher of the application's process. */
export interface ProcessWatcher {
  /** Watches so from now on. Resolves when it has looked once, or that takes too long. */
  use(settings: ProcessSettings): Promise<void>;
  /** Ends it, also where a look hangs. */
  stop(): Promise<void>;
}

/** Which process, and where to see it. */
export interface ProcessSettings {
  /** Where procfs is mounted, or a copy of it. */
  proc: string;
  pid: 'auto' | number;
  /** Path of its binary, in its own root. */
  exe?: string;
}

/** Between two looks, ms. */
const INTERVAL_MS = 5_000;
/** The first look, ms: probes begin after it, and should begin with the application's files. */
const FIRST_MS = 2_000;
/** For a look that runs at the end, ms. */
const END_MS = 1_000;
/** statfs(2). */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Watches the application's process, and keeps in the journal what it sees. */
export function watchProcess(journal: Journal, log: Logger, world: Clock = REAL_CLOCK): ProcessWatcher {
  const within = createWithin(world);
  let running = { settings: '', stop: async () => {} };

  function start(settings: ProcessSettings): { first: Promise<void>; stop: () => Promise<void> } {
    const stopped = new AbortController();
    let callOff = () => {};
    let follow: ((signal: AbortSignal) => Promise<void>) | undefined;
    let isTold = false;

    async function turn(): Promise<void> {
      try {
        follow ??= createFollower(journal, log, settings, {
          ...settings,
          isProcfs: await isProcfs(settings.proc),
          world,
          within,
        });
        await follow(stopped.signal);
      } catch (error) {
        if (!isTold) log.error(error, 'looking at processes ended by a fault of this program: report it');
        isTold = true;
      }
      if (stopped.signal.aborted) return;
      callOff = world.after(INTERVAL_MS, () => {
        look = turn();
      });
    }

    let look = turn();
    return {
      first: look,
      stop: async () => {
        stopped.abort();
        callOff();
        await inTime(look, END_MS, world);
      },
    };
  }

  return {
    async use(settings) {
      const wanted = JSON.stringify(settings);
      if (wanted === running.settings) return;
      await running.stop();
      forget(journal);
      const { first, stop } = start(settings);
      running = { settings: wanted, stop };
      await inTime(first, FIRST_MS, world);
    },
    stop: () => running.stop(),
  };
}

/** What was seen of another process says nothing of this one; a counter never goes back. */
function forget({ processes, kernel }: Journal): void {
  delete processes.app;
  delete processes.because;
  processes.others = [];
  processes.descriptors = [];
  for (const watcher of PROCESS_WATCHERS) kernel.looks.delete(watcher);
}

async function isProcfs(proc: string): Promise<boolean> {
  try {
    return (await statfs(proc)).type === PROC_SUPER_MAGIC;
  } catch {
    return false;
  }
}
