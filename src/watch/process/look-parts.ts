/** Looks at the parts of the application's process, by how often they change. Nothing here throws or rejects. */
import type { BinaryFacts } from '../../binary/binary-facts.ts';
import type { ImageFacts } from '../../image/image-facts.ts';
import type { Look, Watcher } from '../../journal/looks.ts';
import type { ProcessRecord } from '../../journal/process-record.ts';
import { textWithin } from '../../lookup/read-sources.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { parseBootTime } from '../../procfs/process-stat.ts';
import type { Clock } from '../clock.ts';
import { readImage } from '../image/read-image.ts';
import type { Within } from '../in-time.ts';
import { failureOf, parsed, type Reading, readProc } from '../proc/read-proc.ts';
import { readBinary } from './binary.ts';
import type { Denial } from './denial.ts';
import { lookAtPart, type Seen, valueIn } from './look.ts';
import { countFds, fdsBySize, isSameNetwork, readEnvironment, readLibc, readRoot } from './parts.ts';

/** Where and how to look. */
export interface Place {
  proc: string;
  /** False: a copy of /proc in files, whose inodes and sizes mean nothing. */
  isProcfs: boolean;
  world: Clock;
  within: Within;
}

/** One process, now. */
export interface Subject {
  directory: string;
  startTicks: number;
  exe: Reading<string>;
  /** Why the kernel denies us a part of it. */
  denial: () => Denial;
}

/** What was found, and what came of each look. */
export interface Part {
  fields: Partial<ProcessRecord>;
  looks: Look[];
}

/** A part that takes longer will not come: the target's memory lock is held, or its filesystem hangs. */
const SLOW_MS = 400;
/** Clock ticks of /proc have 10 ms (USER_HZ). */
const TICK_MS = 10;

/** What stays as it is while a program runs: its binary and its environment. */
export async function lookOnce({ proc, within }: Place, subject: Subject): Promise<Part> {
  const { directory, exe, startTicks } = subject;
  // Its link may be read where the file may not, or hangs.
  const read: Seen<BinaryFacts | undefined> =
    exe.state === 'ok' ? await within(`${directory}/exe`, () => readBinary(directory), SLOW_MS) : exe;
  const binary = valueIn(read);
  const isGo = read?.state === 'ok' ? (binary?.isGo ?? false) : undefined;
  const environ = await within(`${directory}/environ`, () => readEnvironment(directory), SLOW_MS);
  const environment = valueIn(environ);
  const bootTime = valueIn(parsed(readProc(`${proc}/stat`), parseBootTime));
  return {
    fields: {
      ...(exe.state === 'ok' && { exe: exe.value }),
      ...(isGo !== undefined && { isGo }),
      ...(binary && { binary }),
      ...(environment && { environment }),
      ...(bootTime !== undefined && { started: bootTime * 1000 + startTicks * TICK_MS }),
    },
    looks: [look(subject, 'exe', 'exe', read), look(subject, 'environ', 'environ', environ)],
  };
}

/** The C library that is mapped. @param hangs whether the environment did not come: the lock is the same */
export async function lookAtMaps(
  { within }: Place,
  subject: Subject,
  isGo: boolean | undefined,
  hangs: boolean,
): Promise<Part> {
  const { directory } = subject;
  const maps = hangs ? undefined : await within(`${directory}/maps`, () => readLibc(directory), SLOW_MS);
  const mapped = valueIn(maps);
  const isStatic = maps?.state === 'ok' && !mapped && isGo === true;
  return {
    fields: {
      ...(mapped && { libc: mapped.libc, libcFile: Buffer.from(mapped.file, 'latin1').toString() }),
      ...(isStatic && { libc: 'none' as const }),
    },
    looks: [look(subject, 'maps', 'maps', maps)],
  };
}

/** What may change any time, seldom does, and costs more to see: files, limits and the network namespace. */
export async function lookNowAndThen({ proc, isProcfs, within }: Place, subject: Subject): Promise<Part> {
  const { directory } = subject;
  const limits = parsed(readProc(`${directory}/limits`), parseLimits);
  const entered = await within(`${directory}/root`, () => readRoot(directory, isProcfs), SLOW_MS);
  const [openFiles, root] = [valueIn(limits)?.openFiles, valueIn(entered)];
  const sameNetwork = isProcfs ? isSameNetwork(proc, directory) : undefined;
  return {
    fields: {
      ...(openFiles && { openFiles }),
      ...(root !== undefined && { root, files: filesIn(root) }),
      ...(sameNetwork !== undefined && { sameNetwork }),
    },
    looks: [look(subject, 'limits', 'limits', limits), look(subject, 'files', 'root', entered)],
  };
}

/** What its root has of what its binary asks for. It stays: an image is not changed while it runs. */
export async function lookAtImage({ within }: Place, root: string, program: Part): Promise<Part> {
  const { binary, exe } = program.fields;
  if (!binary) return { fields: {}, looks: [] };
  const image = valueIn(await within(`${root} image`, () => readImageOf(root, binary, exe), SLOW_MS));
  return { fields: image ? { image } : {}, looks: [] };
}

async function readImageOf(
  root: string,
  binary: BinaryFacts,
  exe: string | undefined,
): Promise<Reading<ImageFacts>> {
  try {
    return { state: 'ok', value: await readImage(root, binary, exe) };
  } catch (error) {
    return failureOf(error, root);
  }
}

function filesIn(root: string): NonNullable<ProcessRecord['files']> {
  return {
    resolvConf: textWithin(root, '/etc/resolv.conf'),
    hosts: textWithin(root, '/etc/hosts'),
    nsswitch: textWithin(root, '/etc/nsswitch.conf'),
  };
}

/** Open descriptors. @returns undefined: they are to be counted, and not now */
export async function lookAtFds(
  { isProcfs, within }: Place,
  subject: Subject,
  mayCount: boolean,
): Promise<Part | undefined> {
  const size = isProcfs ? fdsBySize(subject.directory) : undefined;
  if (size === undefined && !mayCount) return undefined;
  const seen: Seen<number> =
    size === undefined
      ? await within(`${subject.directory}/fd`, () => countFds(subject.directory), SLOW_MS)
      : { state: 'ok', value: size };
  const fds = valueIn(seen);
  return { fields: fds === undefined ? {} : { fds }, looks: [look(subject, 'fds', 'fd', seen)] };
}

function look({ directory, denial }: Subject, watcher: Watcher, file: string, seen: Seen<unknown>): Look {
  return lookAtPart(watcher, `${directory}/${file}`, seen, denial);
}
