import { ipv6Bytes, isLinkLocal, isV4Mapped, mapped, unmapped } from '../address.ts';
import { inetAton } from '../inet-aton.ts';

/** A name that is an address: its bytes, or the error that ends the lookup; undefined where it is none. */
export type Literal = { address: Uint8Array } | { error: 'EAI_ADDRFAMILY' | 'EAI_NONAME' } | undefined;

/** text_to_binary_address of getaddrinfo: what no name service is asked for. */
export function literalOf(
  name: string,
  family: 'unspec' | 'inet' | 'inet6',
  { v4Mapped }: { v4Mapped: boolean },
): Literal {
  const ipv4 = inetAton(name);
  if (ipv4) {
    if (family !== 'inet6') return { address: ipv4 };
    return v4Mapped ? { address: mapped(ipv4) } : { error: 'EAI_ADDRFAMILY' };
  }
  const zoneAt = name.indexOf('%');
  const ipv6 = ipv6Bytes(zoneAt < 0 ? name : name.slice(0, zoneAt));
  if (!ipv6) return undefined;
  if (family === 'inet') return isV4Mapped(ipv6) ? { address: unmapped(ipv6) } : { error: 'EAI_ADDRFAMILY' };
  if (zoneAt >= 0 && !isZone(name.slice(zoneAt + 1), ipv6)) return { error: 'EAI_NONAME' };
  return { address: ipv6 };
}

/** inet/inet6_scopeid_pton.c. Which interfaces there are is not known here: only `lo` is everywhere. */
function isZone(zone: string, address: Uint8Array): boolean {
  if (/^\d+$/.test(zone)) return BigInt(zone) <= 0xffff_ffffn;
  const [first, second = 0] = address;
  const scoped = isLinkLocal(address) || (first === 0xff && [1, 2].includes(second & 15));
  return scoped && zone === 'lo';
}

/**
 * Names that gethostbyname2_r settles before it asks any service: digits and dots without a last dot, or what could
 * only be IPv6 (nss/digits_dots.c). They are no addresses, for those are taken before.
 */
export function isFailedLiteral(name: string): boolean {
  return /^\d[\d.]*$/.test(name) && !name.endsWith('.') ? true : /^[\da-fA-F].*:|^:/s.test(name);
}
