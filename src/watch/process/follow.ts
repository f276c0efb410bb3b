import type { Logger } from 'pino';
import type { Journal } from '../../journal/journal.ts';
import { type Look, PROCESS_WATCHERS } from '../../journal/looks.ts';
import { MAX_DESCRIPTOR_SAMPLES, type ProcessRecord } from '../../journal/process-record.ts';
import { type Candidate, type Choice, chooseApp, type Wish } from './choose.ts';
import { inspect, type Snapshot } from './inspect.ts';
import type { Place } from './look-parts.ts';
import { type None, whyNone, whyNotListed } from './none.ts';
import { createScanner } from './scan.ts';

/** Between two looks at all processes while there is an application, ms. */
const RESCAN_MS = 60_000;
/** Between two looks at its files, ms. */
const FULL_MS = 30_000;
/** Of the time, what looking at all processes may take while there is no application. */
const SCAN_SHARE = 0.002;
/** The same while there is one, and processes come and go beside it. */
const NEW_SHARE = 0.0005;
/** An application that ended may start again so long before another is taken for it, ms. */
const AGAIN_MS = 60_000;
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
  wish: Wish,
  place: Place,
): (signal: AbortSignal) => Promise<void> {
  const { world, proc } = place;
  const scanner = createScanner(proc, place.isProcfs, place.within);
  const { processes, kernel } = journal;
  /** A process that is named does not change by another that starts. */
  const isChosen = wish.pid === 'auto' && wish.exe === undefined;
  let choice: Choice | undefined;
  /** Whether the processes are those of a pod that was built to share them. */
  let isPod = false;
  let snapshot: Snapshot | undefined;
  let last: ProcessRecord | undefined;
  let earlier: { app: Candidate; seen: number } | undefined;
  let nextScan = Number.NEGATIVE_INFINITY;
  /** Before that not even for a process that is new. */
  let mayScan = Number.NEGATIVE_INFINITY;
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

  async function rescan(): Promise<None | undefined> {
    const from = world.monotonic();
    const seen = await scanner.scan();
    const now = world.monotonic();
    const before = earlier && now - earlier.seen <= AGAIN_MS ? earlier.app : undefined;
    choice = seen.state === 'ok' ? chooseApp(seen.value.candidates, wish, before) : undefined;
    isPod = seen.state === 'ok' && seen.value.init === PAUSE;
    const pause = (share: number) => Math.min((now - from) / share, RESCAN_MS);
    nextScan = now + (choice?.app ? RESCAN_MS : pause(SCAN_SHARE));
    mayScan = now + pause(NEW_SHARE);
    if (seen.state !== 'ok') return whyNotListed(proc, seen);
    return choice && !choice.app ? whyNone(proc, seen.value, choice, wish) : undefined;
  }

  async function isScanDue(): Promise<boolean> {
    const now = world.monotonic();
    if (now >= nextScan) return true;
    return isChosen && now >= mayScan && (await scanner.hasNew());
  }

  return async (signal) => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const beside = choice?.others ?? [];
      if (await isScanDue()) {
        const none = await rescan();
        if (signal.aborted) return;
        if (none) publish([none], undefined, none.why);
      }
      if (!choice?.app) return;
      const isFull = world.monotonic() >= nextFull;
      const seen = await inspect(place, choice.app, snapshot, isFull);
      if (signal.aborted) return;
      snapshot = seen;
      if (seen) {
        earlier = { app: choice.app, seen: world.monotonic() };
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
    const why = 'the application ends again and again, each time before it has been looked at';
    publish([{ watcher: 'process', state: 'absent', reason: 'no-app', why }], undefined, why);
  };
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
