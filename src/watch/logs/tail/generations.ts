/** The physical files of one log that are being read: the one at its path, and those it has left behind. */
import { fstatSync } from 'node:fs';
import { claimCopy, isCopyOf } from './copytruncate.ts';
import type { Mark } from './mark.ts';
import type { Opened } from './open.ts';
import type { Shared } from './shared.ts';
import { Tail, TRUNCATED } from './tail.ts';
import { type Trouble, troubleOf } from './trouble.ts';

/** So many are held open at most; then the oldest that has been read is closed before its time. */
const MAX_OPEN = 64;

export class Generations {
  /** Where the log is, symbolic links followed: its siblings are there. */
  target: string;
  /** There may be siblings that nobody has read: they are to be looked for. */
  siblingsDue = false;
  readonly #shared: Shared;
  /** The oldest first. */
  #tails: Tail[] = [];
  /** The one that was at the path at the last look. */
  #current: Tail | undefined;

  constructor(target: string, shared: Shared) {
    this.target = target;
    this.#shared = shared;
  }

  get count(): number {
    return this.#tails.length;
  }

  get full(): boolean {
    return this.#tails.length >= MAX_OPEN;
  }

  get current(): Tail | undefined {
    return this.#current;
  }

  get trouble(): Trouble | undefined {
    return this.#tails.find((tail) => tail.fault)?.fault;
  }

  get unread(): number {
    return this.#tails.reduce((sum, tail) => sum + tail.unread, 0);
  }

  get readable(): boolean {
    return this.#tails.some((tail) => tail.readable);
  }

  /** Takes on the file that is at the path now; its bytes were written after `writtenAfter`, ms since the epoch. */
  succeed(opened: Opened, mark: Mark, now: number, writtenAfter: number): void {
    this.leave(now);
    this.target = opened.path;
    this.#current = this.#open(opened, mark, now);
    this.#current.writtenAfter = writtenAfter;
  }

  /** Takes on a file that came and went between two looks. It may be a copy, older in its bytes than in its birth. */
  precede(opened: Opened, mark: Mark, now: number): void {
    this.#open(opened, mark, now);
  }

  /** The file at the path is one that has been there before, if this is one of ours. */
  resume(tail: Tail): void {
    if (!this.#tails.includes(tail)) return;
    this.#tails = [...this.#tails.filter((each) => each !== tail), tail];
    this.#current = tail;
  }

  /** The file at the path is no longer there. */
  leave(now: number): void {
    if (this.#current) this.#current.restlessAt = now;
    this.#current = undefined;
  }

  refresh(now: number): void {
    for (const tail of [...this.#tails]) this.#refresh(tail, now);
  }

  /** Reads one buffer from the oldest file that has unread bytes; false if none has. */
  read(now: number): boolean {
    const tail = this.#tails.find((each) => each.readable);
    if (!tail) return false;
    const got = guarded(tail, () => tail.read(this.#shared.buffer));
    if (got === TRUNCATED) this.#truncated(tail, now);
    else if (got && got.bytes.length > 0) {
      tail.stream.write(got.bytes, Math.min(Date.now(), got.mtimeMs), tail.writtenAfter);
      this.#shared.events.read(got.bytes.length);
    }
    if (tail.complete && tail.unread === 0) this.#close(tail);
    return true;
  }

  /** Whether `file`, at the name of a rotated generation, is a copy of what the file at the path holds. */
  holdCopy(file: Opened, now: number): boolean {
    if (!this.#current) return false;
    if (isCopyOf(this.#current, file, this.#shared.ledger)) return true;
    // If the log has been cut in this moment, this claims the copy, which has grown since it was opened.
    this.#refresh(this.#current, now);
    return !this.#shared.ledger.isNews(fstatSync(file.fd, { bigint: true }));
  }

  /** Closes what is done with; `inUse` says that the file at the path has bytes: its writer has left the old one. */
  closeDone(now: number, inUse: boolean): void {
    const { drain, forget } = this.#shared.timing;
    for (const tail of [...this.#tails]) {
      if (tail === this.#current || (tail.unread > 0 && !tail.fault)) continue;
      const quiet = now - tail.restlessAt;
      const later = this.#tails.slice(this.#tails.indexOf(tail) + 1);
      const succeeded = inUse || later.some(({ size }) => size > 0);
      const drained = quiet >= drain && (succeeded || tail.deleted);
      if (tail.complete || drained || quiet >= forget || this.#tails.length > MAX_OPEN) this.#close(tail);
    }
  }

  /** Ends all streams and closes all files. */
  close(): void {
    for (const tail of this.#tails) {
      tail.stream.end();
      tail.close();
    }
    this.#tails = [];
    this.#current = undefined;
  }

  #open(opened: Opened, mark: Mark, now: number): Tail {
    const tail = new Tail(opened, mark, this.#shared.events.open(opened.path), now);
    this.#insert(tail, this.#current);
    return tail;
  }

  #insert(tail: Tail, before: Tail | undefined): void {
    this.#shared.ledger.add(tail);
    this.#tails.splice(before ? this.#tails.indexOf(before) : this.#tails.length, 0, tail);
  }

  #refresh(tail: Tail, now: number): void {
    const result = guarded(tail, () => tail.refresh(now));
    if (result === TRUNCATED) this.#truncated(tail, now);
    // Of a file of which nothing has been read nobody can tell whether it has been copied and cut meanwhile.
    else if (result === 'touched' && tail.mark.offset === 0) this.siblingsDue = true;
  }

  #truncated(tail: Tail, now: number): void {
    const { events, ledger, ancestors, descendants } = this.#shared;
    // What is written over an old generation is a copy, maybe; whoever finds it as news finds out of what.
    if (tail !== this.#current || ancestors(this.target).length > 0) {
      this.#close(tail);
      this.siblingsDue = true;
      return;
    }
    for (const other of this.#tails.filter((each) => each !== tail)) this.#refresh(other, now);
    for (const files of descendants(this.target)) files.refresh(now);
    const copy = claimCopy(tail, this.target, ledger);
    const kept = Math.max(tail.mark.offset, Number(copy?.stat.size ?? 0));
    if (tail.known > kept) events.lost(tail.known - kept);
    if (copy) {
      const rest = new Tail(copy, copy.mark, tail.stream, now);
      rest.complete = true;
      rest.writtenAfter = tail.writtenAfter;
      this.#insert(rest, tail);
    } else {
      tail.stream.end();
    }
    events.rotated();
    const stream = events.open(tail.path);
    guarded(tail, () => tail.restart(stream, now));
    this.siblingsDue = true;
  }

  #close(tail: Tail): void {
    if (tail.unread > 0) this.#shared.events.lost(tail.unread);
    if (tail === this.#current) this.#current = undefined;
    this.#tails = this.#tails.filter((each) => each !== tail);
    this.#shared.ledger.remove(tail);
    tail.stream.end();
    tail.close();
  }
}

/** A fault of the file system stays with the file until it can be read again. */
function guarded<T>(tail: Tail, use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    tail.fault = troubleOf(tail.path, error);
    tail.resting = true;
    return undefined;
  }
}
