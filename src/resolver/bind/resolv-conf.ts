import { addressText, inetPton, ipv6WithZone } from '../address.ts';
import { inetAton } from '../inet-aton.ts';
import type { FileText, Remark } from '../sources.ts';
import { WordReader } from './word-reader.ts';

/** What nslookup and dig take from resolv.conf. */
export interface BindConf {
  /** Addresses; one of IPv6 may have a zone. */
  nameservers: string[];
  search: string[];
  ndots: number;
  /** Times a query is sent before the next server is asked. */
  attempts: number;
  /** Seconds; 0: the tool's own. */
  timeout: number;
}

/** `failed`: the tools quit with "parse of /etc/resolv.conf failed"; the last remark says why. */
export type BindConfResult = { remarks: Remark[] } & ({ state: 'ok'; conf: BindConf } | { state: 'failed' });

/** lib/irs/resconf.c: RESCONFMAXNAMESERVERS, RESCONFMAXSEARCH, RESCONFMAXSORTLIST. */
const MOST_NAMESERVERS = 3;
const MOST_SEARCH = 8;
const MOST_SORTLIST = 10;
/** What irs_resconf_load adds where no server is given. */
const FALLBACK = ['::1', '127.0.0.1'];
const NUMBERS = ['ndots', 'attempts', 'timeout'] as const;

/** What is wrong with a line: none goes on after it. */
type Fault = string | undefined;

/**
 * resolv.conf as BIND's libirs reads it (lib/irs/resconf.c, irs_resconf_load): strictly, one bad line fails the tool.
 */
export function readBindConf(file: FileText): BindConfResult {
  const conf: BindConf = { nameservers: [], search: [], ndots: 1, attempts: 3, timeout: 0 };
  const remarks: Remark[] = [];
  if (file.state === 'ok') {
    if (!new Parser(file.text, conf, remarks).parse()) return { state: 'failed', remarks };
  } else if (file.state !== 'absent') {
    const reason = `cannot be read (${file.state === 'denied' ? 'EACCES' : file.errno}): the tool quits`;
    return { state: 'failed', remarks: [{ file: 'resolv.conf', line: 0, text: '', reason }] };
  }
  if (conf.nameservers.length === 0) conf.nameservers = [...FALLBACK];
  // bin/dig/dighost.c, setup_system.
  if (conf.attempts === 0) conf.attempts = 3;
  return { state: 'ok', conf, remarks };
}

class Parser {
  readonly #words: WordReader;
  readonly #conf: BindConf;
  readonly #remarks: Remark[];
  #sortlist = 0;
  #line = 1;

  constructor(text: string, conf: BindConf, remarks: Remark[]) {
    this.#words = new WordReader(text);
    this.#conf = conf;
    this.#remarks = remarks;
  }

  /** @returns whether the whole file could be read */
  parse(): boolean {
    for (;;) {
      const { word, stop } = this.#words.word();
      if (stop === undefined) return true;
      this.#line = this.#words.lineOfWord;
      const fault = this.#directive(word, stop);
      if (fault === undefined) continue;
      this.#remark(word, `${fault}: nslookup and dig quit with "parse of /etc/resolv.conf failed"`);
      return false;
    }
  }

  #directive(word: string, stop: string): Fault {
    switch (word) {
      case '':
        return undefined;
      case 'nameserver':
        return this.#nameserver();
      case 'domain':
        return this.#domain();
      case 'search':
        return this.#search();
      case 'sortlist':
        return this.#sortlistLine();
      case 'options':
        return this.#options();
    }
    this.#remark(word, 'not a word that nslookup and dig know: the line is skipped');
    if (stop !== '\n') this.#words.skipLine();
    return undefined;
  }

  #nameserver(): Fault {
    const { word, fault } = this.#onlyWord();
    if (fault) return fault;
    if (this.#conf.nameservers.length === MOST_NAMESERVERS) {
      this.#remark(word, `nameserver number ${MOST_NAMESERVERS + 1} or later: it is never asked`);
      return undefined;
    }
    const address = numericAddress(word);
    if (address === undefined) return `${JSON.stringify(word)} is no address`;
    this.#conf.nameservers.push(address);
    return undefined;
  }

  #domain(): Fault {
    const { word, fault } = this.#onlyWord();
    if (!fault) this.#conf.search = [word];
    return fault;
  }

  #search(): Fault {
    const domains = this.#words.words();
    if (domains.length === 0) return 'nothing after search';
    for (const extra of domains.slice(MOST_SEARCH))
      this.#remark(extra, `search domain number ${MOST_SEARCH + 1} or later: it is never tried`);
    this.#conf.search = domains.slice(0, MOST_SEARCH);
    return undefined;
  }

  /** Read and checked, but the tools order nothing by it. */
  #sortlistLine(): Fault {
    const pairs = this.#words.words();
    if (pairs.length === 0) return 'nothing after sortlist';
    for (const pair of pairs) {
      if (this.#sortlist++ === MOST_SORTLIST) return `more than ${MOST_SORTLIST} pairs of sortlist`;
      const [address = '', mask] = pair.split(/\/(.*)/s);
      const good = [address, ...(mask === undefined ? [] : [mask])].every(
        (each) => inetPton(each) !== undefined,
      );
      if (!good) return `sortlist ${JSON.stringify(pair)} is not address/mask in full`;
    }
    this.#remark('sortlist', 'nslookup and dig print addresses as they came');
    return undefined;
  }

  #options(): Fault {
    const options = this.#words.words();
    if (options.length === 0) return 'nothing after options';
    for (const option of options) {
      const name = NUMBERS.find((each) => option.startsWith(`${each}:`));
      if (name === undefined) {
        if (option !== 'debug')
          this.#remark(option, 'an option that nslookup and dig do not know: no effect');
        continue;
      }
      const text = option.slice(name.length + 1);
      // resconf_optionnumber: strtol, and it must end there; an empty text is 0.
      if (!/^[+-]?\d*$/.test(text) || /^[+-]$/.test(text)) return `option ${option} is no number`;
      const value = Number(text);
      if (value < 0 || value > 255) return `option ${option} is not in 0 to 255`;
      this.#conf[name] = value;
    }
    return undefined;
  }

  /** One word and nothing but blanks or a comment after it. */
  #onlyWord(): { word: string; fault: Fault } {
    const { word, stop } = this.#words.word();
    if (word === '') return { word, fault: 'nothing after the keyword' };
    const after = stop === ' ' || stop === '\t' ? this.#words.skipBlanks() : stop;
    const clean = after === undefined || after === '\n';
    if (clean) return { word, fault: undefined };
    return {
      word,
      fault: after === '\r' ? 'the line ends in CR LF' : 'more than one word after the keyword',
    };
  }

  #remark(text: string, reason: string): void {
    this.#remarks.push({ file: 'resolv.conf', line: this.#line, text, reason });
  }
}

/** getaddrinfo(3) with AI_NUMERICHOST (resconf.c, add_server); 0.0.0.0 becomes 127.0.0.1. */
function numericAddress(text: string): string | undefined {
  const four = inetAton(text);
  if (!four) return ipv6WithZone(text);
  return four.every((byte) => byte === 0) ? '127.0.0.1' : addressText(four);
}
