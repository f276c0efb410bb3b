import { TYPES } from '../../dns/codes.ts';
import { type ResourceRecord, readName } from '../../dns/wire.ts';
import type { HostError } from './context.ts';
import type { Status } from './nsswitch.ts';

/**
 * What is made of one answer: `too-small` says that the result buffer is, and the lookup begins again. Addresses before
 * what cannot be read stay in the list where the other answer succeeds.
 */
export interface Parsed {
  status: Status | 'too-small';
  hostError: HostError;
  addresses: Uint8Array[];
}

/** One that has come to an end. */
export interface Settled extends Parsed {
  status: Status;
}

/** The result buffer did not hold all of it. */
export const TOO_SMALL: Parsed = { status: 'too-small', hostError: 'internal', addresses: [] };

/** An end without an address. */
export function failed(status: Status, hostError: HostError): Settled {
  return { status, hostError, addresses: [] };
}

/** An end with addresses, in the order of the answer. */
export function found(addresses: Uint8Array[]): Settled {
  return { status: 'success', hostError: 'success', addresses };
}

/** rrtype_to_rdata_length: how long an address of a type is. */
export function addressLength(type: number): number | undefined {
  if (type === TYPES.A) return 4;
  return type === TYPES.AAAA ? 16 : undefined;
}

/** The name that a CNAME points to. */
export function targetOf(message: Uint8Array, { dataAt }: ResourceRecord): string[] | undefined {
  return readName(message, dataAt)?.labels;
}

/**
 * gaih_getanswer: an address in either answer will do; where there is none the second has the say, unless it is only
 * `notfound`.
 *
 * @param goesOnAfter how the first may have ended for the second to be looked at
 */
export function mergePair(
  first: Parsed | undefined,
  parseSecond: (isFirst: boolean) => Parsed | undefined,
  goesOnAfter: readonly Parsed['status'][],
): Parsed {
  const one = first ?? failed('notfound', 'not-found');
  if (!goesOnAfter.includes(one.status)) return one;
  const other = parseSecond(one.status !== 'success');
  if (!other || other.status === 'too-small') return other ?? one;
  const addresses = [...one.addresses, ...other.addresses];
  if (one.status === 'success') return { ...one, addresses };
  return other.status === 'notfound' ? { ...one, hostError: other.hostError } : { ...other, addresses };
}
