import { ProcfsError } from './procfs-error.ts';
import { shown, wholeNumber } from './sysctl.ts';

/** What is wanted of /proc/PID/stat: proc_pid_stat(5). */
export interface ProcessStat {
  /** As the process named itself: 15 bytes of anything. */
  comm: string;
  /** `R`, `S`, `Z`, … */
  state: string;
  ppid: number;
  /** Clock ticks since boot, field 22. */
  startTicks: number;
}

/** comm stands in parentheses and may hold any: the last one in the file ends it. @throws ProcfsError */
export function parseProcessStat(text: string): ProcessStat {
  const begin = text.indexOf('(');
  const end = text.lastIndexOf(')');
  if (begin < 0 || end < begin) throw new ProcfsError('stat', `no command in parentheses: ${shown(text)}`);
  // Field 3, the state, is the first of these.
  const fields = text
    .slice(end + 2)
    .trim()
    .split(' ');
  const [state = '', ppid] = fields;
  if (!/^[A-Za-z]$/.test(state)) throw new ProcfsError('stat', `no state of a process: ${shown(state)}`);
  return {
    comm: text.slice(begin + 1, end),
    state,
    ppid: wholeNumber(ppid, 'stat'),
    startTicks: wholeNumber(fields[22 - 3], 'stat'),
  };
}

/** When the machine started, of /proc/stat: seconds since the epoch. @throws ProcfsError */
export function parseBootTime(text: string): number {
  const [, seconds] = /^btime (\d+)$/m.exec(text) ?? [];
  if (seconds === undefined) throw new ProcfsError('stat', 'no line of btime');
  return wholeNumber(seconds, 'stat');
}
