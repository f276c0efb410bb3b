import { addressBytes, addressText, commonPrefix, mapped, unmapped } from '../address.ts';
import type { Steps } from '../model.ts';
import { ipv6Scope, matchPrefix, type Policy, policy } from '../rfc6724.ts';
import { sourceOf } from '../steps.ts';
import { MAX_ADDRESSES } from './hosts.ts';
import type { Address } from './literal.ts';

/** lookup_name.c, defpolicy: the table of RFC 6724 without what it calls deprecated. The first that fits counts. */
const POLICIES: readonly Policy[] = [
  policy('00000000000000000000000000000001', 128, 50, 0),
  policy('00000000000000000000ffff', 96, 35, 4),
  policy('2002', 16, 30, 2),
  policy('20010000', 32, 5, 5),
  policy('fc00', 7, 3, 13),
  policy('', 0, 40, 1),
];

/**
 * Puts addresses in the order in which they are to be tried (lookup_name.c, the end of __lookup_name): usable, scope
 * as the source's, label as the source's, precedence, smaller scope, longer prefix shared with the source, order of
 * the answer.
 */
export function* sorted(addresses: readonly Address[]): Steps<Address[]> {
  const keyed: { address: Address; key: readonly number[] }[] = [];
  for (const [index, address] of addresses.entries())
    keyed.push({ address, key: [...(yield* sortKey(address)), MAX_ADDRESSES - index] });
  return keyed.sort((a, b) => compareKeys(b.key, a.key)).map(({ address }) => address);
}

function* sortKey({ bytes, scope }: Address): Steps<number[]> {
  const destination = mapped(bytes);
  const { label, precedence } = policyOf(destination);
  // All of IPv4 counts as global here, loopback and link-local too.
  const reach = ipv6Scope(destination);
  // The kernel takes v4-mapped and IPv4 destinations the same way.
  const text = addressText(unmapped(bytes));
  const from = addressBytes((yield* sourceOf(scope ? `${text}%${scope}` : text)) ?? '');
  const source = from && mapped(from);
  return [
    source ? 1 : 0,
    source && ipv6Scope(source) === reach ? 1 : 0,
    source && policyOf(source).label === label ? 1 : 0,
    precedence,
    15 - reach,
    source ? commonPrefix(source, destination) : 0,
  ];
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function policyOf(bytes: Uint8Array): Policy {
  const found = matchPrefix(bytes, POLICIES);
  if (!found) throw new Error('the last policy fits all addresses');
  return found;
}
