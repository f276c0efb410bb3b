/** One number as strtoul(3) with base 0 reads it: decimal, octal with a leading 0, hexadecimal with 0x. */
function number(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return BigInt(text);
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : undefined;
}

/**
 * The four bytes of an IPv4 address in any form that inet_aton(3) takes, `127.1` and `0x7f000001` among them: one to
 * four numbers, the last of which fills the bytes that are left. Undefined for anything else, and for anything after
 * it. glibc and musl agree on this.
 */
export function inetAton(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const numbers = parts.map(number);
  const last = numbers.pop();
  const rest = 5 - parts.length;
  if (rest < 1 || last === undefined || last >= 1n << BigInt(8 * rest)) return undefined;
  if (!numbers.every((each) => each !== undefined && each <= 255n)) return undefined;
  const tail = Array.from({ length: rest }, (_, at) => (last >> BigInt(8 * (rest - 1 - at))) & 255n);
  return Uint8Array.from([...numbers, ...tail], Number);
}
