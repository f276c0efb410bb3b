import { ProcfsError } from './procfs-error.ts';
import { wholeNumber } from './sysctl.ts';

/** The four ids of a process: credentials(7). */
export interface Ids {
  real: number;
  effective: number;
  saved: number;
  filesystem: number;
}

/** /proc/PID/status: readable for everybody. */
export interface ProcessStatus {
  /** Escaped: `\n` and `\\` as in C. */
  name: string;
  ppid: number;
  uids: Ids;
  gids: Ids;
  groups: number[];
  threads: number;
  capPermitted: bigint;
  capEffective: bigint;
  /** Since 4.10. */
  noNewPrivs?: boolean;
  /** Its pids from the reader's namespace inwards; since 4.1. */
  nsPids: number[];
  /** Since 6.8. */
  kernelThread?: boolean;
}

/** fs/proc/array.c, proc_pid_status. @throws ProcfsError */
export function parseStatus(text: string): ProcessStatus {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    // The first of a name: nothing a process can set comes before it but Name, and a newline in that is escaped.
    if (colon > 0 && !fields.has(line.slice(0, colon)))
      fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new ProcfsError('status', `no line of ${name}`);
    return value;
  };
  const noNewPrivs = fields.get('NoNewPrivs');
  const kernelThread = fields.get('Kthread');
  return {
    name: field('Name'),
    ppid: wholeNumber(field('PPid'), 'status'),
    uids: idsOf(field('Uid')),
    gids: idsOf(field('Gid')),
    groups: numbersOf(field('Groups')),
    threads: wholeNumber(field('Threads'), 'status'),
    capPermitted: capabilitiesOf(field('CapPrm')),
    capEffective: capabilitiesOf(field('CapEff')),
    ...(noNewPrivs !== undefined && { noNewPrivs: noNewPrivs === '1' }),
    nsPids: numbersOf(fields.get('NSpid') ?? ''),
    ...(kernelThread !== undefined && { kernelThread: kernelThread === '1' }),
  };
}

function numbersOf(value: string): number[] {
  return value.split(/\s+/).flatMap((word) => (word === '' ? [] : [wholeNumber(word, 'status')]));
}

function idsOf(value: string): Ids {
  const [real, effective, saved, filesystem] = numbersOf(value);
  if (real === undefined || effective === undefined || saved === undefined || filesystem === undefined)
    throw new ProcfsError('status', 'fewer than four ids');
  return { real, effective, saved, filesystem };
}

function capabilitiesOf(value: string): bigint {
  if (!/^[0-9a-f]{1,16}$/.test(value))
    throw new ProcfsError('status', 'capabilities are no hexadecimal number');
  return BigInt(`0x${value}`);
}
