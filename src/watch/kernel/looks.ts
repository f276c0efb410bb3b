import type { KernelRecord } from '../../journal/kernel-record.ts';
import type { Look, Watcher } from '../../journal/looks.ts';
import type { Reading } from '../proc/read-proc.ts';
import type { TableReading } from './read-table.ts';

/** Keeps what came of a look. @returns the value, where there is one */
export function noteLook<T>(
  { looks }: KernelRecord,
  watcher: Watcher,
  path: string,
  reading: Reading<T>,
  cure?: string,
): T | undefined {
  looks.set(watcher, lookOf(watcher, path, reading, cure));
  return reading.state === 'ok' ? reading.value : undefined;
}

/** What a reading means to whoever runs the daemon. */
export function lookOf(watcher: Watcher, path: string, reading: Reading<unknown>, cure?: string): Look {
  const help = cure === undefined ? {} : { cure };
  switch (reading.state) {
    case 'ok':
      return { watcher, state: 'ok' };
    case 'absent':
      return { watcher, state: 'absent', reason: 'absent', why: `${path} is not there`, ...help };
    case 'denied':
      return { watcher, state: 'denied', reason: 'mode', why: `${path}: permission denied`, ...help };
    case 'failed': {
      const reason = reading.malformed ? 'malformed' : 'failed';
      return { watcher, state: 'failed', reason, why: reading.why, ...help };
    }
  }
}

/** The worst of several readings that belong together, as one; absent ones but the first do no harm. */
export function together<T>(main: Reading<T>, ...others: Reading<unknown>[]): Reading<T> {
  if (main.state !== 'ok') return main;
  const bad = others.find(({ state }) => state === 'failed' || state === 'denied');
  return bad === undefined || bad.state === 'ok' ? main : bad;
}

/** The same for a table, which may take longer than it may. */
export function noteTable<T>(
  record: KernelRecord,
  watcher: Watcher,
  path: string,
  reading: TableReading<T>,
  cure?: string,
): T | undefined {
  if (reading.state !== 'too-large') return noteLook(record, watcher, path, reading, cure);
  record.looks.set(watcher, { watcher, state: 'failed', reason: 'too-large', why: reading.why });
  return undefined;
}
