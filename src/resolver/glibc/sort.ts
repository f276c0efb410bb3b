/** The order of results: RFC 3484 as getaddrinfo.c's rfc3484_sort has it. */
import { addressBytes, addressText, isV4Mapped, mapped, unmapped } from '../address.ts';
import type { Steps } from '../model.ts';
import { hasPrefix, ipv6Scope, matchPrefix } from '../rfc6724.ts';
import type { Interface } from '../sources.ts';
import { sourceOf } from '../steps.ts';
import type { GaiConf } from './gai-conf.ts';

/** A destination with what the rules compare. */
interface Destination {
  address: Uint8Array;
  /** undefined: unreachable. */
  source: Uint8Array | undefined;
  /** Length of the source's prefix where glibc knows it. */
  prefix: number;
  scope: number;
  matchesScope: boolean;
  matchesLabel: boolean;
  precedence: number;
}

/** The addresses in the order the application gets them. */
export function* sortAddresses(
  addresses: readonly Uint8Array[],
  gaiConf: GaiConf,
  interfaces: readonly Interface[],
): Steps<Uint8Array[]> {
  const prefixes = knownPrefixes(interfaces);
  const destinations: Destination[] = [];
  let socketIsIpv6 = false;
  for (const address of addresses) {
    socketIsIpv6 ||= address.length === 16;
    const source = yield* sourceTowards(address);
    destinations.push(destinationOf(address, source, { gaiConf, prefixes, socketIsIpv6 }));
  }
  return destinations.toSorted(compare).map(({ address }) => address);
}

/** connect(2) to a v4-mapped address goes by IPv4. */
function* sourceTowards(address: Uint8Array): Steps<Uint8Array | undefined> {
  const text = yield* sourceOf(addressText(unmapped(address)));
  const source = text === undefined ? undefined : addressBytes(text);
  return source && isV4Mapped(address) ? mapped(source) : source;
}

/** __check_pf tells of interfaces only where one has an IPv6 address beside ::1. */
function knownPrefixes(interfaces: readonly Interface[]): ReadonlyMap<string, number> {
  const ipv6 = interfaces.some(({ address }) => address.includes(':') && address !== '::1');
  return new Map(ipv6 ? interfaces.map(({ address, prefix }) => [withoutZone(address), prefix]) : []);
}

function withoutZone(address: string): string {
  return address.split('%')[0] ?? '';
}

function destinationOf(
  address: Uint8Array,
  source: Uint8Array | undefined,
  about: { gaiConf: GaiConf; prefixes: ReadonlyMap<string, number>; socketIsIpv6: boolean },
): Destination {
  const { labels, precedences, scopes } = about.gaiConf;
  const valueIn = (table: typeof labels, of: Uint8Array) => matchPrefix(of, table)?.value;
  const scopeOf = (of: Uint8Array) => (of.length === 4 ? (valueIn(scopes, of) ?? 14) : ipv6Scope(of));
  return {
    address,
    source,
    prefix: source ? prefixOf(source, about.prefixes, about.socketIsIpv6) : 0,
    scope: scopeOf(address),
    matchesScope: source !== undefined && scopeOf(source) === scopeOf(address),
    matchesLabel: source !== undefined && valueIn(labels, source) === valueIn(labels, address),
    precedence: valueIn(precedences, address) ?? 0,
  };
}

/** Loopback addresses count as 127.0.0.1, so long as the socket is one of IPv4. */
function prefixOf(source: Uint8Array, prefixes: ReadonlyMap<string, number>, socketIsIpv6: boolean): number {
  if (source.length === 4 && source[0] === 127 && !socketIsIpv6) return prefixes.get('127.0.0.1') ?? 0;
  return prefixes.get(addressText(unmapped(source))) ?? 0;
}

/** Rules 1 to 9; rules 3, 4 and 7 know nothing here that differs. Equal ones stay as they came: rule 10. */
function compare(a: Destination, b: Destination): number {
  const prefer = (first: boolean, second: boolean) => Number(second) - Number(first);
  return (
    prefer(a.source !== undefined, b.source !== undefined) ||
    prefer(a.matchesScope, b.matchesScope) ||
    prefer(a.matchesLabel, b.matchesLabel) ||
    b.precedence - a.precedence ||
    a.scope - b.scope ||
    longestPrefix(a, b)
  );
}

function longestPrefix(a: Destination, b: Destination): number {
  if (!a.source || !b.source || a.address.length !== b.address.length) return 0;
  if (a.address.length === 4) return ipv4Bits(b) - ipv4Bits(a);
  // From the first word in which either differs from its source.
  for (let at = 0; at < 16; at += 4) {
    const [one, other] = [differingWord(a, at), differingWord(b, at)];
    if (one !== 0 || other !== 0) return Math.clz32(other) - Math.clz32(one);
  }
  return 0;
}

/** Outside the source's own network common bits of IPv4 addresses say nothing. */
function ipv4Bits({ address, source = address, prefix }: Destination): number {
  // Shifting by 32 shifts by nothing on the machines glibc runs on: an unknown prefix is one of 32 bits.
  const bits = prefix === 0 ? 32 : prefix;
  return hasPrefix(mapped(address), mapped(source), 96 + bits)
    ? Math.clz32(differingWord({ address, source }, 0))
    : 0;
}

function differingWord(
  { address, source = address }: Pick<Destination, 'address' | 'source'>,
  at: number,
): number {
  return [0, 1, 2, 3].reduce(
    (word, byte) => (word << 8) | ((address[at + byte] ?? 0) ^ (source[at + byte] ?? 0)),
    0,
  );
}
