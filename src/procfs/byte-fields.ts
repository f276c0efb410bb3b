/** Fields of a line between blanks, read where its bytes stand: without a string or an object for each. */

const BLANK = 0x20;

/** Value of each byte as a digit in hex; NO_DIGIT: it is none. */
const NO_DIGIT = 16;
const DIGITS = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Where the first field at or after `at` begins; `to`: there is none. */
export function fieldStart(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && bytes[at] === BLANK) at++;
  return at;
}

/** Where the field that `at` is in ends. */
export function fieldEnd(bytes: Uint8Array, at: number, to: number): number {
  while (at < to && bytes[at] !== BLANK) at++;
  return at;
}

/** Where the field after the one that `at` is in begins; `to`: there is none. */
export function nextField(bytes: Uint8Array, at: number, to: number): number {
  return fieldStart(bytes, fieldEnd(bytes, at, to), to);
}

/** The decimal number from `at` to the next blank; -1: there is none, or it has more than 15 digits. */
export function decimalAt(bytes: Uint8Array, at: number, to: number): number {
  const from = at;
  let value = 0;
  for (; at < to && bytes[at] !== BLANK; at++) {
    const digit = DIGITS[bytes[at] ?? 0] ?? NO_DIGIT;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  // A double holds every number of 15 digits exactly.
  return at === from || at - from > 15 ? -1 : value;
}

/** The number of `length` hex digits at `at` that a blank or the end of the line follows; -1: there is none. */
export function hexAt(bytes: Uint8Array, at: number, length: number, to: number): number {
  const end = at + length;
  if (end > to || (end < to && bytes[end] !== BLANK)) return -1;
  let value = 0;
  for (; at < end; at++) {
    const digit = DIGITS[bytes[at] ?? 0] ?? NO_DIGIT;
    if (digit === NO_DIGIT) return -1;
    value = value * 16 + digit;
  }
  return value;
}
