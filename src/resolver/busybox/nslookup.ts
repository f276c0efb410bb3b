import { RCODE, RCODES, TYPES, typeText } from '../../dns/codes.ts';
import { inetPton, unmapped } from '../address.ts';
import { labelsOf } from '../glibc/host-name.ts';
import { parseResolvConf } from '../glibc/resolv-conf.ts';
import { rulesOf } from '../glibc/rules.ts';
import type { Answer, Outcome, Resolver, Steps, Surroundings } from '../model.ts';
import { reverseName } from '../reverse-name.ts';
import { sayRemarks } from '../sources.ts';
import { type Asked, askServer } from './ask-server.ts';
import { readReply } from './reply.ts';
import { type NamedServer, readBusyboxConf } from './resolv-conf.ts';

/** Debian 12's busybox, of which this is the model, is linked with it. */
const GLIBC = rulesOf([2, 36]);
const UNREACHED = ';; connection timed out; no servers could be reached';

/**
 * busybox 1.35's `nslookup NAME` (networking/nslookup.c, FEATURE_NSLOOKUP_BIG, as Alpine and Debian build it). It has
 * no choice of family: A and AAAA at once, from one port.
 */
export function createBusyboxNslookup(): Resolver {
  return {
    *lookup({ name }, surroundings) {
      if (name.startsWith('-'))
        return failed('failed', 'Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]');
      return yield* nslookup(name, surroundings);
    },
  };
}

function* nslookup(name: string, { sources, now, random16, because }: Surroundings): Steps<Answer> {
  const conf = readBusyboxConf(sources.resolvConf, sources.hostname);
  sayRemarks(conf.remarks, because);
  if ('fatal' in conf) return failed('failed', conf.fatal);

  // res_mkquery of libc makes the queries, and reads resolv.conf in its own way for that.
  const { flags, outgrown } = parseResolvConf(sources, GLIBC);
  if (outgrown && GLIBC.longSearchAborts) {
    because('a search domain that does not fit: an assertion of glibc ends the process');
    return failed('crash', 'SIGABRT');
  }
  const authenticData = flags.has('trust-ad');
  const shown = new Shown(because);
  const queries = questionsOf(name, conf.search, because).map(({ text, type }): Asked => {
    // add_query goes on where res_mkquery fails: what there is to send is none.
    const labels = labelsOf(text);
    const query = labels && { id: random16(), labels, type, ...(authenticData && { authenticData }) };
    return { name: text, query, answered: false };
  });
  const servers = sources.nameservers?.map((server): NamedServer => ({ name: server.address, server }));
  let replies = 0;
  for (const server of servers ?? conf.servers) {
    const result = yield* askServer(
      { queries, now, because, print: because, reply: (...reply) => shown.reply(...reply) },
      server,
    );
    if (typeof result === 'object') return failed('failed', result.fatal);
    replies = result;
    // Whoever answers at all is the last to be asked.
    if (replies > 0) break;
    because(`no reply from ${server.name}`);
  }
  if (replies === 0) return failed('timeout', UNREACHED);
  for (const asked of queries)
    if (!asked.answered) shown.fault('timeout', `*** Can't find ${asked.name}: No answer`);
  return shown.answer();
}

function failed(outcome: Outcome, error: string): Answer {
  return { outcome, error, addresses: [] };
}

/** Names to ask for with their types: nslookup_main, add_query_with_search. */
function questionsOf(name: string, search: string | undefined, because: Surroundings['because']) {
  const bytes = inetPton(name);
  if (bytes) return [{ text: reverseName(unmapped(bytes)), type: TYPES.PTR }];
  const searched = search !== undefined && !name.includes('.');
  const names = searched ? searchDomains(search).map((domain) => `${name}.${domain}`) : [name];
  if (searched)
    because(`no dot in ${JSON.stringify(name)}: asked under all search domains at once, never as it is`);
  else if (search !== undefined) because('a dot in the name: asked as it is, whatever search and ndots say');
  because(`A and AAAA of ${names.join(', ')} leave from one port, one behind the other`);
  return [TYPES.A, TYPES.AAAA].flatMap((type) => names.map((text) => ({ text, type })));
}

/** The words of a search line; blanks before the first one make an empty one. */
function searchDomains(search: string): string[] {
  const domains: string[] = [];
  for (let rest = search; ; ) {
    const [whole = '', domain = ''] = /^([^\t-\r ]*)[\t-\r ]*/.exec(rest) ?? [];
    domains.push(domain);
    rest = rest.slice(whole.length);
    if (rest === '') return domains;
  }
}

/** What was printed. */
class Shown {
  readonly #because: Surroundings['because'];
  readonly #addresses: string[] = [];
  readonly #names: string[] = [];
  #fault: { outcome: Outcome; line: string } | undefined;

  constructor(because: Surroundings['because']) {
    this.#because = because;
  }

  /** send_queries, where a reply is taken: nothing of it but the id has been looked at. */
  reply({ name, query }: Asked, rcode: number, message: Uint8Array): void {
    if (rcode !== RCODE.NOERROR) {
      const outcome =
        rcode === RCODE.NXDOMAIN ? 'not-found' : rcode === RCODE.SERVFAIL ? 'try-again' : 'failed';
      // Those without a name are printed as a number.
      this.fault(outcome, `** server can't find ${name}: ${rcode > 10 ? rcode : RCODES[rcode]}`);
      return;
    }
    const { addresses, names, parseError } = readReply(message);
    this.#addresses.push(...addresses);
    this.#names.push(...names);
    for (const line of names) this.#because(line);
    if (parseError) this.fault('failed', `*** Can't find ${name}: Parse error`);
    else if (addresses.length + names.length === 0)
      this.#because(
        `${typeText(query?.type ?? 0)} of ${name}: nothing in the answer, and nothing is printed`,
      );
  }

  /** The first one counts where nothing was found. */
  fault(outcome: Outcome, line: string): void {
    this.#because(line);
    this.#fault ??= { outcome, line };
  }

  answer(): Answer {
    const addresses = this.#addresses;
    if (addresses.length > 0) {
      if (this.#fault) this.#because(`addresses were printed, and beside them: ${this.#fault.line}`);
      return { outcome: 'ok', error: '', addresses };
    }
    if (this.#fault) return failed(this.#fault.outcome, this.#fault.line);
    return failed(this.#names.length > 0 ? 'ok' : 'no-data', '');
  }
}
