/** Go's strconv.Quote, on valid UTF-8: https://pkg.go.dev/strconv#Quote */
export function goQuote(text: string): string {
  return `"${Array.from(text, quoteRune).join('')}"`;
}

const NAMED = new Map([...'\x07\b\f\n\r\t\v"\\'].map((char, i) => [char, `\\${'abfnrtv"\\'[i]}`]));

function quoteRune(rune: string): string {
  const named = NAMED.get(rune);
  if (named !== undefined) return named;
  if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(rune)) return rune;
  const code = rune.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
