import type { Clock } from './clock.ts';

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

/**
 * What a call gives, or undefined after so many ms; undefined at once where it has not even been begun.
 *
 * @param key what is called: one that is late is not called again before it has come back
 * @param call never rejects
 */
export type Within = <T>(key: string, call: () => Promise<T>, ms: number) => Promise<T | undefined>;

/** libuv's threads, of which all files and many lookups of this process are made (docs.libuv.org, threadpool). */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;

/**
 * Calls into the thread pool that may hang there for ever, as on a network filesystem whose server is gone. One thread
 * is never given to them: while all others hang, no call is begun.
 */
export function createWithin(world: Clock, threads = THREADS): Within {
  const out = new Set<string>();
  let late = 0;
  return async (key, call, ms) => {
    if (out.has(key) || late >= Math.max(1, threads - 1)) return undefined;
    out.add(key);
    const called = call().finally(() => out.delete(key));
    const value = await inTime(called, ms, world);
    if (out.has(key)) {
      late++;
      void called.finally(() => late--);
    }
    return value;
  };
}
