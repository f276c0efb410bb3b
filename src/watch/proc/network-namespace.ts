import { statSync } from 'node:fs';
import { failureOf, type Reading } from './read-proc.ts';

/**
 * What tells the network namespace of a process from others: each has entries of /proc of its own, with inodes of
 * their own (fs/proc/proc_net.c), and says so to whoever may not read its processes. Never throws.
 *
 * @param directory of the process: `/proc/7`, `/proc/self`
 */
export function networkNamespaceOf(directory: string): Reading<number> {
  return inodeOf(`${directory}/net/udp`);
}

/** The number of a file, or why it is not to be had. Never throws. */
export function inodeOf(path: string): Reading<number> {
  try {
    return { state: 'ok', value: statSync(path).ino };
  } catch (error) {
    return failureOf(error, path);
  }
}
