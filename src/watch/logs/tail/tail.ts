/** One open file, read from its mark on. It knows the file system; what is done with the bytes is the caller's. */
import { type BigIntStats, closeSync, fstatSync, readSync } from 'node:fs';
import type { LogStream } from '../source.ts';
import { keyOf } from './ledger.ts';
import { Mark } from './mark.ts';
import type { Opened } from './open.ts';
import type { Trouble } from './trouble.ts';

/** Instead of bytes: what has been read before is no longer there. */
export const TRUNCATED = Symbol('truncated');

export class Tail {
  readonly path: string;
  readonly key: string;
  readonly fd: number;
  /** As of the last look at it. */
  stat: BigIntStats;
  /** So many bytes were sure to be in it while it began with the bytes that the mark knows. */
  known: number;
  mark: Mark;
  stream: LogStream;
  /** When it last grew, or lost its place at the path of the log; on the clock that `look` is given. */
  restlessAt: number;
  /** Why it cannot be read. */
  fault: Trouble | undefined;
  /** Not to be read before the next look: the last attempt failed, or gave nothing. */
  resting = false;
  /** What is unread was written after this time, in ms since the epoch; 0 if that is not known. */
  writtenAfter = 0;
  /** A copy of which we read the rest: nobody writes to it any more. */
  complete = false;
  /** Up to where there may be a hole at the beginning of the file. */
  #holeTo = 0;

  constructor(opened: Opened, mark: Mark, stream: LogStream, now: number) {
    this.path = opened.path;
    this.key = keyOf(opened.stat);
    this.fd = opened.fd;
    this.mark = mark;
    this.stat = fstatSync(opened.fd, { bigint: true });
    this.known = Math.min(Number(opened.stat.size), this.size);
    this.stream = stream;
    this.restlessAt = now;
  }

  get size(): number {
    return Number(this.stat.size);
  }

  get unread(): number {
    return Math.max(0, this.size - this.mark.offset);
  }

  get readable(): boolean {
    return this.unread > 0 && !this.resting;
  }

  get deleted(): boolean {
    return this.stat.nlink === 0n;
  }

  /** Looks at the file again; `stat` stays as it was when it has been truncated. */
  refresh(now: number): 'same' | 'touched' | typeof TRUNCATED {
    const lookedAt = Date.now();
    const unread = this.mark.offset === 0;
    if (unread) this.mark.learnHead(this.fd);
    const stat = fstatSync(this.fd, { bigint: true });
    const touched = stat.size !== this.stat.size || stat.mtimeNs !== this.stat.mtimeNs;
    if ((touched || unread) && this.#isTruncated(stat)) return TRUNCATED;
    if (stat.size > this.stat.size) this.restlessAt = now;
    this.stat = stat;
    this.known = this.size;
    this.resting = false;
    if (this.unread === 0) {
      this.fault = undefined;
      this.writtenAfter = lookedAt;
    }
    return touched ? 'touched' : 'same';
  }

  /**
   * Reads on into `buffer`. Whether the file was truncated is asked after the read: then what was read before
   * that answer is sure to be what follows the mark.
   */
  read(buffer: Uint8Array): { bytes: Uint8Array; mtimeMs: number } | typeof TRUNCATED {
    if (buffer.length === 0) throw new Error('the read buffer is empty: did its WebAssembly memory grow?');
    if (this.#holeTo > 0) this.#leapOverHole();
    const length = readSync(this.fd, buffer, 0, buffer.length, this.mark.offset);
    const stat = fstatSync(this.fd, { bigint: true });
    if (this.#isTruncated(stat)) return TRUNCATED;
    if (length === 0) {
      this.stat = stat; // Cut, but not below what has been read.
      this.resting = true;
    }
    this.fault = undefined;
    let bytes = buffer.subarray(0, length);
    this.mark.advance(bytes);
    if (this.#holeTo > 0) {
      bytes = withoutLeadingNuls(bytes);
      if (bytes.length > 0) this.#holeTo = 0;
    }
    return { bytes, mtimeMs: Number(stat.mtimeNs / 1_000_000n) + 1 };
  }

  /** Goes back to the beginning of the file, for another stream: it was truncated. */
  restart(stream: LogStream, now: number): void {
    this.#holeTo = Math.max(1, this.mark.offset);
    this.mark = new Mark();
    this.stream = stream;
    const { size } = fstatSync(this.fd);
    this.mark.learnHead(this.fd);
    this.stat = fstatSync(this.fd, { bigint: true });
    this.known = Math.min(size, this.size); // It may have been cut again in between.
    this.restlessAt = now;
  }

  close(): void {
    closeSync(this.fd);
  }

  /** There is less than has been read, or, if nothing has been, than there was; or there are other bytes. */
  #isTruncated(stat: BigIntStats): boolean {
    return Number(stat.size) < (this.mark.offset || this.known) || !this.mark.matches(this.fd);
  }

  /** A writer without O_APPEND goes on where it was, and the file reads as NULs up to there: maybe gigabytes. */
  #leapOverHole(): void {
    if (this.mark.offset > 0 || this.#holeTo >= this.size) return;
    const mark = Mark.at(this.fd, this.#holeTo);
    if (mark.isHole) this.mark = mark;
  }
}

function withoutLeadingNuls(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.subarray(bytes.length) : bytes.subarray(first);
}
