import { ProcfsError } from './procfs-error.ts';

/** The one whole number of a file below /proc/sys: kernel/sysctl.c, proc_dointvec. @throws ProcfsError */
export function parseNumber(text: string, file: string): number {
  return wholeNumber(text.trim(), file);
}

/** A whole number of digits alone. @throws ProcfsError */
export function wholeNumber(word: string | undefined, file: string): number {
  const number = word !== undefined && /^-?\d{1,20}$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isNaN(number)) throw new ProcfsError(file, `not a number: ${shown(word)}`);
  return number;
}

/** Enough of what was found to know it again. */
export function shown(word: string | undefined): string {
  return JSON.stringify((word ?? '').slice(0, 40));
}
