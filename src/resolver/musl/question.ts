import type { TYPES } from '../../dns/codes.ts';
import { encodeQuery, type Query } from '../../dns/query.ts';
import { MAX_LABEL_BYTES } from '../../dns/wire.ts';
import type { MuslRules } from './rules.ts';

/** res_mkquery.c: the most a name may have without its last dot (RFC 1035 section 2.3.4, in text). */
const LONGEST_NAME = 253;

export type AskedType = typeof TYPES.A | typeof TYPES.AAAA;

/** A query of a lookup, its type known to be one of an address. */
export interface AddressQuery extends Query {
  type: AskedType;
}

/**
 * The query for a name (res_mkquery.c, __res_mkquery).
 *
 * @returns undefined where none can be made
 */
export function addressQuery(
  name: string,
  type: AskedType,
  id: number,
  rules: MuslRules,
): AddressQuery | undefined {
  const text = name.endsWith('.') ? name.slice(0, -1) : name;
  if (text.length > LONGEST_NAME) return undefined;
  const secondDot = text.endsWith('.');
  if (secondDot && rules.twoDots === 'unaskable') return undefined;
  const labels = (secondDot ? text.slice(0, -1) : text).split('.');
  if (text !== '' && labels.some((label) => label === '' || label.length > MAX_LABEL_BYTES)) return undefined;
  const query = { id, labels: text === '' ? [] : labels, type };
  return secondDot ? { ...query, raw: withDotAsRoot(query) } : query;
}

/** The loop that puts lengths in the place of dots ends before the last dot: it stays where the root should be. */
function withDotAsRoot(query: Query): Uint8Array {
  const message = encodeQuery(query);
  const typeAndClass = 4;
  const malformed = new Uint8Array(message.length + 1);
  malformed.set(message);
  malformed[message.length - typeAndClass - 1] = '.'.charCodeAt(0);
  return malformed;
}
