/** Reads a log once, from its beginning to the end it has now. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { LogStream } from '../source.ts';
import { troubleOf } from './trouble.ts';

/** A log that cannot be read; the message names it, what is wrong and what to do. */
class UnreadableLogError extends Error {
  override readonly name = 'UnreadableLogError';
  readonly code: string;
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(troubleOf(path, cause).why, { cause });
    this.code = (cause as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    this.path = path;
  }
}

const STDIN = 0;

/** How long to wait for bytes where another process has made the pipe non-blocking. */
const RETRY_MS = 10;

/**
 * Gives all bytes of a file, a FIFO or (`-`) the standard input to `stream`, and ends it. It blocks, as a command
 * may that has nothing else to do; the daemon follows its logs instead.
 * @throws {UnreadableLogError}
 */
export function readToEnd(path: string, buffer: Uint8Array, stream: LogStream): void {
  const source = path === '-' ? 'standard input' : path;
  const fd = path === '-' ? STDIN : open(source);
  try {
    for (let piece = read(source, fd, buffer); piece; piece = read(source, fd, buffer)) {
      stream.write(piece.bytes, piece.writtenBy);
    }
  } finally {
    if (fd !== STDIN) closeSync(fd);
  }
  stream.end();
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOCTTY);
  } catch (error) {
    throw new UnreadableLogError(path, error);
  }
}

function read(
  path: string,
  fd: number,
  buffer: Uint8Array,
): { bytes: Uint8Array; writtenBy: number } | undefined {
  for (;;) {
    try {
      const length = readSync(fd, buffer, 0, buffer.length, null);
      if (length === 0) return undefined;
      const stat = fstatSync(fd);
      const writtenBy = stat.isFile() ? Math.min(Date.now(), Math.ceil(stat.mtimeMs)) : Date.now();
      return { bytes: buffer.subarray(0, length), writtenBy };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw new UnreadableLogError(path, error);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
