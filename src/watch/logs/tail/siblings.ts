/** The rotated generations beside a log: those that were there before, and those that came while we did not look. */
import { type BigIntStats, closeSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Ledger } from './ledger.ts';
import { Mark } from './mark.ts';
import { isRotationOf } from './names.ts';
import { isTrouble, type Opened, openFile, statFile } from './open.ts';
import type { Trouble } from './trouble.ts';

/** An open file with bytes to read, from `mark` on. */
export interface Unread extends Opened {
  mark: Mark;
}

/** Tells the files that are of interest by what is known of them. */
export type Wanted = (stat: BigIntStats) => boolean;

/** The paths of the wanted siblings, the oldest first; undefined if the directory cannot be read. */
export function siblingsOf(log: string, wanted: Wanted): string[] | undefined {
  const found = rotatedIn(dirname(log), [basename(log)])?.filter(({ stat }) => wanted(stat));
  // A generation is last written before the next one is; a copy is made before the next copy.
  found?.sort((a, b) => Number(a.stat.mtimeNs - b.stat.mtimeNs));
  return found?.map(({ path }) => path);
}

/** Opens a sibling where its unread bytes begin; undefined if it turns out to have none. */
export function openUnread(path: string, ledger: Ledger, wanted: Wanted): Unread | Trouble | undefined {
  const opened = openFile(path);
  if (isTrouble(opened)) return opened;
  // The name may have passed to another file since.
  const mark = wanted(opened.stat) ? keeping(opened, () => unreadFrom(opened, ledger)) : undefined;
  if (mark) return { ...opened, mark };
  closeSync(opened.fd);
  return undefined;
}

/** Notes the siblings of these logs as older than our beginning; with `before`, only those last written before it. */
export function leaveAlone(logs: string[], ledger: Ledger, before = Infinity): void {
  const bases = Map.groupBy(new Set(logs), (log) => dirname(log));
  for (const [directory, paths] of bases) {
    for (const { path, stat } of rotatedIn(
      directory,
      paths.map((path) => basename(path)),
    ) ?? []) {
      if (paths.includes(path) || !ledger.isNews(stat) || Number(stat.mtimeMs) >= before) continue;
      const opened = openFile(path);
      // What may not be read now is no news later either.
      if (isTrouble(opened)) ledger.note({ as: 'older', stat, mark: new Mark() });
      else {
        keeping(opened, () => ledger.note({ as: 'older', stat: opened.stat, mark: markAtEnd(opened) }));
        closeSync(opened.fd);
      }
    }
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

function unreadFrom(opened: Opened, ledger: Ledger): Mark | undefined {
  const known = ledger.recall(opened.stat);
  if (!known || known.as === 'copy' || !known.mark.matches(opened.fd)) return Mark.at(opened.fd, 0);
  if (known.as === 'read' && Number(opened.stat.size) > known.mark.offset) return known.mark.clone();
  ledger.note({ ...known, stat: opened.stat }); // Only touched; or older than our beginning, and still written to.
  return undefined;
}

/** The rotated generations in a directory of the logs that have these names in it. */
function rotatedIn(directory: string, bases: string[]): { path: string; stat: BigIntStats }[] | undefined {
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
