import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadBytes } from '../../elf/read-bytes.ts';
import { followWithin } from '../../lookup/path-within.ts';
import { FileError, fileErrorOf } from './file-error.ts';

/** A regular file, to be read in pieces. */
export interface OpenFile extends AsyncDisposable {
  read: ReadBytes;
  /** In bytes. */
  size: number;
  /** The same for two paths of one file: device and inode. */
  id: string;
  close(): Promise<void>;
}

/** fifo(7): open(2) waits for the other end otherwise. A terminal is not to become ours. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Opens a file that a person named; links are followed. @throws {FileError} where it is no regular file */
export function openBinary(path: string): Promise<OpenFile> {
  return openFile(path, FLAGS);
}

/**
 * Opens a file of another root, whose links are followed within it.
 *
 * @param path absolute, as in that root
 * @returns with the place that links lead to, as in that root
 * @throws {FileError}
 */
export async function openWithin(root: string, path: string): Promise<OpenFile & { path: string }> {
  const place = followWithin(root, path);
  if (place === undefined) throw new FileError('loop', path);
  // Its links have been followed: one that is put there meanwhile is not.
  return { ...(await openFile(join(root, place), FLAGS | constants.O_NOFOLLOW)), path: place };
}

async function openFile(path: string, flags: number): Promise<OpenFile> {
  const file = await open(path, flags).catch((cause: unknown) => {
    throw fileErrorOf(cause, path);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new FileError(stat.isDirectory() ? 'directory' : 'special', path);
    return openFileOf(file, stat, path);
  } catch (error) {
    await file.close();
    throw error instanceof FileError ? error : fileErrorOf(error, path);
  }
}

function openFileOf(file: FileHandle, { size, dev, ino }: Stats, path: string): OpenFile {
  const close = () => file.close();
  return {
    ...{ size, id: `${dev}:${ino}`, close, [Symbol.asyncDispose]: close },
    // What a file claims of itself must not take more memory than it has bytes.
    read: async (position, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
      try {
        const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
        return bytes.subarray(0, bytesRead);
      } catch (cause) {
        throw fileErrorOf(cause, path);
      }
    },
  };
}
