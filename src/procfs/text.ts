/** What the small files of /proc are made of: lines, fields between blanks, numbers. */
import { ProcfsError } from './procfs-error.ts';

/** Lines without their newline. @throws {ProcfsError} where the last one has none: then it was cut, and its numbers too */
export function linesOf(text: string, file: string): string[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new ProcfsError(file, 'cut within a line');
  return lines;
}

/** The one line that a file is. @throws {ProcfsError} */
export function lineOf(text: string, file: string): string {
  const [line, ...others] = linesOf(text, file);
  if (line === undefined || others.length > 0) throw new ProcfsError(file, 'not one line');
  return line;
}

/** Fields between blanks. */
export function fieldsOf(line: string): string[] {
  return line.split(/[ \t]+/).filter((field) => field !== '');
}

/** A number as %d, %u and %lu print it; one that a double cannot hold exactly is none. @throws {ProcfsError} */
export function decimal(field: string | undefined, file: string, what: string): number {
  const value = /^-?\d{1,20}$/.test(field ?? '') ? Number(field) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new ProcfsError(file, `${what} is ${shown(field)}, not a number`);
  return value;
}

/** A number that is never below zero. @throws {ProcfsError} */
export function count(field: string | undefined, file: string, what: string): number {
  const value = decimal(field, file, what);
  if (value < 0) throw new ProcfsError(file, `${what} is ${value}, below zero`);
  return value;
}

/** An unsigned int as %08x prints it. @throws {ProcfsError} */
export function hex32(field: string | undefined, file: string, what: string): number {
  if (field === undefined || !/^[\da-f]{1,8}$/.test(field)) {
    throw new ProcfsError(file, `${what} is ${shown(field)}, not a number in hex`);
  }
  return Number.parseInt(field, 16);
}

/** A copy: V8 keeps the whole text alive behind a piece of it, and the rest may be large or secret. */
export function copied(piece: string): string {
  return Buffer.from(piece, 'utf16le').toString('utf16le');
}

/** What was found in place of something else: short, in one line, of characters that do nothing to a terminal. */
export function shown(field: string | undefined): string {
  if (field === undefined) return 'missing';
  return JSON.stringify(field.slice(0, 40)).replace(/[^ -~]/g, '?');
}
