import { type FileHandle, open } from 'node:fs/promises';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import { failureOf, OPEN_FLAGS, type Reading } from '../proc/read-proc.ts';

/** Takes a large file of /proc as it comes. */
interface PieceReader<T> {
  write(bytes: Uint8Array): void;
  end(): T;
}

/** A table that takes longer is broken off, ms. */
const MAX_WALL_MS = 10_000;
/** A million sockets; a device that never ends, in a dump, is none. */
const MAX_BYTES = 256 << 20;
/** A read(2) of these files gives a page at most, whatever it has room for: fs/seq_file.c. */
const PIECE_BYTES = 1 << 14;

/** What came of it; `too-large`: it took longer than it may. */
export type TableReading<T> = Reading<T> | { state: 'too-large'; why: string };

/**
 * Reads a large file of /proc piece by piece in the thread pool, into one buffer: the kernel walks its whole table for
 * each page, and the event loop must not wait for that. Never rejects.
 */
export async function readTable<T>(
  path: string,
  reader: PieceReader<T>,
  signal: AbortSignal,
): Promise<TableReading<T>> {
  const until = performance.now() + MAX_WALL_MS;
  try {
    await using file = await open(path, OPEN_FLAGS);
    if (!(await file.stat()).isFile()) return { state: 'failed', why: `${path}: not a file` };
    const ended = await pour(file, reader, () => !signal.aborted && performance.now() < until);
    if (!ended) return { state: 'too-large', why: `${path}: not read to its end in ${MAX_WALL_MS / 1000} s` };
    return { state: 'ok', value: reader.end() };
  } catch (error) {
    if (error instanceof ProcfsError) return { state: 'failed', why: error.message, malformed: true };
    return failureOf(error, path);
  }
}

/** @returns whether the end of the file was reached */
async function pour(
  file: FileHandle,
  reader: PieceReader<unknown>,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let total = 0; total <= MAX_BYTES && mayGoOn(); ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return true;
    reader.write(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return false;
}
