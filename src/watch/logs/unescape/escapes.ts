/**
 * The escapes of JSON strings (RFC 8259, 7) and of Go's %q (strconv.Quote) in one table: where both know an
 * escape, it means the same. Bytes (\xNN, octal) are taken a run at a time, as they may spell one UTF-8 character.
 */
const ESCAPE =
  /(?:\\x[\da-fA-F]{2}|\\[0-3][0-7]{2})+|\\u[\da-fA-F]{4}|\\U00(?:0\d|0[a-fA-F]|10)[\da-fA-F]{4}|\\[abfnrtv"'\\/]/g;

const SIMPLE: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What was between the quotes, as it was before quoting. What is no escape (or is cut short) stays as it stands. */
export function unescapeQuoted(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPE, meaning) : text;
}

/**
 * Where the string that begins at `from` (behind its opening quote) ends: at
 * its closing quote, or at the end of the text.
 */
export function endOfQuoted(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  while (quote !== -1 && isEscaped(text, quote, from)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - backslashes > from && text[at - backslashes - 1] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

function meaning(sequence: string): string {
  const kind = sequence[1] ?? '';
  if (kind === 'x' || (kind >= '0' && kind <= '3')) return bytes(sequence);
  if (kind === 'u') return String.fromCharCode(Number.parseInt(sequence.slice(2), 16)); // half a surrogate pair, it may be
  if (kind === 'U') return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16));
  return SIMPLE[kind] ?? kind;
}

function bytes(escapes: string): string {
  const values = new Uint8Array(escapes.length / 4); // \xNN and \NNN are both four characters
  for (let i = 0; i < values.length; i++) {
    const digits = escapes.slice(i * 4 + 1, i * 4 + 4);
    values[i] = digits.startsWith('x') ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 8);
  }
  return utf8.decode(values);
}
