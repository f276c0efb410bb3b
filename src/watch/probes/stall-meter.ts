import type { ProbeWorld } from './world.ts';

/** Tells how long this process stood still while a sample was taken: its times would be our own, not the network's. */
export interface StallMeter {
  /** Begins a sample. @returns what ends it and gives the longest standstill in it, ms */
  begin(): () => number;
}

/** A timer that is late is how a standstill is seen; it runs only while samples are taken. */
const TICK_MS = 20;

/** A meter for samples that may overlap. */
export function createStallMeter(world: Pick<ProbeWorld, 'monotonic' | 'after'>): StallMeter {
  const samples = new Set<{ began: number; worst: number }>();
  let due = 0;
  let cancel = () => {};

  function look(): void {
    const now = world.monotonic();
    for (const sample of samples)
      sample.worst = Math.max(sample.worst, Math.min(now - due, now - sample.began));
  }

  function schedule(): void {
    due = world.monotonic() + TICK_MS;
    cancel = world.after(TICK_MS, () => {
      look();
      schedule();
    });
  }

  return {
    begin() {
      const sample = { began: world.monotonic(), worst: 0 };
      samples.add(sample);
      if (samples.size === 1) schedule();
      return () => {
        // Replies that came meanwhile may be read before a timer that is overdue.
        look();
        samples.delete(sample);
        if (samples.size === 0) cancel();
        return sample.worst;
      };
    },
  };
}
