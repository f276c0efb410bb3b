import { readlinkSync } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { ProcessesRecord, ProcessRecord } from '../../journal/process-record.ts';
import { parseProcessStat } from '../../procfs/process-stat.ts';
import type { Clock } from '../clock.ts';
import { see } from './see.ts';

/** Sockets that the application has open. */
export interface AppSockets {
  inodes: ReadonlySet<number>;
  /** `app (pid 7)` */
  process: string;
}

const MAX_DESCRIPTORS = 65_536;
const LIMIT_MS = 1_000;
/** Links read before the event loop goes round: some 5 µs each. */
const AT_ONCE = 128;
/** Part of one core that it takes at most: whose sockets they are matters less than how many there are. */
const SHARE = 0.002;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Which sockets are the application's, as the links of PROC/PID/fd say (proc_pid_fd(5)). What was seen holds until
 * reading it again is due.
 *
 * @returns absent: it cannot be seen
 */
export function createAppSockets(
  proc: string,
  processes: ProcessesRecord,
  clock: Clock,
): (signal: AbortSignal) => Promise<AppSockets | undefined> {
  let known: { of: string; due: number; sockets: AppSockets | undefined } | undefined;

  return async (signal) => {
    const { app } = processes;
    if (!app || app.sameNetwork === false) return undefined;
    const of = `${app.pid} ${app.startTicks}`;
    const began = clock.monotonic();
    if (known?.of === of && began < known.due) return known.sockets;
    const inodes = await readInodes(`${proc}/${app.pid}/fd`, clock, signal);
    const ended = clock.monotonic();
    const isStill = inodes !== undefined && isSame(proc, app);
    const pause = inodes ? (ended - began) / SHARE : LONGEST_PAUSE_MS;
    known = {
      of,
      due: ended + Math.min(pause, LONGEST_PAUSE_MS),
      sockets: isStill ? { inodes, process: `${printable(app.comm)} (pid ${app.pid})` } : undefined,
    };
    return known.sockets;
  };
}

/** Whether its number has not gone to another process meanwhile. */
function isSame(proc: string, { pid, startTicks }: ProcessRecord): boolean {
  const stat = see(proc, `${pid}/stat`, parseProcessStat);
  return stat.state === 'ok' && stat.value.startTicks === startTicks;
}

/** A process chooses its own name, and it gets into texts for people. */
function printable(comm: string): string {
  return comm.replace(/\p{C}/gu, '?');
}

/** Inodes of the sockets among the descriptors; absent: it may not be read, or it takes too long. */
async function readInodes(
  directory: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Set<number> | undefined> {
  const inodes = new Set<number>();
  const deadline = clock.monotonic() + LIMIT_MS;
  let count = 0;
  try {
    await using descriptors = await opendir(directory, { bufferSize: AT_ONCE });
    for await (const { name } of descriptors) {
      const inode = inodeOf(`${directory}/${name}`);
      if (inode !== undefined) inodes.add(inode);
      if (++count % AT_ONCE !== 0) continue;
      await setImmediate();
      signal.throwIfAborted();
      if (count >= MAX_DESCRIPTORS || clock.monotonic() > deadline) return undefined;
    }
    return inodes;
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

/** Of `socket:[4711]`; absent: it is something else, or was closed. @throws where it may not be read */
function inodeOf(path: string): number | undefined {
  try {
    const [, inode] = /^socket:\[(\d{1,15})\]$/.exec(readlinkSync(path)) ?? [];
    return inode === undefined ? undefined : Number(inode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') throw error;
    return undefined;
  }
}
