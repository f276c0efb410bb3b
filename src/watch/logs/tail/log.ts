/** One log: what is at its path now, what that says of rotation, and what to tell of it. */
import { type BigIntStats, closeSync, realpathSync } from 'node:fs';
import type { SourceState } from '../source.ts';
import { Generations } from './generations.ts';
import { birthOf, keyOf } from './ledger.ts';
import { Mark } from './mark.ts';
import { isTrouble, type Opened, openFile, statFile } from './open.ts';
import type { Shared } from './shared.ts';
import { keeping, leaveAlone, markAtEnd, openUnread, type Sibling, visitSiblings } from './siblings.ts';
import { attempt, OK, type Trouble } from './trouble.ts';

export class Log {
  readonly path: string;
  readonly files: Generations;
  readonly #shared: Shared;
  /** Where to begin in the file that was there at the first look, until that is done. */
  #first: 'start' | 'end' | undefined;
  #atPath: SourceState = OK;
  #missingSince: number | undefined;
  /** There has been a file at the path, so that the next one is a rotation. */
  #begun = false;
  /** The last search for siblings could not see or open all of them. */
  #unfinished = false;
  #searchAt = 0;

  /** @param first where to begin in a file that is there now, at the first look of the source */
  constructor(path: string, shared: Shared, first?: 'start' | 'end') {
    this.path = path;
    this.#shared = shared;
    this.#first = first;
    this.files = new Generations(resolved(path), shared);
  }

  get state(): SourceState {
    return this.files.trouble ?? this.#atPath;
  }

  /** Nothing is at the path, and nothing of what was there is left to read. */
  get gone(): boolean {
    return this.#atPath.state === 'missing' && this.files.count === 0;
  }

  /** The path, and where it leads: either may be what rotated files are named after. */
  get names(): string[] {
    return [this.path, this.files.target];
  }

  /** Looks at the path and the files, and opens and closes what follows from that. Reads no log bytes. */
  check(now: number): void {
    this.files.refresh(now);
    const found = statFile(this.path);
    if (isTrouble(found)) this.#absent(found, now);
    else this.#present(found, now);
    this.files.closeDone(now, !isTrouble(found) && found.size > 0n);
  }

  /** Looks for generations that came and went between two looks, when there may be some. */
  search(now: number): void {
    const unsettled = this.#unfinished || this.#missingSince !== undefined || this.files.count > 1;
    if (!this.files.siblingsDue && !(unsettled && now >= this.#searchAt)) return;
    this.#searchAt = now + this.#shared.timing.rescan;
    this.#unfinished = false;
    this.files.siblingsDue = false;
    for (const log of new Set(this.names)) {
      const rested = visitSiblings([log], (sibling) => {
        const taken = attempt(sibling.path, () => this.#takeSibling(sibling, now));
        if (taken !== true) this.#unfinished = true;
        return false;
      });
      if (!rested) this.#unfinished = true;
    }
  }

  #absent(trouble: Trouble, now: number): void {
    this.files.leave(now);
    this.#missingSince ??= now;
    if (trouble.state === 'missing') this.#first = undefined;
    // In the middle of a rotation there is no file for a moment: that is not worth telling.
    const settled = !this.#begun || now - this.#missingSince >= this.#shared.timing.rescan;
    if (trouble.state !== 'missing' || settled) this.#atPath = trouble;
  }

  #present(found: BigIntStats, now: number): void {
    this.#missingSince = undefined;
    this.#atPath = OK;
    if (this.files.current?.key === keyOf(found)) return;
    this.files.leave(now);
    const { ledger, lookup } = this.#shared;
    const followed = ledger.tailOf(found);
    if (followed) this.files.resume(followed);
    else if (ledger.isNews(found)) {
      lookup.wanted ||= !lookup.fresh;
      if (!lookup.fresh) return;
      this.#arrive(now);
    }
    if (this.#atPath.state === 'ok') this.#first = undefined;
  }

  /** A file is at the path that we do not read yet. */
  #arrive(now: number): void {
    const { events, ledger, startedAt } = this.#shared;
    const opened = openFile(resolved(this.path));
    if (isTrouble(opened)) {
      this.#absent(opened, now);
      return;
    }
    const start = attempt(opened.path, () => this.#startOf(opened, now));
    if (!(start instanceof Mark)) {
      closeSync(opened.fd);
      if (start) this.#absent(start, now);
      return;
    }
    // A directory may have come with the file: a volume mounted late, or a link that leads elsewhere now.
    const { path } = opened;
    if (!this.#first && (!this.#begun || path !== this.files.target)) leaveAlone([path], ledger, startedAt);
    if (this.#begun) events.rotated();
    this.#begun = true;
    this.files.succeed(opened, start, now, this.#writtenAfter(opened, start));
    this.files.siblingsDue = !this.#first; // Those there are at the first look are older.
  }

  /** A file was not written to before it was created; one that has come was not here at the last look. */
  #writtenAfter({ stat }: Opened, start: Mark): number {
    if (start.offset >= Number(stat.size)) return Date.now();
    if (this.#first) return birthOf(stat);
    return Math.max(birthOf(stat), Date.now() - 2 * this.#shared.timing.rescan);
  }

  /** Where to begin in a file; undefined if its bytes come to us in another way. */
  #startOf(opened: Opened, now: number): Mark | undefined {
    const { ledger, ancestors } = this.#shared;
    if (ledger.tailOf(opened.stat)) return undefined;
    const copied = (files: Generations) => opened.stat.size === 0n || files.holdCopy(opened, now);
    if (ancestors(opened.path).some(copied)) return undefined;
    const known = ledger.recall(opened.stat);
    if (known && known.as !== 'copy' && known.mark.matches(opened.fd)) return known.mark.clone();
    return this.#first === 'end' ? markAtEnd(opened) : Mark.at(opened.fd, 0);
  }

  /** Takes on a sibling if it has unread bytes; false if that has to be tried again. */
  #takeSibling({ path, stat }: Sibling, now: number): boolean {
    const { events, ledger } = this.#shared;
    if (!ledger.isNews(stat)) return true;
    if (this.files.full) return false;
    const file = openUnread(path, ledger, (opened) => ledger.isNews(opened));
    if (!file || isTrouble(file)) return !file || file.state === 'missing';
    if (keeping(file, () => this.files.holdCopy(file, now))) {
      closeSync(file.fd);
    } else {
      events.rotated();
      this.files.precede(file, file.mark, now);
    }
    return true;
  }
}

function resolved(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path; // There is nothing, or nothing we may see: then the look at the path says so.
  }
}
