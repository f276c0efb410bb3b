import type { Logger } from 'pino';
import { parseDuration } from '../../config/duration.ts';
import type { Journal } from '../../journal/journal.ts';
import type { ProbeRecord } from '../../journal/probe-record.ts';
import { createBudget, pause } from './budget.ts';
import { createRounds, type ProbeSettings } from './round.ts';
import { createSampler } from './sampler.ts';
import { createStallMeter } from './stall-meter.ts';
import { createRealWorld, type ProbeWorld } from './world.ts';

/** The watcher that looks names up itself. */
export interface ProbeWatcher {
  /** Probes so from now on; settings that have not changed let the present round go on. */
  use(settings: ProbeSettings): Promise<void>;
  /** Ends at once: lookups that run are broken off, and count for nothing. */
  stop(): Promise<void>;
}

/** A round begins up to so much of an interval earlier or later: a fleet must not ask its nameserver in step. */
const JITTER = 0.1;

/** Probes in rounds, and keeps in the journal what they tell. */
export function watchProbes(
  journal: Journal,
  log: Logger,
  world: ProbeWorld = createRealWorld(),
): ProbeWatcher {
  let running = { settings: '', stop: async () => {} };

  function start(settings: ProbeSettings): () => Promise<void> {
    const stopped = new AbortController();
    const ended = runRounds(settings, journal, log, world, stopped.signal);
    return () => {
      stopped.abort(new Error('probing was stopped'));
      return ended;
    };
  }

  return {
    async use(settings) {
      const wanted = JSON.stringify(settings);
      if (wanted === running.settings) return;
      await running.stop();
      const record = journal.probes;
      record.intervalMs = settings.enabled ? intervalOf(settings) : 0;
      record.totals.targetLabels.max = settings.discover.max;
      if (!settings.enabled) forget(record);
      running = { settings: wanted, stop: settings.enabled ? start(settings) : async () => {} };
    },
    stop: () => running.stop(),
  };
}

/** What was seen says nothing once nobody looks any more; totals stay, for counters never go back. */
function forget(record: ProbeRecord): void {
  record.rounds = 0;
  record.failing = [];
  record.targets.clear();
  record.servers.clear();
  delete record.lastRound;
  delete record.files;
}

/** Round after round until the signal; never rejects. */
async function runRounds(
  settings: ProbeSettings,
  journal: Journal,
  log: Logger,
  world: ProbeWorld,
  signal: AbortSignal,
): Promise<void> {
  const interval = intervalOf(settings);
  const budget = createBudget(settings.budget, world);
  const onFault = (error: unknown) => log.error(error, 'a probe ended by a fault of this program: report it');
  const stalls = createStallMeter(world);
  const sampler = createSampler({ world, budget, stalls, totals: journal.probes.totals, signal, onFault });
  const round = createRounds(settings, journal, world, sampler);
  while (!signal.aborted) {
    const next = world.monotonic() + interval * (1 + JITTER * (2 * world.random() - 1));
    await round().catch((error) => {
      // What brought it about may be gone by the next round: a file that nobody has thought of.
      if (!signal.aborted) log.error(error, 'a round of probes ended by a fault of this program: report it');
    });
    // It ends early where the signal comes.
    await pause(Math.max(0, next - world.monotonic()), world, signal).catch(() => {});
  }
}

/** The schema has checked it. */
function intervalOf({ interval }: ProbeSettings): number {
  return parseDuration(interval) ?? 0;
}
