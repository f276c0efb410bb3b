/** Lines of a file that comes in chunks, as bytes: of many thousands none may become a string. */
import { ProcfsError } from './procfs-error.ts';

const NEWLINE = 0x0a;

/** Where a line stands: `from` to `to`, its newline not included. Its bytes are overwritten later. */
export type TakeLine = (bytes: Uint8Array, from: number, to: number) => void;

/**
 * Hands on each line of what is written, however it is cut. At most `longest` bytes are kept between two chunks. What
 * follows the last newline is never handed on: it may be half a line.
 *
 * @param longest bytes of a line
 * @returns takes the next chunk; throws {@link ProcfsError} where a line is too long, and what `take` throws
 */
export function createByteLines(file: string, longest: number, take: TakeLine): (chunk: Uint8Array) => void {
  const kept = Buffer.alloc(longest);
  let length = 0;

  /** Adds a piece to the line that has begun. */
  function keep(bytes: Uint8Array, from: number, to: number): void {
    if (length + to - from > longest) throw tooLong();
    kept.set(bytes.subarray(from, to), length);
    length += to - from;
  }

  function tooLong(): ProcfsError {
    return new ProcfsError(file, `a line of more than ${longest} bytes`);
  }

  return (chunk) => {
    // A Buffer finds a byte twice as fast as a Uint8Array.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (length > 0) {
        keep(bytes, from, end);
        const to = length;
        length = 0;
        take(kept, 0, to);
      } else {
        if (end - from > longest) throw tooLong();
        take(bytes, from, end);
      }
      from = end + 1;
    }
    keep(bytes, from, bytes.length);
  };
}
