/** What Go makes of a reply: whether it is one to be content with, and the addresses in it. */
import { RCODE, TYPES } from '../../dns/codes.ts';
import { unmapped } from '../address.ts';
import {
  CANNOT_UNMARSHAL,
  type Failure,
  LAME_REFERRAL,
  NO_SUCH_HOST,
  SERVER_FAILED,
  SERVER_MISBEHAVING,
} from './failure.ts';
import type { MessageReader } from './message.ts';
import type { GoRules } from './rules.ts';

/** net/dnsclient_unix.go, checkHeader: why a reply does not count, or undefined. */
export function headerFailure(reader: MessageReader, rules: GoRules): Failure | undefined {
  const { rcode, hasAdditional } = rules.extendedRcode
    ? extendedRcode(reader)
    : { rcode: reader.header.rcode, hasAdditional: false };
  if (rcode === RCODE.NXDOMAIN) return NO_SUCH_HOST;
  const first = reader.head('answers');
  if (first === 'broken') return CANNOT_UNMARSHAL;
  const { authoritative, recursionAvailable } = reader.header;
  const referral = first === 'done' && !authoritative && !recursionAvailable;
  if (rcode === RCODE.NOERROR && referral && (rules.lameWithAdditional || !hasAdditional))
    return LAME_REFERRAL;
  if (rcode === RCODE.SERVFAIL) return SERVER_FAILED;
  return rcode === RCODE.NOERROR ? undefined : SERVER_MISBEHAVING;
}

/** net/dnsclient_unix.go, extractExtendedRCode: a record on the way that cannot be passed ends the search. */
function extendedRcode(original: MessageReader): { rcode: number; hasAdditional: boolean } {
  const reader = original.copy();
  const { rcode } = original.header;
  reader.skipAll('answers');
  reader.skipAll('authorities');
  for (let hasAdditional = false; ; hasAdditional = true) {
    const head = reader.head('additionals');
    if (typeof head !== 'object') return { rcode, hasAdditional };
    // RFC 6891 section 6.1.3: rcode's upper eight bits, version, flags.
    if (head.type === TYPES.OPT) {
      const version = (head.ttl >>> 16) & 0xff;
      const upper = version === 0 ? (head.ttl >>> 24) << 4 : 0;
      return { rcode: upper | rcode, hasAdditional: true };
    }
    if (reader.skip('additionals') !== 'ok') return { rcode, hasAdditional: true };
  }
}

/** Goes to the first record of a type, whoever owns it (net/dnsclient_unix.go, skipToAnswer). */
export function skipTo(type: number, reader: MessageReader): Failure | undefined {
  for (;;) {
    const head = reader.head('answers');
    if (head === 'done') return NO_SUCH_HOST;
    if (head === 'broken') return CANNOT_UNMARSHAL;
    if (head.type === type) return undefined;
    if (reader.skip('answers') !== 'ok') return CANNOT_UNMARSHAL;
  }
}

/**
 * All addresses from there to the end of the answer, of both types, no owner or class looked at
 * (net/dnsclient_unix.go, goLookupIPCNAMEOrder). v4-mapped ones are IPv4 to Go.
 */
export function readAddresses(
  reader: MessageReader,
  rules: GoRules,
): { addresses: Uint8Array[]; failure?: Failure } {
  const addresses: Uint8Array[] = [];
  const broken = { addresses, failure: { text: rules.unreadable } };
  for (;;) {
    const head = reader.head('answers');
    if (head === 'done') return { addresses };
    if (head === 'broken') return broken;
    if (head.type === TYPES.A || head.type === TYPES.AAAA) {
      const bytes = reader.address(head.type === TYPES.A ? 4 : 16);
      if (!bytes) return broken;
      addresses.push(unmapped(bytes));
    } else if (head.type === TYPES.CNAME && rules.readsCnames) {
      if (!reader.cname()) return broken;
    } else if (reader.skip('answers') !== 'ok') return broken;
  }
}
