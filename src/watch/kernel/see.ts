/** Looks at files of /proc: what they hold, or why that is not to be had, for people. */
import type { Look, Watcher } from '../../journal/looks.ts';
import { parsed, type Reading, readProc } from '../proc/read-proc.ts';

/** Why something is not seen. */
export type Trouble = Omit<Exclude<Look, { state: 'ok' }>, 'watcher'>;
export type Seen<T> = { state: 'ok'; value: T } | Trouble;

/** Reads and parses a small file; `file` is its path below `base`, as its parser names it: `net/sockstat`. Never throws. */
export function see<T>(base: string, file: string, parse: (text: string) => T): Seen<T> {
  const result = parsed(readProc(`${base}/${file}`), parse);
  if (result.state === 'ok') return result;
  if (result.state === 'failed' && result.malformed) return malformed(base, result.why);
  return troubleOf(result, `${base}/${file}`);
}

/** @param what a ProcfsError's message, which begins with the file's path below `base` */
export function malformed(base: string, what: string): Trouble {
  return { state: 'failed', reason: 'malformed', why: `${base}/${what}` };
}

/** Why a file of /proc was not read. */
export function troubleOf(reading: Exclude<Reading<unknown>, { state: 'ok' }>, path: string): Trouble {
  switch (reading.state) {
    case 'absent':
      return { state: 'absent', reason: 'absent', why: `${path} is not there` };
    case 'denied':
      return {
        state: 'denied',
        reason: 'mode',
        why: `${path} may not be read by uid ${process.getuid?.()}, gid ${process.getgid?.()}`,
      };
    case 'failed':
      return { state: 'failed', reason: 'failed', why: reading.why };
  }
}

/** What came of it, as it is kept. */
export function lookOf(watcher: Watcher, seen: Seen<unknown> | { state: 'ok' }): Look {
  return seen.state === 'ok' ? { watcher, state: 'ok' } : { watcher, ...seen };
}
