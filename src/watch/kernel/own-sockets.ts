import { readlinkSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';

/** More descriptors than that are not gone through. */
const MAX_DESCRIPTORS = 65_536;
/** Links read between two turns of the event loop: 5 µs each. */
const AT_ONCE = 200;

/**
 * Inodes of the sockets that a process has open, by the links in its fd directory: `socket:[12345]` (proc_pid_fd(5)).
 * undefined: they cannot be read.
 */
export async function socketsOf(
  proc: string,
  pid: number,
  signal: AbortSignal,
): Promise<Set<number> | undefined> {
  const inodes = new Set<number>();
  const directory = `${proc}/${pid}/fd`;
  let count = 0;
  try {
    for await (const { name } of await opendir(directory, { bufferSize: AT_ONCE })) {
      if (signal.aborted || ++count > MAX_DESCRIPTORS) break;
      const inode = socketAt(`${directory}/${name}`);
      if (inode !== undefined) inodes.add(inode);
      if (count % AT_ONCE === 0) await turn();
    }
  } catch {
    return undefined;
  }
  return inodes;
}

function socketAt(link: string): number | undefined {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(link)) ?? [];
    return inode === undefined ? undefined : Number(inode);
  } catch {
    // Closed meanwhile; where the links cannot be read, none can.
    return undefined;
  }
}
