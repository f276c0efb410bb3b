import type { Look, Watcher } from '../../journal/looks.ts';
import type { Reading } from '../proc/read-proc.ts';
import type { Denial } from './denial.ts';

/** What came of reading; undefined: it took too long. */
export type Seen<T> = Reading<T> | undefined;

/** What came of looking at a part of a process, for people. */
export function lookAtPart(watcher: Watcher, path: string, seen: Seen<unknown>, denial: () => Denial): Look {
  if (seen === undefined) {
    const why = `${path} cannot be read in the time that it may take: its process or its filesystem hangs, and nothing more is asked before the last call is back`;
    return { watcher, state: 'failed', reason: 'too-large', why };
  }
  switch (seen.state) {
    case 'ok':
      return { watcher, state: 'ok' };
    case 'absent':
      return { watcher, state: 'absent', reason: 'absent', why: `${path} is not there` };
    case 'denied': {
      const { why, ...rest } = denial();
      return { watcher, state: 'denied', ...rest, why: `${path} may not be read: ${why}` };
    }
    case 'failed':
      return { watcher, state: 'failed', reason: seen.malformed ? 'malformed' : 'failed', why: seen.why };
  }
}

/** The value, where there is one. */
export function valueIn<T>(seen: Seen<T>): T | undefined {
  return seen?.state === 'ok' ? seen.value : undefined;
}
