import type { Logger } from 'pino';
import type { Journal } from '../../journal/journal.ts';
import { type Look, PROCESS_WATCHERS } from '../../journal/looks.ts';
import { MAX_DESCRIPTOR_SAMPLES, type ProcessRecord } from '../../journal/process-record.ts';
import type { Reading } from '../proc/read-proc.ts';
import { type Candidate, type Choice, chooseApp } from './choose.ts';
import { inspect, type Snapshot } from './inspect.ts';
import { lookAtPart } from './look.ts';
import type { Place } from './look-parts.ts';
import { noProc, whyNone } from './none.ts';
import { createScanner, type Scan } from './scan.ts';

/** Between two looks at all processes while there is an application, ms. */
const RESCAN_MS = 60_000;
/** Between two looks at its files, ms. */
const FULL_MS = 30_000;
/** Of the time, what looking at all processes may take while there is no application. */
const SCAN_SHARE = 0.002;
/** Others that are told. */
const MAX_OTHERS = 16;
/** A process that ends while it is looked at: there may be another at once. */
const MAX_TRIES = 3;

/** Holds the namespaces of a pod: where its processes are shared it is their first. */
const PAUSE = 'pause';

/** Follows the application from process to process. @returns one look; rejects only for a fault of this program */
export function createFollower(
  journal: Journal,
  log: Logger,
  wish: { pid: 'auto' | number; exe?: string },
  place: Place,
): (signal: AbortSignal) => Promise<void> {
  const { world, proc } = place;
  const scan = createScanner(proc, place.isProcfs, world);
  const { processes, kernel } = journal;
  let choice: Choice | undefined;
  /** Whether the processes are those of a pod that was built to share them. */
  let isPod = false;
  let snapshot: Snapshot | undefined;
  let last: ProcessRecord | undefined;
  let nextScan = Number.NEGATIVE_INFINITY;
  let nextFull = Number.NEGATIVE_INFINITY;

  function publish(looks: readonly Look[], app: ProcessRecord | undefined, because: string): void {
    for (const watcher of PROCESS_WATCHERS) kernel.looks.delete(watcher);
    for (const look of looks) kernel.looks.set(look.watcher, look);
    processes.because = because;
    processes.others = (choice?.others ?? []).slice(0, MAX_OTHERS).map(({ pid, comm }) => ({ pid, comm }));
    noteDescriptors(app);
    if (app) processes.app = app;
    else delete processes.app;
  }

  function noteDescriptors(app: ProcessRecord | undefined): void {
    const before = processes.app;
    if (!app || !before || !isSameProcess(before, app)) processes.descriptors = [];
    if (app?.fds === undefined) return;
    processes.descriptors.push({ at: world.clock(), open: app.fds });
    if (processes.descriptors.length > MAX_DESCRIPTOR_SAMPLES) processes.descriptors.shift();
  }

  function noteRestart(app: ProcessRecord, beside: readonly Candidate[]): void {
    if (last && isSameProcess(last, app)) {
      last = app;
      return;
    }
    log.info({ pid: app.pid, comm: app.comm, exe: app.exe }, 'the application is this process');
    // One that ran beside it has not been started in its place.
    const isNew = !beside.some((each) => isSameProcess(each, app));
    if (last && isNew && isSameProgram(last, app)) {
      processes.restarts++;
      processes.lastRestart = world.clock();
    }
    last = app;
  }

  async function rescan(): Promise<Look | undefined> {
    const from = world.monotonic();
    const seen = await scan();
    const took = world.monotonic() - from;
    choice = seen.state === 'ok' ? chooseApp(seen.value.candidates, wish) : undefined;
    isPod = seen.state === 'ok' && seen.value.init === PAUSE;
    nextScan = world.monotonic() + (choice?.app ? RESCAN_MS : Math.min(took / SCAN_SHARE, RESCAN_MS));
    return choice?.app ? undefined : lookAtNone(proc, seen, choice);
  }

  return async (signal) => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const beside = choice?.others ?? [];
      if (world.monotonic() >= nextScan) {
        const none = await rescan();
        if (signal.aborted) return;
        if (none) publish([none], undefined, none.state === 'ok' ? none.state : none.why);
      }
      if (!choice?.app) return;
      const isFull = world.monotonic() >= nextFull;
      const seen = await inspect(place, choice.app, snapshot, isFull);
      if (signal.aborted) return;
      snapshot = seen;
      if (seen) {
        if (isFull) nextFull = world.monotonic() + FULL_MS;
        const app = seen.record && {
          ...seen.record,
          ...(choice.isGuess && !isPod && { isGuess: true as const }),
        };
        if (app) noteRestart(app, beside);
        publish(seen.looks, app, choice.because);
        return;
      }
      nextScan = Number.NEGATIVE_INFINITY;
    }
    publish([], undefined, 'the application ends again and again');
  };
}

function lookAtNone(proc: string, seen: Reading<Scan>, choice: Choice | undefined): Look {
  if (seen.state === 'ok' && choice) return whyNone(proc, seen.value, choice);
  if (seen.state === 'absent') return noProc(proc);
  return lookAtPart('process', proc, seen, () => ({ reason: 'mode', why: 'permission denied' }));
}

/** A pid alone may be another process's by now. */
function isSameProcess(one: Identity, other: Identity): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks;
}
type Identity = Pick<ProcessRecord, 'pid' | 'startTicks'>;

function isSameProgram(before: ProcessRecord, now: ProcessRecord): boolean {
  if (before.pid === now.pid) return true;
  if (before.exe !== undefined && now.exe !== undefined) return before.exe === now.exe;
  return before.comm === now.comm;
}
