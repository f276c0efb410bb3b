import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';

/** Until something that ended by a fault is tried again, ms. */
const AFTER_FAULT_MS = 10_000;

/**
 * Runs something again and again, at first at once; never throws. What brings a fault about is said once.
 *
 * @param run is told when to break off, and says how long the pause after it is, ms
 * @returns ends it: breaks off what runs, and waits until it has ended
 */
export function repeat(
  what: string,
  run: (signal: AbortSignal) => number | Promise<number>,
  { world, log }: { world: Clock; log: Logger },
): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;
  let isTold = false;
  let callOff = () => {};

  async function turn(): Promise<void> {
    let pause = AFTER_FAULT_MS;
    try {
      pause = await run(signal);
    } catch (error) {
      if (!signal.aborted && !isTold) {
        isTold = true;
        log.error(error, `${what} ended by a fault of this program: report it`);
      }
    }
    if (signal.aborted) return;
    callOff = world.after(pause, () => {
      running = turn();
    });
  }

  let running = turn();
  return async () => {
    stopped.abort(new Error('watching the kernel was stopped'));
    callOff();
    await running;
  };
}
