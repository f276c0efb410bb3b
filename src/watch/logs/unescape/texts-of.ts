import { withoutColour } from './colour.ts';
import { endOfQuoted, unescapeQuoted } from './escapes.ts';
import { readObject } from './json.ts';

/** A record may be wrapped by a logger, a collector and the like: it is opened, and what it holds, four times more. */
const LEVELS = 5;

/**
 * The texts that the application meant, out of a record as its logger wrote it: each JSON string and each quoted
 * value on its own, unescaped and opened again, and what stands around them. No piece is in two texts.
 *
 * @example
 * textsOf('level=error err="Get \\"http://api\\": dial tcp: lookup api: no such host"');
 * // ['level=error err=""', 'Get "http://api": dial tcp: lookup api: no such host']
 */
export function textsOf(record: string): string[] {
  const texts: string[] = [];
  open(record, LEVELS, texts);
  return texts;
}

function open(coloured: string, levels: number, texts: string[]): void {
  const text = withoutColour(coloured);
  if (levels === 0 || !text.includes('"')) {
    add(text, texts);
    return;
  }
  const { around, inside } = split(text);
  add(around, texts);
  for (const value of inside) open(value, levels - 1, texts);
}

function add(text: string, texts: string[]): void {
  if (/[\p{L}\p{N}]/u.test(text)) texts.push(text);
}

/**
 * Takes the JSON objects and the quoted values out of a text. `{}` and `""` are left in their places, so that a line
 * which no logger wrote is still whole. At the end of the text no `{}` is left: an object there may have been
 * written into the middle of another line, such as Go's trace. Goes from quote to quote and never back: linear.
 */
function split(text: string): { around: string; inside: string[] } {
  const inside: string[] = [];
  let around = '';
  let taken = 0;
  let quote = text.indexOf('"');
  while (quote !== -1) {
    const object = startOfObject(text, quote);
    const behind = object === undefined ? undefined : readObject(text, object, inside);
    if (object !== undefined && behind !== undefined) {
      around += text.slice(taken, object) + (behind < text.length ? '{}' : '');
      taken = behind;
      quote = text.indexOf('"', behind);
      continue;
    }
    const close = endOfQuotes(text, quote);
    if (close !== undefined && isValue(text, quote, close)) {
      around += text.slice(taken, quote + 1);
      inside.push(unescapeQuoted(text.slice(quote + 1, close)));
      taken = close;
    }
    quote = text.indexOf('"', (close ?? quote) + 1);
  }
  return { around: around + text.slice(taken), inside };
}

function startOfObject(text: string, quote: number): number | undefined {
  if (text[quote - 1] === '{') return quote - 1;
  return text[quote - 1] === ' ' && text[quote - 2] === '{' ? quote - 2 : undefined;
}

/**
 * Where the quotes that open here close. Quotes that hold something stand apart from the words around them: not the
 * inch sign in `5" disk`, not the first two in `error="Get "http://api": …"` (hclog). A quote behind a backslash
 * opens nothing, and so no piece of the text is searched twice for its end.
 */
function endOfQuotes(text: string, quote: number): number | undefined {
  if (isWord(text[quote - 1])) return undefined;
  const close = endOfQuoted(text, quote + 1);
  return isWord(text[close + 1]) ? undefined : close;
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[\w\\"]/.test(char);
}

/**
 * A value, as loggers quote it, comes behind `=` or has escapes. Other quotes are part of what is said: in
 * `Get "http://api": dial tcp: lookup api: no such host` (net/url's Error) they belong to the error.
 */
function isValue(text: string, quote: number, close: number): boolean {
  return text[quote - 1] === '=' || text.slice(quote + 1, close).includes('\\');
}
