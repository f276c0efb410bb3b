/**
 * The name that holds the PTR record of an address (RFC 1035 section 3.5, RFC 3596 section 2.5), without a last dot.
 */
export function reverseName(address: Uint8Array): string {
  const backwards = [...address].reverse();
  if (address.length === 4) return `${backwards.join('.')}.in-addr.arpa`;
  const nibbles = backwards.flatMap((byte) => [byte & 15, byte >> 4]);
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`;
}
