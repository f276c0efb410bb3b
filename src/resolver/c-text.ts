/** What functions of the C library make of the text of a file: lines, words and numbers, in the C locale. */

/** isspace(3). JavaScript's own `\s` and trim would take the byte A0 for a blank too, which ends letters in UTF-8. */
const SPACE = /[\t-\r ]/;
const SPACES = /[\t-\r ]+/;

/** Whether a unit of text is a blank; the end of the text is none. */
export function isSpace(unit: string | undefined): boolean {
  return unit !== undefined && SPACE.test(unit);
}

/** The words between blanks. */
export function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}

/** What a C function sees of text: it ends at the first NUL. */
export function cString(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** atoi(3): digits after blanks and a sign; 0 where there are none. */
export function atoi(text: string): number {
  const [, sign = '', digits = ''] = /^[\t-\r ]*([+-]?)(\d+)/.exec(text) ?? [];
  const value = BigInt.asIntN(32, BigInt(digits || '0'));
  return Number(sign === '-' ? -value : value);
}

/** Lines as getline(3) gives them, without the newline; numbered from 1. A NUL ends what C functions see of one. */
export function linesOf(text: string): { number: number; text: string }[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: cString(line) }));
}

/** What one fgets(3) reads. */
export interface Piece {
  /** Its newline included, where it has one. */
  text: string;
  /** The line of the file it is of, from 1. */
  line: number;
}

/** A file as fgets(3) reads it into `size` bytes: a line of `size` bytes or more comes in several pieces. */
export function* fgets(text: string, size: number): Generator<Piece> {
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = Math.min(newline < 0 ? text.length : newline + 1, at + size - 1);
    yield { text: text.slice(at, end), line };
    at = end;
    if (text[end - 1] === '\n') line++;
  }
}
