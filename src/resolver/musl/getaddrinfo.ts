import { addressText, mapped } from '../address.ts';
import type { Answer, Family, Lookup, Steps, Surroundings } from '../model.ts';
import { type FileText, type Sources, sayRemarks } from '../sources.ts';
import { sourceOf } from '../steps.ts';
import { type Failure, failed } from './eai.ts';
import { findInHosts } from './hosts.ts';
import { type Address, readLiteral } from './literal.ts';
import { sorted } from './order.ts';
import { MAXNS, readResolvConf } from './resolv-conf.ts';
import type { MuslRules } from './rules.ts';
import { searchDns } from './search.ts';

/** What the flags of interface.md mean to musl. */
interface Hints {
  addrConfig: boolean;
  /** AI_V4MAPPED|AI_ALL */
  allMapped: boolean;
  /** Without a socket type each address comes once for each of SOCK_STREAM and SOCK_DGRAM. */
  copies: number;
}
const HINTS: Readonly<Record<Lookup['flags'], Hints>> = {
  go: { addrConfig: false, allMapped: true, copies: 1 },
  addrconfig: { addrConfig: true, allMapped: false, copies: 1 },
  none: { addrConfig: false, allMapped: false, copies: 2 },
  '0': { addrConfig: false, allMapped: false, copies: 1 },
};

type Found = { addresses: readonly Address[] } | Failure;

/** getaddrinfo(3) without a service (getaddrinfo.c). */
export function* getaddrinfo(lookup: Lookup, rules: MuslRules, surroundings: Surroundings): Steps<Answer> {
  const hints = HINTS[lookup.flags];
  // NULL hints have no family.
  let family = lookup.flags === 'none' ? 'unspec' : lookup.family;
  let familyOff = false;
  if (hints.addrConfig && rules.addrConfig !== 'ignored') {
    const configured = yield* configuredFamily(family, surroundings);
    familyOff = configured.off;
    if (familyOff && rules.addrConfig === 'at-once') return failed({ eai: 'EAI_NONAME' });
    family = configured.family;
  }
  const found = yield* lookupName(lookup.name, family, hints, rules, surroundings);
  if (!('addresses' in found)) return failed(found);
  if (familyOff) return failed({ eai: 'EAI_NODATA' });
  const texts = found.addresses.map(({ bytes }) => addressText(bytes));
  return {
    outcome: 'ok',
    error: '',
    addresses: texts.flatMap((text) => Array<string>(hints.copies).fill(text)),
  };
}

/** AI_ADDRCONFIG: a family is there if its loopback address can be connected to. */
function* configuredFamily(
  asked: Family,
  { because }: Surroundings,
): Steps<{ family: Family; off: boolean }> {
  let family = asked;
  let off = false;
  for (const [each, other, loopback] of [
    ['inet', 'inet6', '127.0.0.1'],
    ['inet6', 'inet', '::1'],
  ] as const) {
    if (family === other || (yield* sourceOf(loopback)) !== undefined) continue;
    because(`AI_ADDRCONFIG: no way to ${loopback}, so ${each} counts as switched off`);
    if (family === each) off = true;
    family = other;
  }
  return { family, off };
}

/** lookup_name.c, __lookup_name */
function* lookupName(
  name: string,
  asked: Family,
  hints: Hints,
  rules: MuslRules,
  surroundings: Surroundings,
): Steps<Found> {
  if (name.length === 0 || name.length > LONGEST_NAME) {
    surroundings.because(`a name of ${name.length} bytes: no such name, without a query`);
    return { eai: 'EAI_NONAME' };
  }
  const toMapped = hints.allMapped && asked === 'inet6';
  const family = toMapped ? 'unspec' : asked;
  const found = yield* fromSources(name, family, rules, surroundings);
  if (!('addresses' in found)) return found;
  const addresses = found.addresses.map(({ bytes, scope }) => ({
    bytes: toMapped ? mapped(bytes) : bytes,
    scope,
  }));
  const onlyIpv4 = addresses.every(({ bytes }) => bytes.length === 4);
  if (addresses.length < 2 || onlyIpv4 || !rules.sorts) return { addresses };
  const order = yield* sorted(addresses);
  if (order.some((address, index) => address !== addresses[index]))
    surroundings.because('IPv6 among the addresses: sorted as in RFC 3484, without its rules 3, 4 and 7');
  return { addresses: order };
}

/** `strnlen(name, 255)-1 >= 254` fails. */
const LONGEST_NAME = 254;

function* fromSources(
  name: string,
  family: Family,
  rules: MuslRules,
  surroundings: Surroundings,
): Steps<Found> {
  const { sources, because } = surroundings;
  const interfaces = interfaceNames(sources);
  const literal = readLiteral(name, family, interfaces);
  if (literal) because(`${name} is an address: nothing is looked up`);
  if (typeof literal === 'object') return { addresses: [literal.address] };
  if (literal === 'bad-scope') return { eai: 'EAI_NONAME' };
  if (literal === 'other-family') return foundNothing(rules);

  const hostsFailure = openFailure(sources.hosts, rules);
  if (hostsFailure) {
    because(`/etc/hosts cannot be opened: ${hostsFailure}`);
    return { eai: 'EAI_SYSTEM', errno: hostsFailure };
  }
  const { addresses, unusable } = findInHosts(textOf(sources.hosts), name, family, interfaces);
  if (addresses.length > 0) {
    because(`${name} is in /etc/hosts: DNS is not asked`);
    return { addresses };
  }
  if (unusable && rules.otherFamilyInHosts === 'found-nothing') {
    because(`${name} is in /etc/hosts with an address of the other family only: DNS is not asked`);
    return foundNothing(rules);
  }

  const confFailure = openFailure(sources.resolvConf, rules);
  if (confFailure) {
    because(`/etc/resolv.conf cannot be opened: ${confFailure}; musl then says EAI_BADFLAGS`);
    return { eai: 'EAI_BADFLAGS' };
  }
  const conf = readResolvConf(sources.resolvConf, interfaces);
  if (sources.nameservers?.length) conf.servers = sources.nameservers.slice(0, MAXNS);
  sayRemarks(conf.remarks, because);
  const asked = yield* searchDns(name, { family, conf, rules, surroundings });
  return asked === 'no-such-name' ? { eai: 'EAI_NONAME' } : asked;
}

function foundNothing({ nothing }: MuslRules): Failure {
  return { eai: nothing === 'EAI_NODATA' ? nothing : 'EAI_NONAME' };
}

/** Why fopen(3) fails. A directory can be opened; it reads as empty. */
function openFailure(file: FileText, { unreadable }: MuslRules): string | undefined {
  if (file.state !== 'failed' || file.errno === 'EISDIR' || unreadable === 'as-missing') return undefined;
  return file.errno;
}

function textOf(file: FileText): string {
  return file.state === 'ok' ? file.text : '';
}

function interfaceNames({ interfaces }: Sources): ReadonlySet<string> | undefined {
  const names = interfaces.flatMap(({ name }) => name ?? []);
  return names.length > 0 ? new Set(names) : undefined;
}
