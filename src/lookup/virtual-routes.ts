import { addressBytes, commonPrefix } from '../resolver/address.ts';
import type { Errno } from '../resolver/model.ts';
import type { Interface } from '../resolver/sources.ts';

/** The source address that Linux would choose with these addresses and no other routes, or what connect(2) says. */
export function sourceAddress(
  interfaces: readonly Interface[],
  to: string,
): { address: string } | { errno: Errno } {
  const target = addressBytes(to);
  if (!target) return { errno: 'EINVAL' };
  const own = interfaces.find(({ address }) => address === to);
  // The local table's entry of 127.0.0.0/8 has 127.0.0.1 as its source.
  if (own && !to.startsWith('127.')) return { address: to };
  const family = interfaces
    .map(({ address, prefix }) => ({ address, prefix, bytes: addressBytes(address) }))
    .filter(({ bytes }) => bytes?.length === target.length);
  // sysctl disable_ipv6 leaves the family without an address: there is no source to take, whatever the route.
  if (family.length === 0) return { errno: 'EADDRNOTAVAIL' };
  const found = family.find(({ bytes, prefix }) => bytes && commonPrefix(bytes, target) >= prefix);
  return found ? { address: found.address } : { errno: 'ENETUNREACH' };
}
