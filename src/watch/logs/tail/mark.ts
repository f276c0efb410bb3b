/**
 * How far a file has been read, and what the bytes there were. An inode number does not tell a file: ext4 and tmpfs
 * give a freed one to the next file, and copytruncate keeps it while the content starts anew. The first bytes and
 * the bytes just before the place we have reached do.
 */
import { readSync } from 'node:fs';

/** Long enough to hold a time stamp or two of a log line, short enough to keep for every file. */
const WINDOW = 512;

const scratch = Buffer.alloc(WINDOW);

export class Mark {
  #offset = 0;
  readonly #head = Buffer.alloc(WINDOW);
  #headLength = 0;
  readonly #tail = Buffer.alloc(WINDOW);
  #tailLength = 0;

  /** The mark of a file as if it had been read up to `offset`. */
  static at(fd: number, offset: number): Mark {
    const mark = new Mark();
    mark.#offset = offset;
    mark.learnHead(fd);
    mark.#tailLength = readSync(fd, mark.#tail, 0, Math.min(WINDOW, offset), Math.max(0, offset - WINDOW));
    return mark;
  }

  /** Whether it knows no bytes to tell a file by. */
  get isBlank(): boolean {
    return this.#headLength === 0;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Whether all bytes it knows are NUL: the hole that copytruncate leaves under a writer without O_APPEND. */
  get isHole(): boolean {
    return (
      this.#headLength > 0 && this.#tailLength > 0 && isNul(this.#knownHead()) && isNul(this.#knownTail())
    );
  }

  /** Gets to know more of the first bytes before they are read, so that it can be seen if they change until then. */
  learnHead(fd: number): void {
    if (this.#headLength === WINDOW) return;
    const head = peek(fd, 0, WINDOW);
    // Otherwise it is another content: what is known stays, and tells that.
    if (!head.subarray(0, this.#headLength).equals(this.#knownHead())) return;
    this.#head.set(head);
    this.#headLength = head.length;
  }

  /** Moves on over bytes that have been read at its offset. */
  advance(bytes: Uint8Array): void {
    const first = bytes.subarray(0, Math.max(0, WINDOW - this.#offset));
    this.#head.set(first, Math.min(WINDOW, this.#offset));
    this.#headLength = Math.max(this.#headLength, Math.min(WINDOW, this.#offset + first.length));

    const last = bytes.subarray(Math.max(0, bytes.length - WINDOW));
    const kept = Math.min(this.#tailLength, WINDOW - last.length);
    this.#tail.copyWithin(0, this.#tailLength - kept, this.#tailLength);
    this.#tail.set(last, kept);
    this.#tailLength = kept + last.length;

    this.#offset += bytes.length;
  }

  /** Whether the file still holds, at both places, the bytes that were there. */
  matches(fd: number): boolean {
    return peek(fd, 0, this.#headLength).equals(this.#knownHead()) && this.#endsWith(fd);
  }

  /** Whether the file, maybe an older copy, holds what was read, and goes on from there. */
  goesOnIn(fd: number): boolean {
    return this.startsLike(fd) && this.#endsWith(fd);
  }

  /** Whether the file starts as the marked one does, as far as the shorter one goes. */
  startsLike(fd: number): boolean {
    const head = peek(fd, 0, this.#headLength);
    return head.equals(this.#head.subarray(0, head.length));
  }

  clone(): Mark {
    const copy = new Mark();
    copy.#offset = this.#offset;
    copy.#head.set(this.#head);
    copy.#headLength = this.#headLength;
    copy.#tail.set(this.#tail);
    copy.#tailLength = this.#tailLength;
    return copy;
  }

  #endsWith(fd: number): boolean {
    return peek(fd, this.#offset - this.#tailLength, this.#tailLength).equals(this.#knownTail());
  }

  #knownHead(): Buffer {
    return this.#head.subarray(0, this.#headLength);
  }

  #knownTail(): Buffer {
    return this.#tail.subarray(0, this.#tailLength);
  }
}

/** Valid until the next call. */
function peek(fd: number, position: number, length: number): Buffer {
  if (length === 0) return scratch.subarray(0, 0);
  return scratch.subarray(0, readSync(fd, scratch, 0, length, position));
}

function isNul(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
