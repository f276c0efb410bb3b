/** isspace(3) in the C locale. */
const SPACE = '[ \\t\\n\\v\\f\\r]';
const LEADING = new RegExp(`^${SPACE}+`);
const BETWEEN = new RegExp(`${SPACE}+`);

/** The words between blanks. */
export function words(text: string): string[] {
  return text.split(BETWEEN).filter((word) => word !== '');
}

/** Whether a unit of text is a blank; the end of the text is none. */
export function isSpace(unit: string | undefined): boolean {
  return unit !== undefined && LEADING.test(unit);
}

/** What a C function sees of text: it ends at the first NUL. */
export function cString(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
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
