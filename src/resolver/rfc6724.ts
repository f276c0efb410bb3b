/** What RFC 6724 gives to sort destination addresses by; each resolver takes its own part of it. */
import { isIpv6Loopback, isLinkLocal, mapped, unmapped } from './address.ts';

/** A row of a policy table: RFC 6724 section 2.1. */
export interface Policy {
  /** Sixteen bytes. */
  prefix: Uint8Array;
  /** Length of the prefix. */
  bits: number;
  precedence: number;
  label: number;
}

/** The default policy table of RFC 6724 section 2.1. */
export const DEFAULT_POLICIES: readonly Policy[] = [
  policy('00000000000000000000000000000001', 128, 50, 0),
  policy('00000000000000000000ffff', 96, 35, 4),
  policy('000000000000000000000000', 96, 1, 3),
  policy('20010000', 32, 5, 5),
  policy('2002', 16, 30, 2),
  policy('3ffe', 16, 1, 12),
  policy('fec0', 10, 1, 11),
  policy('fc00', 7, 3, 13),
  policy('', 0, 40, 1),
];

/** A row from the hexadecimal beginning of its prefix. */
export function policy(hex: string, bits: number, precedence: number, label: number): Policy {
  return { prefix: prefixBytes(hex), bits, precedence, label };
}

/** Sixteen bytes from their hexadecimal beginning, the rest 0. */
export function prefixBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.padEnd(32, '0'), 'hex'));
}

/** Whether the first bits of an address of sixteen bytes are those of a prefix. */
export function hasPrefix(address: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  for (let at = 0; at * 8 < bits; at++) {
    const mask = bits - at * 8 >= 8 ? 0xff : (0xff00 >> (bits - at * 8)) & 0xff;
    if ((((address[at] ?? 0) ^ (prefix[at] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}

/** The first row whose prefix an address has; tables end with a prefix of no bits. */
export function matchPrefix<Row extends { prefix: Uint8Array; bits: number }>(
  address: Uint8Array,
  table: readonly Row[],
): Row | undefined {
  const bytes = mapped(address);
  return table.find(({ prefix, bits }) => hasPrefix(bytes, prefix, bits));
}

/** RFC 4007 and RFC 6724 section 3.1. */
const SCOPE = { linkLocal: 2, siteLocal: 5, global: 14 } as const;

/** The scope of an IPv6 address by RFC 6724 section 3.1; loopback counts as link-local (RFC 4291 section 2.5.3). */
export function ipv6Scope(address: Uint8Array): number {
  const [first = 0, second = 0] = address;
  if (first === 0xff) return second & 15;
  if (isLinkLocal(address) || isIpv6Loopback(address)) return SCOPE.linkLocal;
  return first === 0xfe && (second & 0xc0) === 0xc0 ? SCOPE.siteLocal : SCOPE.global;
}

/** The scope of an IPv4 address by RFC 6724 section 3.2. */
function ipv4Scope([first, second]: Uint8Array): number {
  return first === 127 || (first === 169 && second === 254) ? SCOPE.linkLocal : SCOPE.global;
}

/** The scope of any address; v4-mapped as IPv4. */
export function scopeOf(address: Uint8Array): number {
  const plain = unmapped(address);
  return plain.length === 4 ? ipv4Scope(plain) : ipv6Scope(plain);
}
