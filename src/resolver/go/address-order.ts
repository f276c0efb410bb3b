/** In which order an application gets addresses (net/addrselect.go, sortByRFC6724). Not configurable: no gai.conf. */
import { addressBytes, commonPrefix } from '../address.ts';
import type { Steps } from '../model.ts';
import { sourceOf } from '../steps.ts';
import { type Literal, literalText } from './literal.ts';

interface Policy {
  prefix: Uint8Array;
  bits: number;
  precedence: number;
  label: number;
}

/** RFC 6724 section 2.1, the longest prefix first. */
const POLICIES: readonly Policy[] = [
  policy('::1', 128, 50, 0),
  policy('::ffff:0:0', 96, 35, 4),
  policy('::', 96, 1, 3),
  policy('2001::', 32, 5, 5),
  policy('2002::', 16, 30, 2),
  policy('3ffe::', 16, 1, 12),
  policy('fec0::', 10, 1, 11),
  policy('fc00::', 7, 3, 13),
  policy('::', 0, 40, 1),
];

function policy(prefix: string, bits: number, precedence: number, label: number): Policy {
  return { prefix: addressBytes(prefix) ?? new Uint8Array(16), bits, precedence, label };
}

const LINK_LOCAL = 0x2;
const SITE_LOCAL = 0x5;
const GLOBAL = 0xe;

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
  const mapped = bytes.length === 4 ? Uint8Array.from([...Array(10).fill(0), 255, 255, ...bytes]) : bytes;
  const row = POLICIES.find(({ prefix, bits }) => commonPrefix(mapped, prefix) >= bits);
  return { scope: scopeOf(bytes), precedence: row?.precedence ?? 0, label: row?.label ?? 0 };
}

/** classifyScope */
function scopeOf(bytes: Uint8Array): number {
  const [first = 0, second = 0] = bytes;
  if (bytes.length === 4) return first === 127 || (first === 169 && second === 254) ? LINK_LOCAL : GLOBAL;
  if (first === 0xff) return second & 0xf;
  if (first === 0xfe && (second & 0xc0) === 0x80) return LINK_LOCAL;
  if (first === 0xfe && (second & 0xc0) === 0xc0) return SITE_LOCAL;
  return bytes.every((byte, at) => byte === (at === 15 ? 1 : 0)) ? LINK_LOCAL : GLOBAL;
}
