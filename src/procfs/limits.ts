/** PID/limits (fs/proc/base.c, proc_pid_limits). */
import { ProcfsError } from './procfs-error.ts';
import { count, fieldsOf, linesOf } from './text.ts';

const OPEN_FILES = 'Max open files ';

/** RLIMIT_NOFILE; Infinity: `unlimited`. @throws {ProcfsError} */
export function parseLimits(text: string): { openFiles: { soft: number; hard: number } } {
  const file = 'PID/limits';
  const line = linesOf(text, file).find((each) => each.startsWith(OPEN_FILES));
  if (line === undefined) throw new ProcfsError(file, `no line of ${OPEN_FILES.trim()}`);
  const [soft, hard] = fieldsOf(line.slice(OPEN_FILES.length));
  const limit = (field: string | undefined, what: string) =>
    field === 'unlimited' ? Number.POSITIVE_INFINITY : count(field, file, what);
  return { openFiles: { soft: limit(soft, 'the soft limit'), hard: limit(hard, 'the hard limit') } };
}
