import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileText } from '../resolver/sources.ts';

/** A configuration file is no larger; a hostile one, or a device that never ends, must not fill the memory. */
const MAX_BYTES = 16 << 20;
const PIECE_BYTES = 1 << 16;

/** What is not read here although the kernel would let it be: the words are errno's, why is for a person. */
export const NOT_READ: Readonly<Record<string, string>> = {
  EFBIG: `larger than ${MAX_BYTES >> 20} MiB`,
  ESPIPE: 'a pipe or a socket, and it is read at each lookup',
};

/** A whole file, at once: nothing is waited for, no matter what the path leads to. Never throws. */
export function readText(path: string): FileText {
  let file: number | undefined;
  try {
    // A FIFO without a writer keeps a plain open(2) waiting: fifo(7).
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const stat = fstatSync(file);
    if (stat.isFIFO() || stat.isSocket()) return { state: 'failed', errno: 'ESPIPE' };
    const text = stat.size > MAX_BYTES ? undefined : readToEnd(file, stat.size);
    return text === undefined
      ? { state: 'failed', errno: 'EFBIG' }
      : { state: 'ok', text, modified: stat.mtimeMs };
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent' };
    return code === 'EACCES' || code === 'EPERM' ? { state: 'denied' } : { state: 'failed', errno: code };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** @param expected bytes, where the size is known: files of /proc say 0 */
function readToEnd(file: number, expected: number): string | undefined {
  let bytes = Buffer.allocUnsafe(expected > 0 ? expected + 1 : PIECE_BYTES);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) return bytes.toString('latin1', 0, length);
    length += read;
    if (length > MAX_BYTES) return undefined;
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.allocUnsafe(length)]);
  }
}
