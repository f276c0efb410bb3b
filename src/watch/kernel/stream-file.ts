/** Reads long tables of /proc beside the event loop. */
import { open } from 'node:fs/promises';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import { failureOf, OPEN_FLAGS } from '../proc/read-proc.ts';
import { malformed, type Seen, type Trouble, troubleOf } from './see.ts';
import type { KernelWorld } from './world.ts';

/** A table may take so much of the CPU, ms: it counts for nothing if it takes more. */
export const TABLE_CPU_MS = 3_000;
/** And so much time: with a limit of 100 millicores a second of CPU takes ten. */
const TABLE_WALL_MS = 15_000;

/** What reading costs, from a moment on. */
export interface Meter {
  /** ms of CPU; of time, where that is less: the rest was spent on something else. */
  cost(): number;
  isOver(): boolean;
}

/** Begins to count. */
export function createMeter({ cpu, monotonic }: Pick<KernelWorld, 'cpu' | 'monotonic'>): Meter {
  const [cpuBefore, began] = [cpu(), monotonic()];
  const cost = () => Math.min(cpu() - cpuBefore, monotonic() - began);
  return { cost, isOver: () => cost() > TABLE_CPU_MS || monotonic() - began > TABLE_WALL_MS };
}

const NEWLINE = 0x0a;

/** How one file is read. */
export interface Streaming {
  meter: Meter;
  signal: AbortSignal;
  /** What it is read into, piece by piece: read(2) gives one page of a table at a time (fs/seq_file.c, seq_read_iter). */
  buffer: Buffer;
}

/** Takes a file in pieces. It throws a ProcfsError where they are not what the kernel writes. */
export interface StreamParser<T> {
  write(bytes: Uint8Array): void;
  end(): T;
}

/**
 * Parses a file piece by piece as the thread pool reads it; the event loop goes round between two pieces.
 *
 * @param file its path below `base`
 * @returns why it was not read to its end, where it was not
 * @throws only where the signal breaks it off, or by a fault of the parser
 */
export async function streamFile<T>(
  base: string,
  file: string,
  parser: StreamParser<T>,
  { meter, signal, buffer }: Streaming,
): Promise<Seen<T>> {
  const path = `${base}/${file}`;
  try {
    await using handle = await open(path, OPEN_FLAGS);
    const stat = await handle.stat();
    if (!stat.isFile()) return troubleOf({ state: 'failed', why: `${path}: not a file` }, path);
    let total = 0;
    let last = NEWLINE;
    for (;;) {
      signal.throwIfAborted();
      if (meter.isOver()) return tooLarge(path);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      total += bytesRead;
      // procfs has no sizes, a copy of it has: one that grows or shrinks meanwhile is of no moment at all.
      if (stat.size > 0 && (bytesRead === 0 ? total !== stat.size : total > stat.size))
        return malformed(base, `${file}: changed while it was read`);
      if (bytesRead === 0) break;
      last = buffer[bytesRead - 1] ?? NEWLINE;
      parser.write(buffer.subarray(0, bytesRead));
    }
    // The kernel ends each line: without it the file was cut, and more is missing than this line.
    if (last !== NEWLINE) return malformed(base, `${file}: cut within a line`);
    return { state: 'ok', value: parser.end() };
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
    why: `${path} was not read to its end within ${TABLE_CPU_MS / 1_000} s of CPU time and ${TABLE_WALL_MS / 1_000} s in all`,
  };
}
