/** In which order an application gets addresses (net/addrselect.go, sortByRFC6724). Not configurable: no gai.conf. */
import { addressBytes, commonPrefix } from '../address.ts';
import type { Steps } from '../model.ts';
import { DEFAULT_POLICIES, matchPrefix, scopeOf } from '../rfc6724.ts';
import { sourceOf } from '../steps.ts';
import { type Literal, literalText } from './literal.ts';

interface Attributes {
  scope: number;
  precedence: number;
  label: number;
}

interface Destination extends Attributes {
  bytes: Uint8Array;
  source: (Attributes & { bytes: Uint8Array }) | undefined;
}

/** Sorts addresses by RFC 6724 section 6; equal ones keep their order. */
export function* inOrder(addresses: readonly Literal[]): Steps<Uint8Array[]> {
  if (addresses.length < 2) return addresses.map(({ bytes }) => bytes);
  const destinations: Destination[] = [];
  for (const address of addresses) {
    const { bytes } = address;
    const from = yield* sourceOf(literalText(address));
    const source = from === undefined ? undefined : addressBytes(from);
    destinations.push({
      bytes,
      ...attributes(bytes),
      source: source && { bytes: source, ...attributes(source) },
    });
  }
  return destinations.sort(compare).map(({ bytes }) => bytes);
}

/** Below 0 where `a` goes first. Rules 3, 4 and 7 are not in Go; rule 9 is left out for IPv4 (issues 13283, 18518). */
function compare(a: Destination, b: Destination): number {
  if (!a.source || !b.source) return Number(!a.source) - Number(!b.source);
  return (
    Number(b.scope === b.source.scope) - Number(a.scope === a.source.scope) ||
    Number(b.label === b.source.label) - Number(a.label === a.source.label) ||
    b.precedence - a.precedence ||
    a.scope - b.scope ||
    prefixLength(b) - prefixLength(a)
  );
}

/** commonPrefixLen: within the first 64 bits. Only IPv6 addresses are of equal precedence to one another here. */
function prefixLength({ bytes, source }: Destination): number {
  if (bytes.length !== 16 || source?.bytes.length !== 16) return 0;
  return Math.min(commonPrefix(bytes, source.bytes), 64);
}

function attributes(bytes: Uint8Array): Attributes {
  const { precedence = 0, label = 0 } = matchPrefix(bytes, DEFAULT_POLICIES) ?? {};
  return { scope: scopeOf(bytes), precedence, label };
}
