/** nss_dns: the `dns` of nsswitch.conf, resolv/nss_dns/dns-host.c. */
import { TYPES } from '../../dns/codes.ts';
import type { Steps } from '../model.ts';
import { failed, type Parsed } from './answer.ts';
import { readPairLaxly, readSingleLaxly } from './answer-lax.ts';
import { readPairStrictly, readSingleStrictly } from './answer-strict.ts';
import { type Context, has } from './context.ts';
import { hostAlias } from './host-aliases.ts';
import { isAskable } from './host-name.ts';
import type { ResolvConf } from './resolv-conf.ts';
import { ResultBuffer } from './result-buffer.ts';
import { searchName } from './search.ts';

/** What dns_packet_buffer is in each function. */
const PAIR_BYTES = 2048;
const SINGLE_BYTES = 1024;

/** _nss_dns_gethostbyname4_r: A and AAAA at once. */
export function* askBoth(context: Context, name: string, bytes: number): Steps<Parsed> {
  if (!isAskable(name)) return notAskable(context, name);
  const types = has(context, 'no-aaaa') ? [TYPES.A] : [TYPES.A, TYPES.AAAA];
  const answers = yield* searchName(context, aliased(context, name), types, PAIR_BYTES);
  if (!answers) return searchFailed(context);
  const read = context.rules.strictAnswers ? readPairStrictly : readPairLaxly;
  return explained(context, name, read(answers, new ResultBuffer(bytes)));
}

/**
 * _nss_dns_gethostbyname3_r, or 2_r where names are checked: one family.
 *
 * @param checked false where the canonical name is wanted: any name is sent then
 */
export function* askOne(
  context: Context,
  name: string,
  family: 'inet' | 'inet6',
  { bytes, checked }: { bytes: number; checked: boolean },
): Steps<Parsed> {
  if (checked && !isAskable(name)) return notAskable(context, name);
  const type = family === 'inet' ? TYPES.A : TYPES.AAAA;
  const answers = yield* searchName(context, aliased(context, name), [type], SINGLE_BYTES);
  if (!answers) return searchFailed(context);
  const read = context.rules.strictAnswers ? readSingleStrictly : readSingleLaxly;
  const parsed = explained(context, name, read(answers, type, new ResultBuffer(bytes)));
  return type === TYPES.A ? { ...parsed, addresses: sorted(parsed.addresses, context.conf) } : parsed;
}

function notAskable({ around }: Context, name: string): Parsed {
  around.because(`${JSON.stringify(name)} is no host name: DNS is not asked`);
  return failed('notfound', 'not-found');
}

function aliased({ around }: Context, name: string): string {
  const alias = name.includes('.') ? undefined : hostAlias(around.sources, name);
  if (alias !== undefined) around.because(`HOSTALIASES: ${name} is ${alias}`);
  return alias ?? name;
}

function searchFailed(context: Context): Parsed {
  if (context.errno === 'EMFILE' || context.errno === 'ENFILE') return failed('unavail', 'internal');
  const unreachable = context.errno === 'ECONNREFUSED' || context.errno === 'ETIMEDOUT';
  return failed(unreachable ? 'unavail' : 'notfound', context.hostError);
}

function explained({ around }: Context, name: string, parsed: Parsed): Parsed {
  if (parsed.status === 'too-small')
    around.because(
      `the addresses of ${name} do not fit the result buffer: all is asked again with one twice as large`,
    );
  else if (parsed.status !== 'success')
    around.because(`no address in the answers for ${name} belongs to the name or the end of its CNAMEs`);
  return parsed;
}

/** MAX_NR_ADDRS: more are not sorted. */
const SORTED_ADDRESSES = 48;

/** addrsort: `sortlist`, which getaddrinfo heeds for lookups of IPv4 alone. */
function sorted(addresses: Uint8Array[], { sortlist }: ResolvConf): Uint8Array[] {
  if (sortlist.length === 0) return addresses;
  const rank = ([a = 0, b = 0, c = 0, d = 0]: Uint8Array) => {
    const word = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    const at = sortlist.findIndex(({ address, mask }) => address === (word & mask) >>> 0);
    return at < 0 ? sortlist.length : at;
  };
  const head = addresses.slice(0, SORTED_ADDRESSES).toSorted((one, other) => rank(one) - rank(other));
  return [...head, ...addresses.slice(SORTED_ADDRESSES)];
}
