/** Reads the parts of a process, each as far as the kernel allows. Nothing here throws or rejects. */
import { statSync } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { RESOLVER_VARIABLES, type ResolverEnvironment } from '../../journal/process-record.ts';
import { parseEnviron } from '../../procfs/environ.ts';
import { codeFiles, libcOf, type MappedLibc } from '../../procfs/maps.ts';
import { networkNamespaceOf } from '../proc/network-namespace.ts';
import { failureOf, parsed, type Reading, readProcLater } from '../proc/read-proc.ts';

/** Of an environment variable, characters. */
const MAX_VALUE = 1000;
/** vm.max_map_count is 65530, and a line has about a hundred bytes. */
const MAX_MAPS_BYTES = 32 << 20;
/** Characters of it that are parsed at once: about a millisecond. */
const PIECE = 1 << 17;
/** Directory entries that are counted, where the kernel does not tell their number. */
const MAX_FDS = 1_000_000;

/** The variables that resolvers read, and no others. */
export async function readEnvironment(directory: string): Promise<Reading<ResolverEnvironment>> {
  return parsed(await readProcLater(`${directory}/environ`), (text) => {
    const entries = Object.entries(parseEnviron(text, RESOLVER_VARIABLES));
    return Object.fromEntries(entries.map(([name, value]) => [name, value.slice(0, MAX_VALUE)]));
  });
}

/** The C library whose code is mapped; undefined: none. Absent: nothing at all is mapped. */
export async function readLibc(directory: string): Promise<Reading<MappedLibc | undefined>> {
  const maps = await readProcLater(`${directory}/maps`, MAX_MAPS_BYTES);
  // Its memory is gone: fs/proc/task_mmu.c, m_start. What it was linked with cannot be told any more.
  if (maps.state === 'ok' && maps.value === '') return { state: 'absent' };
  return maps.state === 'ok' ? libcIn(maps.value) : maps;
}

/** Others must have their turn in between: the longest takes tens of milliseconds. */
async function libcIn(maps: string): Promise<Reading<MappedLibc | undefined>> {
  const code = new Set<string>();
  for (let from = 0; from < maps.length; ) {
    if (from > 0) await setImmediate();
    const newline = maps.indexOf('\n', from + PIECE);
    const to = newline === -1 ? maps.length : newline + 1;
    const files = parsed({ state: 'ok', value: maps.slice(from, to) }, codeFiles);
    if (files.state !== 'ok') return files;
    for (const file of files.value) code.add(file);
    from = to;
  }
  return { state: 'ok', value: libcOf([...code]) };
}

/** Of its root, what decides lookups. */
const FILES = ['resolv.conf', 'hosts', 'nsswitch.conf'];

/** Where its root can be entered. @param isProcfs false: the root is a copy too, and a link to `/` leads to ours */
export async function readRoot(directory: string, isProcfs: boolean): Promise<Reading<string>> {
  const root = `${directory}/root`;
  try {
    // With the dot the link is followed: that needs the same right as to read it.
    const isDirectory = (await stat(`${root}/.`)).isDirectory();
    const isIts = isProcfs || (await realpath(root)) !== '/';
    // Its files are read at once, without the thread pool: where their filesystem hangs, it does here first.
    for (const file of FILES) await lstat(`${root}/etc/${file}`).catch(() => undefined);
    return isDirectory && isIts ? { state: 'ok', value: root } : { state: 'absent' };
  } catch (error) {
    return failureOf(error, root);
  }
}

/** The number of open descriptors as the directory's size, which needs no right; undefined: the kernel is older than 6.2. */
export function fdsBySize(directory: string): number | undefined {
  try {
    return statSync(`${directory}/fd`).size || undefined;
  } catch {
    return undefined;
  }
}

/** The number of open descriptors, counted. */
export async function countFds(directory: string): Promise<Reading<number>> {
  const path = `${directory}/fd`;
  let value = 0;
  try {
    // Iterating closes it, also where it ends early.
    for await (const _ of await opendir(path, { bufferSize: 1024 })) if (++value >= MAX_FDS) break;
    return { state: 'ok', value };
  } catch (error) {
    return failureOf(error, path);
  }
}

/** Whether a process's network namespace is ours. Undefined: either is not to be had. */
export function isSameNetwork(proc: string, directory: string): boolean | undefined {
  const its = networkNamespaceOf(directory);
  const ours = networkNamespaceOf(`${proc}/self`);
  return its.state === 'ok' && ours.state === 'ok' ? its.value === ours.value : undefined;
}
