/** What the models ask of addresses, beside what dns/address.ts has. Four bytes are IPv4, sixteen IPv6. */
import { addressText, ipv4Bytes, ipv6Bytes, isV4Mapped } from '../dns/address.ts';

export { addressBytes, addressText, ipv4Bytes, ipv6Bytes, isV4Mapped } from '../dns/address.ts';

/** inet_pton(3) in either family: no zone, no short forms of IPv4. */
export function inetPton(text: string): Uint8Array | undefined {
  return ipv4Bytes(text) ?? ipv6Bytes(text);
}

/** An IPv6 address in canonical text, with the zone it is written with: `fe80::1%eth0`. Undefined for anything else. */
export function ipv6WithZone(text: string): string | undefined {
  const [address = '', zone] = text.split(/%(.*)/s);
  const bytes = ipv6Bytes(address);
  return bytes && `${addressText(bytes)}${zone === undefined ? '' : `%${zone}`}`;
}

/** An IPv4 address as v4-mapped (RFC 4291 section 2.5.5.2), an IPv6 address as it is. */
export function mapped(address: Uint8Array): Uint8Array {
  if (address.length === 16) return address;
  const bytes = new Uint8Array(16).fill(0xff, 10, 12);
  bytes.set(address, 12);
  return bytes;
}

/** A v4-mapped address as IPv4, any other as it is. */
export function unmapped(address: Uint8Array): Uint8Array {
  return isV4Mapped(address) ? address.subarray(12) : address;
}

/** `::1`: RFC 4291 section 2.5.3. */
export function isIpv6Loopback(address: Uint8Array): boolean {
  if (address.length !== 16 || address[15] !== 1) return false;
  for (let at = 0; at < 15; at++) if (address[at] !== 0) return false;
  return true;
}

/** fe80::/10: RFC 4291 section 2.5.6. */
export function isLinkLocal([first = 0, second = 0]: Uint8Array): boolean {
  return first === 0xfe && (second & 0xc0) === 0x80;
}

/** How many leading bits two addresses of one family share. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0);
    if (difference !== 0) return at * 8 + Math.clz32(difference) - 24;
  }
  return length * 8;
}

/** `127.0.0.1:53`, `[::1]:53`. */
export function endpoint({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
