/** PID/status: what everybody may see of a process (proc_pid_status(5); fs/proc/array.c, proc_pid_status). */
import { ProcfsError } from './procfs-error.ts';
import { copied, count, fieldsOf, linesOf, shown } from './text.ts';

const FILE = 'PID/status';

/** User or group ids. */
export interface Ids {
  real: number;
  effective: number;
  saved: number;
  filesystem: number;
}

/** As seen from the PID and user namespace of the mount of /proc. */
export interface ProcessStatus {
  /** The name of its main thread, at most 15 bytes; a kernel worker's is longer. Latin-1. */
  name: string;
  /** 0: the parent is outside of the PID namespace. */
  ppid: number;
  uids: Ids;
  gids: Ids;
  groups: number[];
  threads: number;
  capPermitted: bigint;
  capEffective: bigint;
  /** Since 4.10. */
  noNewPrivs?: boolean;
  /** Its pid in each PID namespace, its own last. Empty: the kernel does not tell (before 4.1). */
  nsPids: number[];
  /** Since 6.8. */
  kernelThread?: boolean;
}

/** @throws {ProcfsError} where a line is missing that every kernel writes */
export function parseStatus(text: string): ProcessStatus {
  const values = new Map<string, string>();
  for (const line of linesOf(text, FILE)) {
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(colon, 0));
    // The first one stands: newlines in a name are escaped, so nothing of the process's own comes before a key.
    if (colon > 0 && !values.has(key)) values.set(key, line.slice(colon + 1));
  }
  const noNewPrivs = values.get('NoNewPrivs');
  const kernelThread = values.get('Kthread');
  return {
    name: unescaped(needed(values, 'Name').replace('\t', '')),
    ppid: count(needed(values, 'PPid').trim(), FILE, 'PPid'),
    uids: ids(values, 'Uid'),
    gids: ids(values, 'Gid'),
    groups: numbers(needed(values, 'Groups'), 'Groups'),
    threads: count(needed(values, 'Threads').trim(), FILE, 'Threads'),
    capPermitted: capabilities(values, 'CapPrm'),
    capEffective: capabilities(values, 'CapEff'),
    ...(noNewPrivs !== undefined && { noNewPrivs: count(noNewPrivs.trim(), FILE, 'NoNewPrivs') === 1 }),
    nsPids: numbers(values.get('NSpid') ?? '', 'NSpid'),
    ...(kernelThread !== undefined && { kernelThread: count(kernelThread.trim(), FILE, 'Kthread') === 1 }),
  };
}

function needed(values: ReadonlyMap<string, string>, key: string): string {
  const value = values.get(key);
  if (value === undefined) throw new ProcfsError(FILE, `no line of ${key}`);
  return value;
}

function numbers(value: string, key: string): number[] {
  return fieldsOf(value).map((field) => count(field, FILE, key));
}

function ids(values: ReadonlyMap<string, string>, key: string): Ids {
  const [real, effective, saved, filesystem] = numbers(needed(values, key), key);
  if (real === undefined || effective === undefined || saved === undefined || filesystem === undefined) {
    throw new ProcfsError(FILE, `${key} has not four ids`);
  }
  return { real, effective, saved, filesystem };
}

function capabilities(values: ReadonlyMap<string, string>, key: string): bigint {
  const value = needed(values, key).trim();
  if (!/^[\da-f]{1,16}$/.test(value)) throw new ProcfsError(FILE, `${key} is ${shown(value)}, not a set`);
  return BigInt(`0x${value}`);
}

/** proc_task_name escapes a newline and a backslash (string_escape_str, ESCAPE_SPACE | ESCAPE_SPECIAL). */
function unescaped(name: string): string {
  const letters: Record<string, string> = {
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    f: '\f',
    a: '\x07',
    e: '\x1b',
  };
  return copied(name.replace(/\\(.)/g, (_, letter: string) => letters[letter] ?? letter));
}
