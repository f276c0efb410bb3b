/** The words and blocks of a go.mod: golang.org/x/mod/modfile/read.go. No word goes over the end of a line. */
import { GoFileError } from './go-file-error.ts';
import { NAMED_ESCAPES } from './unquote.ts';

export interface GoModWord {
  /** Without its quotes. */
  text: string;
  quoted: boolean;
}

/** A directive with what stands behind it, or a line within its block. */
export interface GoModLine {
  /** From 1. */
  number: number;
  verb: string;
  words: GoModWord[];
  /** Behind `//`. */
  comment?: string;
}

/** Longer than any path, version and comment; keeps the patterns' own stack small. */
const LINE_LIMIT = 64 * 1024;

/**
 * The directives of a go.mod, each line of a block as if the block's word stood before it.
 *
 * @throws GoFileError at an open string, an open block, a comment of C, or a character that no word may have
 */
export function goModLines(text: string): GoModLine[] {
  const lines: GoModLine[] = [];
  let block: { verb: string; number: number } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const number = index + 1;
    if (raw.length > LINE_LIMIT) throw new GoFileError('go.mod', number, 'a line of more than 64 KiB');
    const { words, comment } = wordsOf(raw, number);
    const [first, ...rest] = words;
    if (!first) continue;
    if (block && isMark(first, ')')) {
      if (rest.length > 0) throw new GoFileError('go.mod', number, 'something stands behind a closing )');
      block = undefined;
    } else if (block) {
      lines.push({ number, verb: block.verb, words, ...(comment !== undefined && { comment }) });
    } else if (/^[()[\]{},]$/.test(first.text)) {
      throw new GoFileError('go.mod', number, `a line begins with ${first.text}`);
    } else if (isMark(rest.at(-1), '(')) {
      if (rest.length > 1) throw new GoFileError('go.mod', number, 'a block begins with one word and (');
      block = { verb: first.text, number };
    } else if (!(rest.length === 2 && isMark(rest[0], '(') && isMark(rest[1], ')'))) {
      lines.push({ number, verb: first.text, words: rest, ...(comment !== undefined && { comment }) });
    }
  }
  if (block) throw new GoFileError('go.mod', block.number, 'a ( that is not closed');
  return lines;
}

function isMark(word: GoModWord | undefined, mark: '(' | ')'): boolean {
  return word?.text === mark && !word.quoted;
}

/** Blanks; a comment; a mark; a string; a word up to a blank, a mark or a comment: readToken. */
const TOKEN =
  /[ \t\r]+|\/\/(?<comment>.*)|(?<c>\/\*)|(?<mark>[()[\]{},])|"(?<text>(?:[^"\\]|\\.)*)"|`(?<raw>[^`]*)`|(?<word>(?:(?!\/[/*])[^\s()[\]{},])+)/suy;

/** isIdent: what unicode.IsPrint allows. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u;

function wordsOf(line: string, number: number): { words: GoModWord[]; comment?: string } {
  const words: GoModWord[] = [];
  for (let at = 0; at < line.length; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(line);
    const { comment, c, mark, text, raw, word } = found?.groups ?? {};
    if (!found || c !== undefined) {
      throw new GoFileError(
        'go.mod',
        number,
        c ? 'comments are // here' : 'a character that may not stand here',
      );
    }
    if (comment !== undefined) return { words, comment };
    if (text !== undefined) words.push({ text: unquote(text, number), quoted: true });
    else if (raw !== undefined) words.push({ text: raw, quoted: true });
    else if (mark !== undefined) words.push({ text: mark, quoted: false });
    else if (word !== undefined) words.push({ text: checked(word, number), quoted: false });
    at = TOKEN.lastIndex;
  }
  return { words };
}

/** A string that is not closed comes as a word that begins with its quote. */
function checked(word: string, number: number): string {
  if (/^["`]/.test(word)) throw new GoFileError('go.mod', number, 'a string that is not closed');
  if (!PRINTABLE.test(word)) throw new GoFileError('go.mod', number, 'a character that may not stand here');
  return word;
}

/** strconv.Unquote, of characters; escapes of single bytes only as far as they are ASCII. */
function unquote(text: string, number: number): string {
  return text.replace(
    /\\(?:x([0-7][0-9A-Fa-f])|u([0-9A-Fa-f]{4})|([abfnrtv\\"])|[\s\S])/gu,
    (_, byte?: string, rune?: string, letter?: string) => {
      const code = byte ?? rune;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const plain = letter === undefined ? undefined : NAMED_ESCAPES[letter];
      if (plain === undefined) throw new GoFileError('go.mod', number, 'an unknown escape in a string');
      return plain;
    },
  );
}
