import { addressBytes, addressText, commonPrefix } from '../address.ts';
import type { Steps } from '../model.ts';
import { sourceOf } from '../steps.ts';
import { MAX_ADDRESSES } from './hosts.ts';
import { type Address, isLinkLocal } from './literal.ts';

/** A row of the policy table: precedence and label of a prefix. RFC 6724 section 2.1. */
interface Policy {
  prefix: Uint8Array;
  bits: number;
  precedence: number;
  label: number;
}

/** lookup_name.c, defpolicy: the table of RFC 6724 without what it calls deprecated. The first that fits counts. */
const POLICIES: readonly Policy[] = (
  [
    ['::1', 128, 50, 0],
    ['::ffff:0.0.0.0', 96, 35, 4],
    ['2002::', 16, 30, 2],
    ['2001::', 32, 5, 5],
    ['fc00::', 7, 3, 13],
    ['::', 0, 40, 1],
  ] as const
).map(([prefix, bits, precedence, label]) => ({
  prefix: addressBytes(prefix) ?? new Uint8Array(16),
  bits,
  precedence,
  label,
}));

/**
 * Puts addresses in the order in which they are to be tried (lookup_name.c, the end of __lookup_name): usable, scope as the
 * source's, label as the source's, precedence, smaller scope, longer prefix shared with the source, order of the answer.
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
  const reach = scopeOf(destination);
  const text = addressText(unmapped(bytes));
  const from = addressBytes((yield* sourceOf(scope ? `${text}%${scope}` : text)) ?? '');
  const source = from && mapped(from);
  return [
    source ? 1 : 0,
    source && scopeOf(source) === reach ? 1 : 0,
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

const MAPPED = addressBytes('::ffff:0.0.0.0') ?? new Uint8Array(16);

/** IPv4 as IPv6 (RFC 4291 section 2.5.5.2). */
export function mapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 16) return bytes;
  const all = Uint8Array.from(MAPPED);
  all.set(bytes, 12);
  return all;
}

/** The kernel takes v4-mapped and IPv4 destinations the same way. */
function unmapped(bytes: Uint8Array): Uint8Array {
  return bytes.length === 16 && commonPrefix(bytes, MAPPED) >= 96 ? bytes.subarray(12) : bytes;
}

function policyOf(bytes: Uint8Array): Policy {
  const policy = POLICIES.find(({ prefix, bits }) => commonPrefix(prefix, bytes) >= bits);
  if (!policy) throw new Error('the last policy fits all addresses');
  return policy;
}

/** RFC 4007 section 5's numbers; all of IPv4 counts as global, loopback as link-local. */
function scopeOf(bytes: Uint8Array): number {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff) return second & 15;
  if (isLinkLocal(bytes) || addressText(bytes) === '::1') return 2;
  return first === 0xfe && (second & 0xc0) === 0xc0 ? 5 : 14;
}
