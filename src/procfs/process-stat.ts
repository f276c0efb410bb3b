/** PID/stat and stat: fields in one line (proc_pid_stat(5)), and the machine's own (proc_stat(5)). */
import { ProcfsError } from './procfs-error.ts';
import { copied, count, fieldsOf, linesOf } from './text.ts';

/** What tells one process from a later one of the same pid, and whose child it is. */
export interface ProcessStat {
  /** Of its main thread, at most 15 bytes; a kernel worker's is longer. Latin-1. */
  comm: string;
  /** `R`, `S`, `D`, `Z`... */
  state: string;
  ppid: number;
  /** Clock ticks (of 10 ms) since boot. */
  startTicks: number;
}

/** Of PID/stat. A name may hold parentheses, blanks and newlines: it ends at the last parenthesis. @throws {ProcfsError} */
export function parseProcessStat(text: string): ProcessStat {
  const file = 'PID/stat';
  const [, comm, rest] = /^\d+ \((.*)\) ([^)\n]*)\n$/s.exec(text) ?? [];
  if (comm === undefined || rest === undefined) throw new ProcfsError(file, 'no name in parentheses');
  // Counted from 1 and with pid and comm before them: state is (3), ppid (4), starttime (22).
  const fields = fieldsOf(rest);
  const state = fields[0] ?? '';
  if (!/^[A-Za-z]$/.test(state)) throw new ProcfsError(file, 'no state after the name');
  return {
    comm: copied(comm),
    state: copied(state),
    ppid: count(fields[1], file, 'ppid'),
    startTicks: count(fields[19], file, 'starttime'),
  };
}

/** Of /proc/stat: when the machine was started, seconds since the epoch by the clock as it is set now. @throws {ProcfsError} */
export function parseBootTime(text: string): number {
  const file = 'stat';
  const line = linesOf(text, file).find((each) => each.startsWith('btime '));
  return count(line?.slice('btime '.length), file, 'btime');
}
