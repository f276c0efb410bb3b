import { FRONT_SIZE, findNewline, hits, memoryBytes, PIECE, PIECE_SIZE, scan } from './memory.ts';
import { makeNeedleTable, type NeedleTable } from './needle-table.ts';

/** Bytes of a line that are looked at; what a longer line has behind them is skipped. */
const MAX_LINE = FRONT_SIZE;

/** What a scanner tells as it goes. A handler must not write to a scanner: they share the memory it looks at. */
export interface LineHandlers {
  /**
   * A line, without its "\n" or "\r\n", that holds a needle or is 16 KiB or
   * longer: [start, end) of the bytes. It is valid only during the call.
   *
   * @returns whether the next line is wanted too, whatever it holds
   */
  line(bytes: Buffer, start: number, end: number): boolean;
  /** So many lines have ended since the last call. */
  lines(count: number): void;
  /** So many bytes of a line that is longer than 64 KiB were skipped, from there on. */
  skipped(bytes: number): void;
}

export interface ScannerOptions {
  /** What makes a line a hit: up to 32 texts of 4 to 56 bytes each, in UTF-8. */
  needles: readonly string[];
}

/** Finds lines in the bytes of one log. */
export interface LineScanner {
  /** Takes the next bytes. They are not copied if they are a view of {@link readBuffer} from its start. */
  write(bytes: Uint8Array): void;
  /** The log ends: so does its last line, even without a newline. What is written after this is another log. */
  end(): void;
}

/**
 * Where a log is best read into. All scanners share it, so it must be written to
 * one of them before anything else is read into it or written to any of them.
 * {@link LineScanner.write} and {@link LineScanner.end} of any scanner spoil it.
 */
export const readBuffer: Uint8Array = memoryBytes.subarray(PIECE, PIECE + PIECE_SIZE);

const CARRIAGE_RETURN = 0x0d;
const NEWLINE = Buffer.from('\n');

/**
 * Finds the few lines of a log that matter, nearly as fast as grep does.
 *
 * @example const scanner = createLineScanner(handlers, { needles: ['lookup '] }); for (let n = readSync(fd,
 * readBuffer); n > 0; n = readSync(fd, readBuffer)) scanner.write(readBuffer.subarray(0, n)); scanner.end();
 */
export function createLineScanner(handlers: LineHandlers, options: ScannerOptions): LineScanner {
  const needles = tableOf(options.needles);
  /** The start of a line whose end has not been written yet. */
  let carry = Buffer.alloc(0);
  let carried = 0;
  let wanted = false;
  /** In a line of which all was delivered that will be. */
  let skipping = false;

  function write(bytes: Uint8Array): void {
    if (bytes.buffer === readBuffer.buffer && bytes.byteOffset === readBuffer.byteOffset) {
      scanPiece(bytes.length);
      return;
    }
    for (let at = 0; at < bytes.length; at += PIECE_SIZE) {
      const piece = bytes.subarray(at, at + PIECE_SIZE);
      readBuffer.set(piece);
      scanPiece(piece.length);
    }
  }

  function scanPiece(length: number): void {
    const end = PIECE + length;
    let start = PIECE;
    if (skipping) {
      const newline = findNewline(start, end);
      if (newline > start) handlers.skipped(newline - start);
      if (newline === end) return;
      skipping = false;
      handlers.lines(1);
      start = newline + 1;
    } else if (carried > 0) {
      // Not looked at again for every few bytes that are added to it.
      if (carried + length <= MAX_LINE && findNewline(start, end) === end) {
        keep(start, end);
        return;
      }
      start -= carried;
      carry.copy(memoryBytes, start, 0, carried);
      carried = 0;
    }
    scanLines(start, end);
  }

  function scanLines(start: number, end: number): void {
    const found = scan(needles, start, end);
    let next = start;
    for (let i = 0; i < 2 * found.hits; i += 2) {
      const hit = hits[i] ?? 0;
      if (wanted) deliverWanted(next, hit);
      next = deliver(hit, hits[i + 1] ?? 0);
    }
    if (wanted) deliverWanted(next, found.rest);
    if (end - found.rest > MAX_LINE) {
      skipping = true;
      deliver(found.rest, end);
    } else keep(found.rest, end);
    if (found.newlines > 0) handlers.lines(found.newlines);
  }

  /** Delivers lines between hits, for as long as the next one is wanted. */
  function deliverWanted(start: number, end: number): void {
    let next = start;
    while (wanted && next < end) next = deliver(next, findNewline(next, end));
  }

  /** @returns where the next line starts */
  function deliver(start: number, newline: number): number {
    const excess = newline - start - MAX_LINE;
    const bare = newline > start && memoryBytes[newline - 1] === CARRIAGE_RETURN ? newline - 1 : newline;
    wanted = handlers.line(memoryBytes, start, excess > 0 ? start + MAX_LINE : bare);
    if (excess > 0) handlers.skipped(excess);
    return newline + 1;
  }

  function keep(start: number, end: number): void {
    const needed = carried + end - start;
    if (needed > carry.length) {
      const larger = Buffer.alloc(Math.min(MAX_LINE, Math.max(needed, 2 * carry.length)));
      carry.copy(larger, 0, 0, carried);
      carry = larger;
    }
    memoryBytes.copy(carry, carried, start, end);
    carried = needed;
  }

  return {
    write,
    end() {
      if (carried > 0 || skipping) write(NEWLINE);
      wanted = false;
    },
  };
}

const tables = new WeakMap<readonly string[], NeedleTable>();

/** Scanners with the same needles share a table. */
function tableOf(needles: readonly string[]): NeedleTable {
  const table = tables.get(needles) ?? makeNeedleTable(needles);
  tables.set(needles, table);
  return table;
}
