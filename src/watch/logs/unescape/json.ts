import { endOfQuoted, unescapeQuoted } from './escapes.ts';

const SCALAR = /-?\d[\d.eE+-]*|true|false|null/y;

/**
 * Reads the JSON object at `start` and puts its string values, unescaped and in their order, into `values`; gives
 * the place behind the object, or `undefined` if none stands there.
 *
 * Not JSON.parse, because a log holds what JSON.parse refuses (an object cut at its end, a text before or behind it)
 * or loses (of a key that stands twice, as zerolog writes it, all values but the last). It follows brackets by
 * count alone, so an object may be nested as deep as it likes. It stops where JSON stops making sense: what
 * follows is the caller's again.
 */
export function readObject(text: string, start: number, values: string[]): number | undefined {
  let depth = 0;
  let keys = 0;
  let at = start;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      const close = endOfQuoted(text, at + 1);
      if (startsWithColon(text, close + 1)) keys++;
      else if (keys === 0) return undefined;
      else values.push(unescapeQuoted(text.slice(at + 1, close)));
      at = close + 1;
    } else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
      if (depth === 0) return at;
    } else if (char === ':' || char === ',' || isSpace(char)) {
      at++;
    } else {
      SCALAR.lastIndex = at;
      if (!SCALAR.test(text)) break;
      at = SCALAR.lastIndex;
    }
  }
  return keys === 0 ? undefined : Math.min(at, text.length);
}

function startsWithColon(text: string, at: number): boolean {
  return text[at] === ':' || (isSpace(text[at]) && text[at + 1] === ':');
}

function isSpace(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
