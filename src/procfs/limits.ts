import { ProcfsError } from './procfs-error.ts';

/** Max open files: `RLIMIT_NOFILE`, getrlimit(2). */
export interface Limits {
  openFiles: { soft: number; hard: number };
}

/** /proc/PID/limits (fs/proc/base.c, proc_pid_limits). @throws ProcfsError */
export function parseLimits(text: string): Limits {
  const [, soft, hard] = /^Max open files +(\d{1,20}|unlimited) +(\d{1,20}|unlimited) /m.exec(text) ?? [];
  if (soft === undefined || hard === undefined) throw new ProcfsError('limits', 'no line of Max open files');
  return { openFiles: { soft: limitOf(soft), hard: limitOf(hard) } };
}

function limitOf(word: string): number {
  return word === 'unlimited' ? Number.POSITIVE_INFINITY : Number(word);
}
