/** The application's process, as far as /proc shows it. Times are ms since the epoch. */
import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { ImageFacts } from '../image/image-facts.ts';
import type { FileText } from '../resolver/sources.ts';

/** Of an environment nothing else is ever read: the rest may be secrets. */
export const RESOLVER_VARIABLES = ['GODEBUG', 'LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES'] as const;
type ResolverVariable = (typeof RESOLVER_VARIABLES)[number];
export type ResolverEnvironment = Partial<Record<ResolverVariable, string>>;

/** What is known of the process that is watched, and of those beside it. */
export interface ProcessesRecord {
  app?: ProcessRecord;
  /** How it was chosen, for people: `the only Go process`, `target.pid`. */
  because?: string;
  /** Other Go processes, or such as may be: pid and name. */
  others: { pid: number; comm: string }[];
  /** Times that the application came again under another pid, or the same anew. */
  restarts: number;
  /** Descriptors that the present application had open, the newest last, at most {@link MAX_DESCRIPTOR_SAMPLES}. */
  descriptors: { at: number; open: number }[];
  lastRestart?: number;
}

/** Five minutes at one look every five seconds. */
export const MAX_DESCRIPTOR_SAMPLES = 60;

export interface ProcessRecord {
  pid: number;
  /** Clock ticks since boot: with the pid, it is this process and no later one that has its number. */
  startTicks: number;
  started?: number;
  /** TASK_COMM_LEN: 15 bytes. */
  comm: string;
  /** Path in its own root, where it can be read. */
  exe?: string;
  /** Whether its binary is one of Go; absent: not known. */
  isGo?: boolean;
  /** Nobody named it, nothing shows that it is of Go, and the pod was not built to share processes. */
  isGuess?: true;
  uid: number;
  gid: number;
  threads?: number;
  /** Open descriptors. */
  fds?: number;
  /** Max open files. */
  openFiles?: { soft: number; hard: number };
  /** Whose code it has mapped; `none`: no libc at all. */
  libc?: 'glibc' | 'musl' | 'none';
  /** The file that shows it: `/lib/ld-musl-x86_64.so.1`. */
  libcFile?: string;
  /** Absent: environ cannot be read. */
  environment?: ResolverEnvironment;
  /** Its root directory as seen from here, `/proc/7/root`; absent: it cannot be entered. */
  root?: string;
  /** As in its root. */
  files?: { resolvConf: FileText; hosts: FileText; nsswitch: FileText };
  /** What its binary says of itself; absent: it cannot be read, or not yet. */
  binary?: BinaryFacts;
  /** What its root has of what the binary asks for. */
  image?: ImageFacts;
  /** Whether its network namespace is ours. */
  sameNetwork?: boolean;
}

/** Nothing known yet. */
export function createProcessesRecord(): ProcessesRecord {
  return { others: [], restarts: 0, descriptors: [] };
}
