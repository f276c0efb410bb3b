import type { Clock } from '../clock.ts';

/**
 * What a promise gives, or undefined after so many ms. What is late goes on by itself: a system call in the thread pool
 * cannot be called off.
 */
export async function inTime<T>(promise: Promise<T>, ms: number, world: Clock): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const callOff = world.after(ms, () => resolve(undefined));
  try {
    return await Promise.race([promise, late]);
  } finally {
    callOff();
  }
}
