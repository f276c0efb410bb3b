/** One log: what is at its path now, what that says of rotation, and what to tell of it. */
import { type BigIntStats, closeSync, realpathSync } from 'node:fs';
import type { SourceState } from '../source.ts';
import { Generations, type Shared } from './generations.ts';
import { keyOf } from './ledger.ts';
import { Mark } from './mark.ts';
import { isTrouble, type Opened, openFile, statFile } from './open.ts';
import { keeping, leaveAlone, markAtEnd, openUnread, siblingsOf } from './siblings.ts';
import { attempt, OK, type Trouble } from './trouble.ts';

export class Log {
  readonly path: string;
  readonly files: Generations;
  readonly #shared: Shared;
  #fromEnd: boolean;
  #atPath: SourceState = OK;
  #missingSince: number | undefined;
  /** There has been a file at the path, so that the next one is a rotation. */
  #begun = false;
  /** The last search for siblings could not see or open all of them. */
  #unfinished = false;
  #searchAt = 0;

  /** @param fromEnd whether what is in the file now, if there is one, is passed over */
  constructor(path: string, shared: Shared, fromEnd: boolean) {
    this.path = path;
    this.#shared = shared;
    this.#fromEnd = fromEnd;
    this.files = new Generations(resolved(path), shared);
  }

  get state(): SourceState {
    return this.files.trouble ?? this.#atPath;
  }

  /** Nothing is at the path, and nothing of what was there is left to read. */
  get gone(): boolean {
    return this.#atPath.state === 'missing' && this.files.count === 0;
  }

  /** Notes the rotated files there are as not ours; with `before`, those last written before that time. */
  leaveOlderAlone(paths: Set<string>, before?: number): void {
    for (const log of this.#names()) leaveAlone(log, this.#shared.ledger, paths, before);
  }

  /** Looks at the path and the files, and opens and closes what follows from that. Reads no log bytes. */
  check(now: number): void {
    this.files.refresh(now);
    const found = statFile(this.path);
    if (isTrouble(found)) this.#absent(found, now);
    else this.#present(found, now);
    if (this.#searchIsDue(now)) this.#search(now);
    this.files.closeDone(now, !isTrouble(found) && found.size > 0n);
  }

  #absent(trouble: Trouble, now: number): void {
    this.files.leave(now);
    this.#missingSince ??= now;
    if (trouble.state === 'missing') this.#fromEnd = false;
    // In the middle of a rotation there is no file for a moment: that is not worth telling.
    const settled = !this.#begun || now - this.#missingSince >= this.#shared.timing.rescan;
    if (trouble.state !== 'missing' || settled) this.#atPath = trouble;
  }

  #present(found: BigIntStats, now: number): void {
    this.#missingSince = undefined;
    this.#atPath = OK;
    if (this.files.current?.key === keyOf(found)) return;
    this.files.leave(now);
    const followed = this.#shared.ledger.tailOf(found);
    if (followed) this.files.resume(followed);
    else if (this.#shared.ledger.isNews(found)) this.#arrive(now);
    if (this.#atPath.state === 'ok') this.#fromEnd = false;
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
    if (!this.#begun || path !== this.files.target) leaveAlone(path, ledger, new Set([path]), startedAt);
    if (this.#begun) events.rotated();
    this.#begun = true;
    this.files.succeed(opened, start, now);
  }

  /** Where to begin in a file; undefined if its bytes come to us in another way. */
  #startOf(opened: Opened, now: number): Mark | undefined {
    const { ledger, ancestors } = this.#shared;
    if (ledger.tailOf(opened.stat)) return undefined;
    const copied = (files: Generations) => opened.stat.size === 0n || files.holdCopy(opened, now);
    if (ancestors(opened.path).some(copied)) return undefined;
    const known = ledger.recall(opened.stat);
    if (known && known.as !== 'copy' && known.mark.matches(opened.fd)) return known.mark.clone();
    return this.#fromEnd ? markAtEnd(opened) : new Mark();
  }

  #searchIsDue(now: number): boolean {
    const unsettled = this.#unfinished || this.#missingSince !== undefined || this.files.count > 1;
    return this.files.siblingsDue || (unsettled && now >= this.#searchAt);
  }

  /** Looks for generations that came and went between two looks. */
  #search(now: number): void {
    this.files.siblingsDue = false;
    this.#unfinished = false;
    for (const log of this.#names()) {
      const paths = siblingsOf(log, (stat) => this.#shared.ledger.isNews(stat));
      const taken = paths?.map((path) => attempt(path, () => this.#takeSibling(path, now)));
      if (!taken || taken.some((done) => done !== true)) this.#unfinished = true;
    }
    this.#searchAt = now + this.#shared.timing.rescan;
  }

  /** Takes on one sibling that has unread bytes; false if that has to be tried again. */
  #takeSibling(path: string, now: number): boolean {
    if (this.files.full) return false;
    const { ledger } = this.#shared;
    const file = openUnread(path, ledger, (stat) => ledger.isNews(stat));
    if (!file) return true;
    if (isTrouble(file)) return false;
    if (keeping(file, () => this.files.holdCopy(file, now))) {
      closeSync(file.fd);
      return true;
    }
    this.#shared.events.rotated();
    this.files.precede(file, file.mark, now);
    this.files.siblingsDue = true; // Names move on while we look: once more, until there is nothing new.
    return true;
  }

  /** The path, and where it leads: either may be what rotated files are named after. */
  #names(): Set<string> {
    return new Set([this.files.target, this.path]);
  }
}

function resolved(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path; // There is nothing, or nothing we may see: then the look at the path says so.
  }
}
