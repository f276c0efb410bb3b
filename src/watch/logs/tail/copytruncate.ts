/** logrotate's copytruncate: the log is copied to a sibling, then cut to nothing, and its writer goes on in it. */
import { closeSync } from 'node:fs';
import { type Ledger, wasThereBefore } from './ledger.ts';
import { Mark } from './mark.ts';
import { isTrouble, type Opened } from './open.ts';
import { markAtEnd, openUnread, siblingsOf, type Unread, type Wanted } from './siblings.ts';
import type { Tail } from './tail.ts';
import { troubleOf } from './trouble.ts';

/**
 * Finds the copy that holds what had not been read of a truncated file, and passes over copies that hold only what
 * has been read: the writer went on, and we read, between the copying and the cutting.
 */
export function claimCopy(tail: Tail, log: string, ledger: Ledger): Unread | undefined {
  const { offset } = tail.mark;
  const wanted: Wanted = (stat) => ledger.isNews(stat) || ledger.isCopy(stat);
  for (const path of siblingsOf(log, wanted) ?? []) {
    const file = openUnread(path, ledger, wanted);
    if (!file || isTrouble(file)) continue;
    let claimed = false;
    try {
      const size = Number(file.stat.size);
      const alike = file.mark.offset === 0 && tail.mark.startsLike(file.fd);
      if (alike && size < offset) ledger.note({ as: 'copy', stat: file.stat, mark: markAtEnd(file) });
      claimed = alike && size > 0 && tail.mark.goesOnIn(file.fd);
      if (claimed) return { ...file, mark: Mark.at(file.fd, offset) };
    } catch (error) {
      troubleOf(path, error); // One that cannot be read is not the copy.
    } finally {
      if (!claimed) closeSync(file.fd);
    }
  }
  return undefined;
}

/**
 * Whether `file` holds so far what the log's own file begins with: a copy that is being made, before the cut. Then
 * it is passed over until it changes. In a rename rotation the generation before is older than the file at the path:
 * that is how one is told from the other where all lines of a log are the same.
 */
export function isCopyOf(tail: Tail, file: Opened, ledger: Ledger): boolean {
  const overwritten = ledger.recall(file.stat) !== undefined; // Then its inode says nothing of the age of its content.
  if (!overwritten && wasThereBefore(file.stat, tail.stat)) return false;
  if (file.stat.size === 0n) return false;
  const mark = markAtEnd(file);
  if (!mark.matches(tail.fd)) return false;
  ledger.note({ as: 'copy', stat: file.stat, mark });
  return true;
}
