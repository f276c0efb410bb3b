import { addressText } from '../address.ts';
import type { Answer, Lookup, Resolver, Steps, Surroundings } from '../model.ts';
import { type FileText, type Sources, sayRemarks } from '../sources.ts';
import type { Version } from '../version.ts';
import type { Request } from './asker.ts';
import type { Context, ResolverState } from './context.ts';
import { failedAnswer } from './eai.ts';
import { type GaiConf, parseGaiConf } from './gai-conf.ts';
import { type Hosts, parseHosts } from './hosts.ts';
import { literalOf } from './literal.ts';
import { askServices, isSimple, type NameResult } from './name-service.ts';
import { parseNsSwitch, type Service } from './nsswitch.ts';
import { MAXNS, parseResolvConf, type ResolvConf } from './resolv-conf.ts';
import { type GlibcRules, rulesOf } from './rules.ts';
import { sortAddresses } from './sort.ts';

/** getaddrinfo of glibc, in one process that looks names up in one thread. */
export function createGlibc(version: Version): Resolver {
  const process = new Process(rulesOf(version));
  return { lookup: (lookup, around) => process.lookup(lookup, around) };
}

/** What is kept of a file: it is read again only where it has changed. */
interface Kept<T> {
  file: FileText;
  value: T;
}

class Process {
  readonly #rules: GlibcRules;
  readonly #state: ResolverState = { fallback: 'parallel', rotation: undefined, loaded: new Set() };
  #resolvConf: Kept<ResolvConf> | undefined;
  #nsswitch: Kept<readonly Service[] | undefined> | undefined;
  #gaiConf: Kept<GaiConf> | undefined;
  #hosts: { text: string; value: Hosts } | undefined;

  constructor(rules: GlibcRules) {
    this.#rules = rules;
  }

  *lookup({ name, family, flags }: Lookup, around: Surroundings): Steps<Answer> {
    // A star is how C programs write no name at all.
    if (name === '*') return failedAnswer({ eai: 'EAI_NONAME' });
    const request: Request = {
      family: flags === 'none' ? 'unspec' : family,
      canonical: flags === 'go',
      v4Mapped: flags === 'go' || flags === 'none',
      all: flags === 'go',
    };
    if (flags === 'addrconfig' || flags === 'none') {
      const narrowed = addrConfig(request.family, around);
      if (narrowed === undefined) return failedAnswer({ eai: 'EAI_NONAME' });
      request.family = narrowed;
    }
    const literal = literalOf(name, request.family, request);
    if (literal) around.because(`${name} is an address: nothing is looked up`);
    if (literal && 'error' in literal) return failedAnswer({ eai: literal.error });
    const result = literal ? { addresses: [literal.address] } : yield* this.#ask(name, request, around);
    if (result === 'aborted') return { outcome: 'crash', error: 'SIGABRT', addresses: [] };
    if ('eai' in result) return failedAnswer(result);
    const { addresses } = result;
    const { gaiConf, interfaces } = around.sources;
    const sorted =
      addresses.length > 1 ? yield* sortAddresses(addresses, this.#gai(gaiConf), interfaces) : addresses;
    // Without hints each address comes once for each of SOCK_STREAM, SOCK_DGRAM and SOCK_RAW.
    const times = flags === 'none' ? 3 : 1;
    const texts = sorted.flatMap((address) => Array<string>(times).fill(addressText(address)));
    return { outcome: 'ok', error: '', addresses: texts };
  }

  *#ask(name: string, request: Request, around: Surroundings): Steps<NameResult | 'aborted'> {
    const { sources } = around;
    const services = this.#services(sources);
    const conf = this.#conf(around);
    if (!services || !conf) {
      const unreadable = conf && sources.nsswitch.state === 'ok';
      return unreadable && isSimple(request) ? { eai: 'EAI_SYSTEM', errno: 'EINVAL' } : { eai: 'EAI_NONAME' };
    }
    if (conf.outgrown && this.#rules.longSearchAborts) return 'aborted';
    const context: Context = {
      rules: this.#rules,
      conf,
      state: this.#state,
      around,
      errno: '',
      hostError: 'success',
    };
    const { hosts } = sources;
    const entries = hosts.state === 'ok' ? this.#hostsOf(hosts.text) : undefined;
    const noDescriptors = hosts.state === 'failed' && ['EMFILE', 'ENFILE'].includes(hosts.errno);
    return yield* askServices(context, { services, hosts: entries, noDescriptors }, name, request);
  }

  /** resolv_conf.c: read again when it has changed. undefined: not to be opened, and never read before. */
  #conf({ sources, because }: Surroundings): ResolvConf | undefined {
    const { resolvConf: file, nameservers } = sources;
    const kept = this.#resolvConf;
    const stuck =
      kept?.value.flags.has('no-reload') ||
      kept?.value.outgrown ||
      (this.#rules.fallbackStopsReload && this.#state.fallback !== 'parallel');
    if (kept && (stuck || sameFile(kept.file, file))) {
      if (stuck && !sameFile(kept.file, file))
        because('resolv.conf has changed: this process keeps to the old one');
      return kept.value;
    }
    if (file.state === 'failed') {
      because(`resolv.conf cannot be opened (${file.errno}): nothing is asked`);
      return undefined;
    }
    const parsed = parseResolvConf(sources, this.#rules);
    sayRemarks(parsed.remarks, because);
    // update_from_conf sets _flags to 0: with a new file the process begins with pairs again.
    this.#state.fallback = 'parallel';
    const value = nameservers ? { ...parsed, servers: nameservers.slice(0, MAXNS) } : parsed;
    this.#resolvConf = { file, value };
    return value;
  }

  #services({ nsswitch: file }: Sources): readonly Service[] | undefined {
    const kept = this.#nsswitch;
    if (kept && (!this.#rules.nsswitchReload || sameFile(kept.file, file))) return kept.value;
    if (file.state === 'failed' && this.#rules.nsswitchReload) return undefined;
    const { services } = parseNsSwitch(file.state === 'ok' ? file.text : undefined, this.#rules);
    this.#nsswitch = { file, value: services };
    return services;
  }

  /** nss_files reads the file at each lookup; here only where its text is another. */
  #hostsOf(text: string): Hosts {
    if (this.#hosts?.text !== text) this.#hosts = { text, value: parseHosts(text) };
    return this.#hosts.value;
  }

  #gai(file: FileText): GaiConf {
    const kept = this.#gaiConf;
    if (kept && (!kept.value.reload || sameFile(kept.file, file))) return kept.value;
    this.#gaiConf = { file, value: parseGaiConf(file) };
    return this.#gaiConf.value;
  }
}

function sameFile(a: FileText, b: FileText): boolean {
  if (a.state !== 'ok' || b.state !== 'ok') return a.state === b.state;
  return a.modified === b.modified && a.text === b.text;
}

/**
 * AI_ADDRCONFIG: only families of which an interface has an address other than 127.0.0.1 and ::1 (__check_pf).
 *
 * @returns undefined where the family asked for has none
 */
function addrConfig(
  family: Request['family'],
  { sources, because }: Surroundings,
): Request['family'] | undefined {
  const others = sources.interfaces.filter(({ address }) => address !== '127.0.0.1' && address !== '::1');
  const ipv6 = others.some(({ address }) => address.includes(':'));
  const ipv4 = others.some(({ address }) => !address.includes(':'));
  if (family === 'unspec') {
    if (ipv4 === ipv6) return family;
    because(
      `AI_ADDRCONFIG: only IPv${ipv4 ? 4 : 6} addresses beside loopback: only ${ipv4 ? 'A' : 'AAAA'} is asked`,
    );
    return ipv4 ? 'inet' : 'inet6';
  }
  if (family === 'inet' ? ipv4 : ipv6) return family;
  because(
    `AI_ADDRCONFIG: no ${family === 'inet' ? 'IPv4' : 'IPv6'} address beside loopback: nothing is asked`,
  );
  return undefined;
}
