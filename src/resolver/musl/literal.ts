import { ipv6Bytes, isLinkLocal } from '../address.ts';
import { inetAton } from '../inet-aton.ts';
import type { Family } from '../model.ts';

/** An address as musl keeps it: four or sixteen bytes. */
export interface Address {
  bytes: Uint8Array;
  /** Interface name or index; empty for none. */
  scope: string;
}

/** `other-family` and `bad-scope` are failures of their own: no other source is asked then. */
export type Literal = { address: Address } | 'other-family' | 'bad-scope' | undefined;

/** lookup_ipliteral.c copies the address before the `%` into as many bytes. */
const SCOPED_BYTES = 64;
const LARGEST_INDEX = 0xffff_ffffn;

/**
 * An address written out, as lookup_ipliteral.c reads it: all forms of inet_aton, IPv6 with a scope.
 *
 * @param interfaces names of interfaces, for if_nametoindex(3); undefined: any name is taken
 */
export function readLiteral(
  text: string,
  family: Family,
  interfaces: ReadonlySet<string> | undefined,
): Literal {
  const four = inetAton(text);
  if (four) return family === 'inet6' ? 'other-family' : { address: { bytes: four, scope: '' } };
  const percent = text.indexOf('%');
  const scoped = percent >= 0 && percent < SCOPED_BYTES;
  const address = scoped ? text.slice(0, percent) : text;
  const bytes = ipv6Bytes(address);
  if (!bytes) return undefined;
  if (family === 'inet') return 'other-family';
  const scope = scoped ? text.slice(percent + 1) : '';
  if (scoped && !goodScope(scope, bytes, interfaces)) return 'bad-scope';
  return { address: { bytes, scope: scope === '0' ? '' : scope } };
}

function goodScope(scope: string, bytes: Uint8Array, interfaces: ReadonlySet<string> | undefined): boolean {
  if (/^\d+$/.test(scope)) return BigInt(scope) <= LARGEST_INDEX;
  const linkLocal = isLinkLocal(bytes) || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0x0f) === 2);
  return linkLocal && scope !== '' && (interfaces?.has(scope) ?? true);
}
