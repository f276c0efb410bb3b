/** The rotated generations beside a log: those that were there before, and those that came while we did not look. */
import { type BigIntStats, closeSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { keyOf, type Ledger } from './ledger.ts';
import { Mark } from './mark.ts';
import { isRotationOf } from './names.ts';
import { isTrouble, type Opened, openFile, statFile } from './open.ts';
import { attempt, type Trouble } from './trouble.ts';

/** What was at a name when the directory was listed. */
export interface Sibling {
  path: string;
  stat: BigIntStats;
}

/** An open file with bytes to read, from `mark` on. */
export interface Unread extends Opened {
  mark: Mark;
}

/** Tells the files that are of interest by what is known of them. */
export type Wanted = (stat: BigIntStats) => boolean;

/** How often a directory is listed whose names keep changing. */
const MAX_LISTINGS = 10;

/**
 * Visits the siblings of logs that are in one directory, the oldest first, until `visit` returns true. While a
 * rotator shifts names a file can hide from a listing, so that all is done again when names have changed meanwhile.
 * @returns false if the directory could not be read, or never came to rest
 */
export function visitSiblings(logs: string[], visit: (sibling: Sibling) => boolean): boolean {
  let listed = list(logs);
  for (let i = 0; i < MAX_LISTINGS && listed; i++) {
    // A generation is last written before the next one is; a copy is made before the next copy.
    const inOrder = listed.toSorted((a, b) => Number(a.stat.mtimeNs - b.stat.mtimeNs));
    if (inOrder.some(visit)) return true;
    const again = list(logs);
    if (again && namesOf(again) === namesOf(listed)) return true;
    listed = again;
  }
  return false;
}

/** Opens a sibling where its unread bytes begin; undefined if it has none, or is not wanted after all. */
export function openUnread(path: string, ledger: Ledger, wanted: Wanted): Unread | Trouble | undefined {
  const opened = openFile(path);
  if (isTrouble(opened)) return opened;
  const mark = wanted(opened.stat) ? keeping(opened, () => unreadFrom(opened, ledger)) : undefined;
  if (mark) return { ...opened, mark };
  closeSync(opened.fd);
  return undefined;
}

/** Notes the siblings of these logs as older than our beginning; with `before`, only those last written before it. */
export function leaveAlone(logs: string[], ledger: Ledger, before = Infinity): void {
  const except = new Set(logs);
  for (const inDirectory of Map.groupBy(except, (log) => dirname(log)).values()) {
    visitSiblings(inDirectory, ({ path, stat }) => {
      if (!except.has(path) && ledger.isNews(stat) && Number(stat.mtimeMs) < before)
        attempt(path, () => noteAsOlder(path, stat, ledger));
      return false;
    });
  }
}

/** The mark of a file as if all of it had been read. */
export function markAtEnd(opened: Opened): Mark {
  return Mark.at(opened.fd, Number(opened.stat.size));
}

/** Runs `use` on an open file, and closes the file if that throws. */
export function keeping<T>(opened: Opened, use: () => T): T {
  try {
    return use();
  } catch (error) {
    closeSync(opened.fd);
    throw error;
  }
}

function noteAsOlder(path: string, stat: BigIntStats, ledger: Ledger): void {
  const opened = openFile(path);
  if (isTrouble(opened)) {
    // What may not be read now is no news later either.
    if (opened.state !== 'missing') ledger.note({ as: 'older', stat, mark: new Mark() });
    return;
  }
  keeping(opened, () => ledger.note({ as: 'older', stat: opened.stat, mark: markAtEnd(opened) }));
  closeSync(opened.fd);
}

function unreadFrom(opened: Opened, ledger: Ledger): Mark | undefined {
  const known = ledger.recall(opened.stat);
  if (!known || known.as === 'copy' || !known.mark.matches(opened.fd)) return Mark.at(opened.fd, 0);
  if (known.as === 'read' && Number(opened.stat.size) > known.mark.offset) return known.mark.clone();
  ledger.note({ ...known, stat: opened.stat }); // Only touched; or older than our beginning, and still written to.
  return undefined;
}

function list(logs: string[]): Sibling[] | undefined {
  const directory = dirname(logs[0] ?? '');
  const bases = logs.map((log) => basename(log));
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => bases.some((base) => isRotationOf(base, name)));
  } catch {
    return undefined; // The state of the log itself tells of it.
  }
  return names.flatMap((name) => {
    const path = join(directory, name);
    const stat = statFile(path);
    return isTrouble(stat) ? [] : [{ path, stat }];
  });
}

function namesOf(siblings: Sibling[]): string {
  return siblings.map(({ path, stat }) => `${path} ${keyOf(stat)}`).join('\n');
}
