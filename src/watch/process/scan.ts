import { existsSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type ProcessStat, parseProcessStat } from '../../procfs/process-stat.ts';
import type { Within } from '../in-time.ts';
import { failureOf, parsed, type Reading, readProc, readProcLater } from '../proc/read-proc.ts';
import { readExe, readIsGo } from './binary.ts';
import type { Candidate } from './choose.ts';
import { isSameNetwork } from './parts.ts';

/** All processes that may be the application. */
export interface Scan {
  candidates: Candidate[];
  /** How many of all processes are not ours. */
  foreign: number;
  ours: number;
  /** Whether anything is there that is of proc(5): processes, or what the kernel tells of the network. */
  isProc: boolean;
  /** Name of the first process of the PID namespace; absent: it is not seen, as with the mount option hidepid=2. */
  init?: string;
}

/** A scan of that many takes a second; a node has some thousands. */
const MAX_PROCESSES = 20_000;
/** Others must have their turn in between. */
const BATCH = 64;
/** Of these a copy of /proc without processes has one at least. */
const NETWORK = ['net/udp', 'net/sockstat', 'net/snmp', 'self/net/udp', '1/net/udp'];
/** PATH_MAX. */
const MAX_PATH = 4096;
/** For a command line or a binary: the target's memory lock, or its filesystem, may keep us waiting. */
const SLOW_MS = 500;

/** Looks at all processes, and remembers of each what does not change. */
export interface Scanner {
  /** Failed: /proc cannot be listed. */
  scan(): Promise<Reading<Scan>>;
  /** Whether there is a process that was not there at the last scan: far cheaper than to scan. */
  hasNew(): Promise<boolean>;
}

export function createScanner(proc: string, isProcfs: boolean, within: Within): Scanner {
  let seen = new Set<number>();
  let known = new Map<number, { key: string; candidate: Candidate | undefined }>();

  async function candidateOf(pid: number, stat: ProcessStat, isOurs: boolean) {
    const directory = `${proc}/${pid}`;
    const exe = readExe(directory);
    const key = JSON.stringify([stat.startTicks, stat.comm, exe]);
    const before = known.get(pid);
    // What could not be read, or not in time, may be by now.
    const isKnown = before?.key === key && (exe.state !== 'ok' || before.candidate?.isGo !== undefined);
    const candidate = isKnown ? before.candidate : await lookAt(directory, pid, stat, exe, within);
    // A process may go into another namespace: setns(2).
    const sameNetwork = candidate && isProcfs ? isSameNetwork(proc, directory) : undefined;
    const now = { ppid: stat.ppid, isOurs, ...(sameNetwork !== undefined && { sameNetwork }) };
    return { key, candidate: candidate && { ...candidate, ...now } };
  }

  async function scan(): Promise<Reading<Scan>> {
    const listed = await pidsOf(proc);
    if (listed.state !== 'ok') return listed;
    seen = new Set(listed.value);
    const stats = new Map<number, ProcessStat>();
    for (const [index, pid] of listed.value.entries()) {
      if (index % BATCH === BATCH - 1) await setImmediate();
      const stat = parsed(readProc(`${proc}/${pid}/stat`), parseProcessStat);
      if (stat.state === 'ok' && !/[ZXx]/.test(stat.value.state)) stats.set(pid, stat.value);
    }
    const own = ownPid(proc);
    const isOwn = (pid: number) =>
      own !== undefined && (isBelow(pid, own, stats) || isBelow(own, pid, stats));
    const found: typeof known = new Map();
    let foreign = 0;
    let ours = 0;
    for (const [pid, stat] of stats) {
      if ((foreign + ours) % BATCH === BATCH - 1) await setImmediate();
      const isOurs = isOwn(pid);
      if (isOurs) ours++;
      else foreign++;
      found.set(pid, await candidateOf(pid, stat, isOurs));
    }
    known = found;
    const candidates = [...found.values()].flatMap(({ candidate }) => candidate ?? []);
    const isProc = listed.value.length > 0 || NETWORK.some((file) => existsSync(`${proc}/${file}`));
    const init = stats.get(1)?.comm;
    return { state: 'ok', value: { candidates, foreign, ours, isProc, ...(init !== undefined && { init }) } };
  }

  return {
    scan,
    async hasNew() {
      const listed = await pidsOf(proc);
      return listed.state === 'ok' && listed.value.some((pid) => !seen.has(pid));
    },
  };
}

async function pidsOf(proc: string): Promise<Reading<number[]>> {
  try {
    const names = (await readdir(proc)).filter((name) => /^[1-9]\d{0,9}$/.test(name));
    return { state: 'ok', value: names.slice(0, MAX_PROCESSES).map(Number) };
  } catch (error) {
    return failureOf(error, proc);
  }
}

/** Our pid as this mount counts; undefined: nobody there is us, as in a dump. */
function ownPid(proc: string): number | undefined {
  try {
    const link = readlinkSync(`${proc}/self`);
    return /^\d+$/.test(link) ? Number(link) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is this other one or a descendant of it. A tree that was changed while it was read may have a loop. */
function isBelow(pid: number, top: number, stats: ReadonlyMap<number, ProcessStat>): boolean {
  let each: number | undefined = pid;
  for (let steps = 0; each !== undefined && steps <= stats.size; steps++) {
    if (each === top) return true;
    each = stats.get(each)?.ppid;
  }
  return false;
}

/** Undefined: it is gone, or no program runs in it: a thread of the kernel. */
async function lookAt(
  directory: string,
  pid: number,
  { ppid, startTicks, comm }: ProcessStat,
  exe: Reading<string>,
  within: Within,
): Promise<Omit<Candidate, 'isOurs'> | undefined> {
  const identity = { pid, ppid, startTicks, comm: utf8(comm) };
  if (exe.state === 'ok') {
    const isGo = await within(`${directory}/exe`, () => readIsGo(directory), SLOW_MS);
    return { ...identity, exe: exe.value, ...(isGo?.state === 'ok' && { isGo: isGo.value }) };
  }
  const line = await within(`${directory}/cmdline`, () => readProcLater(`${directory}/cmdline`), SLOW_MS);
  if (line?.state !== 'ok') return readProc(`${directory}/stat`).state === 'ok' ? identity : undefined;
  // Of a command line nothing but the program's name: the rest may be secrets. A thread of the kernel has none.
  const [argv0 = ''] = line.value.split('\0', 1);
  return argv0 === '' ? undefined : { ...identity, argv0: utf8(argv0).slice(0, MAX_PATH) };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
