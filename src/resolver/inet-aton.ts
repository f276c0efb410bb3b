import { ipv4Bytes } from '../dns/address.ts';

/** One number as strtoul(3) with base 0 reads it: decimal, octal with a leading 0, hexadecimal with 0x. */
function number(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return Number(text);
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/**
 * The four bytes of an IPv4 address in any form that inet_aton(3) takes, `127.1` and `0x7f000001` among them: one to
 * four numbers, the last of which fills the bytes that are left. Undefined for anything else, and for anything after
 * it. glibc and musl agree on this.
 */
export function inetAton(text: string): Uint8Array | undefined {
  // Names and usual addresses: all but a few of the texts that are tried, several a lookup.
  if (!/^[0-9]/.test(text)) return undefined;
  const usual = ipv4Bytes(text);
  if (usual) return usual;
  const parts = text.split('.');
  const numbers = parts.map(number);
  const last = numbers.pop();
  const rest = 5 - parts.length;
  // What a double cannot hold to the last digit is far too large in any case.
  if (rest < 1 || last === undefined || last >= 256 ** rest) return undefined;
  if (!numbers.every((each) => each !== undefined && each <= 255)) return undefined;
  const tail = Array.from({ length: rest }, (_, at) => Math.floor(last / 256 ** (rest - 1 - at)) % 256);
  return Uint8Array.from([...numbers, ...tail], Number);
}
