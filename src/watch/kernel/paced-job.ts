import type { Clock } from '../clock.ts';

/** Work beside the ticks: one at a time, and the more seldom the longer it takes. */
export interface PacedJob {
  /** Begins it where it is due and not at work. */
  tick(): void;
  /** It is due at the next tick, whatever it has cost. */
  hurry(): void;
  /** What is at work has ended. */
  settled(): Promise<void>;
}

/** What it may take of one core. */
const SHARE = 0.01;
/** However long it takes. */
const MAX_PAUSE_MS = 300_000;

/**
 * @param pauseMs from its end until it is due again, at least
 * @param run never waits for ever
 * @param onFault told of what it throws, which is a fault of this program
 */
export function createPacedJob(
  { monotonic }: Pick<Clock, 'monotonic'>,
  pauseMs: number,
  run: () => Promise<void>,
  onFault: (error: unknown) => void,
): PacedJob {
  let dueAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  async function work(): Promise<void> {
    const began = monotonic();
    await run().catch(onFault);
    const ended = monotonic();
    dueAt = ended + Math.max(pauseMs, Math.min((ended - began) / SHARE, MAX_PAUSE_MS));
    running = undefined;
  }

  return {
    tick() {
      if (!running && monotonic() >= dueAt) running = work();
    },
    hurry() {
      dueAt = Number.NEGATIVE_INFINITY;
    },
    settled: async () => running,
  };
}
