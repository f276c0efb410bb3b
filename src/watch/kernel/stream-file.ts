/** Reads long tables of /proc beside the event loop. */
import { open } from 'node:fs/promises';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import type { Clock } from '../clock.ts';
import { failureOf, OPEN_FLAGS } from '../proc/read-proc.ts';
import { malformed, type Trouble, troubleOf } from './see.ts';

/** One table may be read for so long, ms: it counts for nothing if it takes longer. */
export const TABLE_LIMIT_MS = 3_000;

/** How one file is read. */
export interface Streaming {
  clock: Clock;
  /** When it must have ended, by the monotonic clock. */
  deadline: number;
  signal: AbortSignal;
  /** What it is read into, piece by piece: read(2) gives one page of a table at a time (fs/seq_file.c, seq_read_iter). */
  buffer: Buffer;
}

/**
 * Hands on a file piece by piece as the thread pool reads it; the event loop goes round between two pieces.
 *
 * @param file its path below `base`
 * @returns why it was not read to its end
 * @throws only where the signal breaks it off, or by a fault of `write`
 */
export async function streamFile(
  base: string,
  file: string,
  write: (bytes: Uint8Array) => void,
  { clock, deadline, signal, buffer }: Streaming,
): Promise<Trouble | { state: 'ok' }> {
  const path = `${base}/${file}`;
  try {
    await using handle = await open(path, OPEN_FLAGS);
    if (!(await handle.stat()).isFile())
      return troubleOf({ state: 'failed', why: `${path}: not a file` }, path);
    for (;;) {
      signal.throwIfAborted();
      if (clock.monotonic() > deadline) return tooLarge(path);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return { state: 'ok' };
      write(buffer.subarray(0, bytesRead));
    }
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof ProcfsError) return malformed(base, error.message);
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    return troubleOf(failureOf(error, path), path);
  }
}

function tooLarge(path: string): Trouble {
  return {
    state: 'failed',
    reason: 'too-large',
    why: `${path} was not read to its end within ${TABLE_LIMIT_MS / 1_000} s`,
  };
}

/** A table takes this part of one core at most. */
const SHARE = 0.01;
const LONGEST_PAUSE_MS = TABLE_LIMIT_MS / SHARE;

/** How long the pause after a table is that took so long, ms: it follows from what it costs. */
export function pauseAfter(tookMs: number, shortestMs: number): number {
  return Math.min(Math.max(tookMs / SHARE, shortestMs), LONGEST_PAUSE_MS);
}
