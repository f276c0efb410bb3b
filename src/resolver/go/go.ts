/**
 * Go's own resolver, as net.Resolver.LookupIP gives it in a binary without cgo (net/lookup.go, dnsclient_unix.go).
 *
 * Where real Go is a race the model takes the course that is seen most: the goroutine of the type asked last, AAAA, is
 * the first to run. Results are taken in the order in which they come in, so a reply that is late enough decides all
 * the same.
 */
import { addressText } from '../address.ts';
import type { Answer, Family, Lookup, Resolver, Steps, Surroundings } from '../model.ts';
import { sayRemarks } from '../sources.ts';
import type { Version } from '../version.ts';
import { inOrder } from './address-order.ts';
import type { Lookups } from './ask.ts';
import { Configuration } from './configuration.ts';
import { lookUpInDns } from './dns-lookup.ts';
import { answerOf, type LookupFailure, NAME_TOO_LONG, NO_SUCH_HOST, noSuitableAddress } from './failure.ts';
import { hasFittingCanonical, hostsAddresses } from './hosts.ts';
import { readLiteral } from './literal.ts';
import { mayBeAsked } from './names.ts';
import { type GoRules, rulesOf } from './rules.ts';

/** A Go process of one release. */
export function createGo(version: Version): Resolver {
  const rules = rulesOf(version);
  const configuration = new Configuration(version, rules);
  return {
    *lookup(lookup, surroundings) {
      if (lookup.name === '') return emptyName(rules);
      const literal = readLiteral(lookup.name, rules);
      if (literal) {
        surroundings.because(`${lookup.name} is an address: nothing is looked up`);
        return suitable(lookup, [literal.bytes]);
      }
      const found = yield* new GoLookup(rules, configuration, lookup, surroundings).run();
      return 'failure' in found ? answerOf(lookup.name, found.failure) : suitable(lookup, found.addresses);
    },
  };
}

type Found = { addresses: Uint8Array[] } | { failure: LookupFailure };

/** DNS_PACKET size that goes with queries (https://dnsflagday.net/2020/). */
const EDNS_BYTES = 1232;

/** One lookup (net/dnsclient_unix.go, goLookupIPCNAMEOrder). */
class GoLookup {
  readonly #rules: GoRules;
  readonly #configuration: Configuration;
  readonly #lookup: Lookup;
  readonly #surroundings: Surroundings;

  constructor(rules: GoRules, configuration: Configuration, lookup: Lookup, surroundings: Surroundings) {
    this.#rules = rules;
    this.#configuration = configuration;
    this.#lookup = lookup;
    this.#surroundings = surroundings;
  }

  *run(): Steps<Found> {
    const { name } = this.#lookup;
    const { sources, now, because } = this.#surroundings;
    const { order, because: why } = this.#configuration.order(name, sources, now());
    because(why);
    if (order.startsWith('files')) {
      const found = yield* this.#files();
      if (found) return found;
      if (order === 'files') return this.#nothingInFiles();
    }
    if (!mayBeAsked(name, this.#rules)) {
      because(`${JSON.stringify(name)} is no name that DNS could have: nothing is sent`);
      return { failure: { ...NO_SUCH_HOST, server: '' } };
    }
    const found = yield* lookUpInDns(this.#lookup, this.#lookups());
    if (found.addresses.length > 0)
      return { addresses: yield* inOrder(found.addresses.map((bytes) => ({ bytes, zone: '' }))) };
    if (order === 'dns,files') {
      const inFiles = yield* this.#files();
      if (inFiles) return inFiles;
    }
    return found.failure ? { failure: found.failure } : { addresses: [] };
  }

  /** Undefined where hosts has nothing. */
  *#files(): Steps<Found | undefined> {
    const { sources, now, because } = this.#surroundings;
    const { name } = this.#lookup;
    const hosts = this.#configuration.hosts(sources, now());
    const literals = hostsAddresses(hosts, name);
    if (literals.length === 0) return undefined;
    because(`${name} stands in hosts`);
    if (this.#rules.canonicalOfHosts && !hasFittingCanonical(hosts, name)) {
      because('the first name of its line is longer than 255 bytes: Go fails by that');
      return { failure: { ...NAME_TOO_LONG, server: '' } };
    }
    return { addresses: yield* inOrder(literals) };
  }

  #nothingInFiles(): Found {
    this.#surroundings.because('DNS is not asked: nsswitch.conf has files alone');
    if (this.#rules.onlyFiles === 'not-found') return { failure: { ...NO_SUCH_HOST, server: '' } };
    return { addresses: [] };
  }

  #lookups(): Lookups {
    const { sources, now, because } = this.#surroundings;
    const { edns, ednsSwitch } = this.#rules;
    const conf = this.#configuration.resolvConf(sources, now());
    sayRemarks(conf.remarks, because);
    const off = ednsSwitch && this.#configuration.godebug('netedns0', sources) === '0';
    if (edns && off) because('GODEBUG=netedns0=0: queries go without EDNS0');
    return {
      rules: this.#rules,
      conf,
      surroundings: this.#surroundings,
      ...(edns && !off && { edns: EDNS_BYTES }),
    };
  }
}

/** LookupIP without a name: it never reached the resolver, and until 1.20 gave one address that is none. */
function emptyName({ emptyName: what }: GoRules): Answer {
  if (what === 'not-found') return answerOf('', { ...NO_SUCH_HOST, server: '' });
  return { outcome: 'ok', error: '', addresses: ['<nil>'] };
}

/** net/ipsock.go, internetAddrList and filterAddrList: of one family, and `::` alone is 0.0.0.0 too (issue 18806). */
function suitable({ name, family }: Lookup, found: readonly Uint8Array[]): Answer {
  const [only] = found;
  const unspecified = found.length === 1 && only?.every((byte) => byte === 0) && only.length === 16;
  const all = unspecified ? [...found, new Uint8Array(4)] : found;
  const addresses = all.filter((bytes) => isOf(family, bytes)).map(addressText);
  return addresses.length > 0 ? { outcome: 'ok', error: '', addresses } : noSuitableAddress(name);
}

function isOf(family: Family, { length }: Uint8Array): boolean {
  return family === 'unspec' || length === (family === 'inet' ? 4 : 16);
}
