/** Lines as getline(3) gives them, without the newline; numbered from 1. A NUL ends what C functions see of one. */
export function linesOf(text: string): { number: number; text: string }[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: line.split('\0')[0] ?? '' }));
}

/** atoi(3): digits after blanks and a sign; 0 where there are none. */
export function atoi(text: string): number {
  const [, sign = '', digits = ''] = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text) ?? [];
  const value = BigInt.asIntN(32, BigInt(digits || '0'));
  return Number(sign === '-' ? -value : value);
}
