/** What a letter behind a backslash stands for in a Go string: the Go specification, Rune literals. */
export const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};
/** What may be in a string of double quotes: the Go specification, Rune literals and String literals. */
const PIECE = new RegExp(
  [
    '(?<plain>[^"\\\\\\n]+)',
    '\\\\(?<named>[abfnrtv\\\\"])',
    '\\\\x(?<hex>[0-9a-fA-F]{2})',
    '\\\\(?<octal>[0-3][0-7]{2})',
    '\\\\(?:u(?<short>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8}))',
  ].join('|'),
  'uy',
);

/** The string that a Go string literal stands for, and what follows it; undefined where none begins the text. */
export function unquotePrefix(text: string): { value: string; rest: string } | undefined {
  if (text.startsWith('`')) return unquoteRaw(text);
  if (!text.startsWith('"')) return undefined;
  const bytes: Buffer[] = [];
  let at = 1;
  while (text[at] !== '"') {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    const decoded = piece?.groups && decode(piece.groups);
    if (decoded === undefined) return undefined;
    bytes.push(decoded);
    at = PIECE.lastIndex;
  }
  return { value: Buffer.concat(bytes).toString(), rest: text.slice(at + 1) };
}

function unquoteRaw(text: string) {
  const end = text.indexOf('`', 1);
  if (end < 0) return undefined;
  // The Go specification, String literals: carriage returns are no part of the value.
  return { value: text.slice(1, end).replaceAll('\r', ''), rest: text.slice(end + 1) };
}

/** `\x` and octal escapes are bytes, which together may make one letter; the others are letters. */
function decode(groups: Record<string, string | undefined>): Buffer | undefined {
  const { plain, named, hex, octal, short, long } = groups;
  if (plain !== undefined) return Buffer.from(plain);
  if (named !== undefined) return Buffer.from(NAMED_ESCAPES[named] ?? '');
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
  const point = Number.parseInt(short ?? long ?? '', 16);
  const isLetter = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
  return isLetter ? Buffer.from(String.fromCodePoint(point)) : undefined;
}
