/** logrotate's copytruncate: the log is copied to a sibling, then cut to nothing, and its writer goes on in it. */
import { closeSync } from 'node:fs';
import { bornAfter, type Ledger } from './ledger.ts';
import { Mark } from './mark.ts';
import { isTrouble, type Opened } from './open.ts';
import { markAtEnd, openUnread, type Unread, visitSiblings, type Wanted } from './siblings.ts';
import type { Tail } from './tail.ts';
import { attempt } from './trouble.ts';

/**
 * Finds the copy that holds what had not been read of a truncated file, and passes over copies that hold only what
 * has been read: the writer went on, and we read, between the copying and the cutting.
 */
export function claimCopy(tail: Tail, log: string, ledger: Ledger): Unread | undefined {
  const wanted: Wanted = (stat) => ledger.isNews(stat) || ledger.isCopy(stat);
  let claimed: Unread | undefined;
  visitSiblings([log], ({ path, stat }) => {
    const file = wanted(stat) ? attempt(path, () => openUnread(path, ledger, wanted)) : undefined;
    if (!file || isTrouble(file)) return false;
    const rest = attempt(path, () => restIn(file, tail, ledger));
    if (rest instanceof Mark) claimed = { ...file, mark: rest };
    else closeSync(file.fd); // One that cannot be read is not the copy.
    return claimed !== undefined;
  });
  return claimed;
}

/** Where in a copy of the file to read on; undefined if it is none, or ends before that place. */
function restIn(file: Unread, tail: Tail, ledger: Ledger): Mark | undefined {
  const { offset } = tail.mark;
  const size = Number(file.stat.size);
  if (size === 0 || file.mark.offset > 0 || tail.mark.isBlank || !tail.mark.startsLike(file.fd))
    return undefined;
  if (size < offset) ledger.note({ as: 'copy', stat: file.stat, mark: markAtEnd(file) });
  return tail.mark.goesOnIn(file.fd) ? Mark.at(file.fd, offset) : undefined;
}

/**
 * Whether `file` holds so far what the log's own file begins with: a copy that is being made, before the cut. Then
 * it is passed over until it changes. In a rename rotation the generation before is older than the file at the path:
 * that is how one is told from the other where all lines of a log are the same.
 */
export function isCopyOf(tail: Tail, file: Opened, ledger: Ledger): boolean {
  const overwritten = ledger.recall(file.stat) !== undefined; // Then its inode says nothing of the age of its content.
  const younger = overwritten || bornAfter(file.stat, tail.stat);
  if (younger === false || (younger === undefined && file.stat.size === 0n)) return false;
  const mark = markAtEnd(file);
  if (!mark.matches(tail.fd)) return false;
  ledger.note({ as: 'copy', stat: file.stat, mark });
  return true;
}
