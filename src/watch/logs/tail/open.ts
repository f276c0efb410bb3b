/** Opening without side effects: what is not a regular file is not opened at all, and nothing ever blocks. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { missing, notAFile, type Trouble, troubleOf } from './trouble.ts';

/** An open regular file; whoever gets it closes it. */
export interface Opened {
  path: string;
  fd: number;
  stat: BigIntStats;
}

const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What is at a path, if it is a regular file. */
export function statFile(path: string): BigIntStats | Trouble {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stat) return missing(path);
    return stat.isFile() ? stat : notAFile(path, stat);
  } catch (error) {
    return troubleOf(path, error);
  }
}

/**
 * Opens a regular file. Opening a FIFO for reading wakes a writer that waits for its reader, and closing it then
 * kills that writer; opening some devices acts on them. So it looks first, and again at what it has opened.
 */
export function openFile(path: string): Opened | Trouble {
  const found = statFile(path);
  if (isTrouble(found)) return found;
  try {
    const fd = openSync(path, FLAGS);
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFile()) return { path, fd, stat };
    closeSync(fd);
    return notAFile(path, stat);
  } catch (error) {
    return troubleOf(path, error);
  }
}

/** Whether what a call gave is trouble rather than the thing asked for. */
export function isTrouble(found: object): found is Trouble {
  return 'state' in found;
}
