import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { ProcfsError } from '../../procfs/procfs-error.ts';

/** What came of reading one file of /proc: missing, denied and broken are three different things. */
export type Reading<T> =
  | { state: 'ok'; value: T }
  | { state: 'absent' }
  | { state: 'denied' }
  /** `malformed`: it could be read, and is not what the kernel writes. */
  | { state: 'failed'; why: string; malformed?: true };

/** What /proc holds of one machine is far below: net/stat/nf_conntrack of 512 CPUs has 80 kB. */
const MAX_BYTES = 4 << 20;
/** A dump of /proc may have a FIFO where the kernel has a file: fifo(7) would keep open(2) waiting. */
export const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

let buffer = Buffer.allocUnsafe(1 << 16);

/**
 * Reads a whole small file of /proc at once. Latin-1, so that a character is a byte. Never throws.
 * Not for files of another process that take its memory lock (maps, environ, cmdline): they may wait for ever.
 */
export function readProc(path: string): Reading<string> {
  let file: number | undefined;
  try {
    file = openSync(path, OPEN_FLAGS);
    if (!fstatSync(file).isFile()) return { state: 'failed', why: `${path}: not a file` };
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      if (read === 0) return { state: 'ok', value: buffer.toString('latin1', 0, length) };
      length += read;
      if (length > MAX_BYTES) return tooLarge(path, MAX_BYTES);
      if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
    }
  } catch (error) {
    return failureOf(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads a whole small file of /proc in the thread pool. Latin-1. Never rejects. @param limit bytes */
export async function readProcLater(path: string, limit = MAX_BYTES): Promise<Reading<string>> {
  try {
    await using file = await open(path, OPEN_FLAGS);
    if (!(await file.stat()).isFile()) return { state: 'failed', why: `${path}: not a file` };
    const piece = Buffer.allocUnsafe(1 << 14);
    const pieces: Buffer[] = [];
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return { state: 'ok', value: Buffer.concat(pieces).toString('latin1') };
      // A copy: of most files read(2) gives a page at a time (fs/seq_file.c, seq_read_iter).
      pieces.push(Buffer.from(piece.subarray(0, bytesRead)));
      length += bytesRead;
      if (length > limit) return tooLarge(path, limit);
    }
  } catch (error) {
    return failureOf(error, path);
  }
}

function tooLarge(path: string, limit: number): Reading<never> {
  return { state: 'failed', why: `${path}: larger than ${limit >> 20} MiB` };
}

/** What an error of open(2), read(2) or readlink(2) below /proc means. */
export function failureOf(error: unknown, path: string): Exclude<Reading<never>, { state: 'ok' }> {
  const { code, message } = error as NodeJS.ErrnoException;
  // ESRCH: the process ended between open(2) and read(2).
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return { state: 'absent' };
  if (code === 'EACCES' || code === 'EPERM') return { state: 'denied' };
  return { state: 'failed', why: `${path}: ${code ?? message}` };
}

/** What a parser makes of a reading; a file that is not what the kernel writes has failed. */
export function parsed<T>(reading: Reading<string>, parse: (text: string) => T): Reading<T> {
  if (reading.state !== 'ok') return reading;
  try {
    return { state: 'ok', value: parse(reading.value) };
  } catch (error) {
    if (!(error instanceof ProcfsError)) throw error;
    return { state: 'failed', why: error.message, malformed: true };
  }
}
