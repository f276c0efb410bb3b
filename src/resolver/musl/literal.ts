import { isIPv6 } from 'node:net';
import { addressBytes } from '../address.ts';
import type { Family } from '../model.ts';

/** An address as musl keeps it: four or sixteen bytes. */
export interface Address {
  bytes: Uint8Array;
  /** Interface name or index; empty for none. */
  scope: string;
}

/** `other-family` and `bad-scope` are failures of their own: no other source is asked then. */
export type Literal = { address: Address } | 'other-family' | 'bad-scope' | undefined;

/** lookup_ipliteral.c copies the address before the `%` into as many bytes. */
const SCOPED_BYTES = 64;
const LARGEST_INDEX = 0xffff_ffffn;

/**
 * An address written out, as lookup_ipliteral.c reads it: all forms of inet_aton, IPv6 with a scope.
 *
 * @param interfaces names of interfaces, for if_nametoindex(3); undefined: any name is taken
 */
export function readLiteral(
  text: string,
  family: Family,
  interfaces: ReadonlySet<string> | undefined,
): Literal {
  const four = inetAton(text);
  if (four) return family === 'inet6' ? 'other-family' : { address: { bytes: four, scope: '' } };
  const percent = text.indexOf('%');
  const scoped = percent >= 0 && percent < SCOPED_BYTES;
  const address = scoped ? text.slice(0, percent) : text;
  const bytes = !address.includes('%') && isIPv6(address) ? addressBytes(address) : undefined;
  if (!bytes) return undefined;
  if (family === 'inet') return 'other-family';
  const scope = scoped ? text.slice(percent + 1) : '';
  if (scoped && !goodScope(scope, bytes, interfaces)) return 'bad-scope';
  return { address: { bytes, scope: scope === '0' ? '' : scope } };
}

function goodScope(scope: string, bytes: Uint8Array, interfaces: ReadonlySet<string> | undefined): boolean {
  if (/^\d+$/.test(scope)) return BigInt(scope) <= LARGEST_INDEX;
  const linkLocal = isLinkLocal(bytes) || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) === 2);
  return linkLocal && scope !== '' && (interfaces?.has(scope) ?? true);
}

/** RFC 4291 section 2.5.6: fe80::/10. */
export function isLinkLocal(bytes: Uint8Array): boolean {
  return bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

/**
 * inet_aton(3) as musl has it: one to four numbers, each decimal, octal with a leading 0, or hexadecimal with 0x; the last
 * one fills the bytes that are left.
 */
function inetAton(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const numbers = parts.map(strtoul);
  const last = numbers.pop();
  if (parts.length > 4 || last === undefined) return undefined;
  const rest = 5 - parts.length;
  if (last >= 1n << BigInt(8 * rest)) return undefined;
  const bytes: number[] = [];
  for (const number of numbers) {
    if (number === undefined || number > 255n) return undefined;
    bytes.push(Number(number));
  }
  for (let at = rest - 1; at >= 0; at--) bytes.push(Number((last >> BigInt(8 * at)) & 255n));
  return Uint8Array.from(bytes);
}

/** A whole number in the base that its beginning tells, as strtoul(3) with base 0. */
function strtoul(text: string): bigint | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return BigInt(text);
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : undefined;
}
