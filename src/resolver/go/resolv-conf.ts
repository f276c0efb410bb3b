import { type FileLine, fields, fileLines } from '../../golang/config-file.ts';
import type { FileText, Remark, Sources } from '../sources.ts';
import type { Version } from '../version.ts';
import { readLiteral } from './literal.ts';
import { type GoOptions, newOptions, readOption } from './resolv-conf-options.ts';
import { type GoRules, rulesOf } from './rules.ts';
import { DEFAULT_SERVERS, type GoServer, goServer } from './server.ts';

/** /etc/resolv.conf as Go takes it (net/dnsconfig_unix.go, dnsReadConfig). */
export interface GoResolvConf extends GoOptions {
  /** At least one; three at most of the file. */
  servers: readonly GoServer[];
  /** No nameserver of the file is used: it has none, or cannot be read. */
  usesDefaults: boolean;
  /** Each with its last dot. */
  search: string[];
  remarks: Remark[];
}

/** "small, but the standard limit" */
const MAX_SERVERS = 3;

/**
 * Reads resolv.conf; one that cannot be read stands for an empty one. The host name gives the domain where none is
 * said.
 */
export function readResolvConf(
  { resolvConf: file, hostname }: Pick<Sources, 'resolvConf' | 'hostname'>,
  version: Version,
): GoResolvConf {
  const reader = new Reader(version);
  if (file.state === 'ok') reader.read(file);
  const { servers, search } = reader;
  return {
    ...reader.options,
    servers: servers.length > 0 ? servers : DEFAULT_SERVERS,
    usesDefaults: servers.length === 0,
    search: search.length > 0 ? search : domainOf(hostname),
    remarks: reader.remarks,
  };
}

class Reader {
  readonly options: GoOptions = newOptions();
  readonly servers: GoServer[] = [];
  readonly remarks: Remark[] = [];
  search: string[] = [];
  readonly #version: Version;
  readonly #rules: GoRules;
  #searchLine = 0;

  constructor(version: Version) {
    this.#version = version;
    this.#rules = rulesOf(version);
  }

  read({ text }: Extract<FileText, { state: 'ok' }>): void {
    const lines = fileLines(text);
    for (const line of lines) this.#line(line);
    const all = text.split('\n');
    if (lines.length < all.length - (text.endsWith('\n') ? 1 : 0))
      this.#remark(
        lines.length + 1,
        `${all[lines.length]?.slice(0, 40)}…`,
        'longer than 64 kB: Go reads no further',
      );
  }

  #line({ number, text }: FileLine): void {
    if (/^[;#]/.test(text)) return;
    const [keyword, ...words] = fields(text);
    if (keyword === undefined) return;
    if (keyword === 'nameserver') this.#nameserver(words, number);
    else if (keyword === 'domain') this.#domain(words, number);
    else if (keyword === 'search') this.#search(words, number);
    else if (keyword === 'options') {
      for (const word of words) {
        const reason = readOption(word, this.options, this.#version);
        if (reason !== undefined) this.#remark(number, word, reason);
      }
    } else if (keyword === 'lookup') this.#remark(number, text, 'has no effect on Linux');
    else
      this.#remark(
        number,
        text,
        'a keyword that Go does not know: ignored (a cgo build leaves all lookups to libc)',
      );
  }

  #nameserver([text, ...more]: string[], number: number): void {
    if (text === undefined) {
      this.#remark(number, 'nameserver', 'no address: ignored');
      return;
    }
    if (this.servers.length >= MAX_SERVERS) {
      this.#remark(number, text, `only the first ${MAX_SERVERS} nameservers are used`);
      return;
    }
    const literal = readLiteral(text, this.#rules);
    if (!literal) {
      this.#remark(number, text, 'no IP address (a name or a port is not possible): ignored');
      return;
    }
    const server = goServer(text, literal);
    if (this.servers.some(({ dialled }) => dialled === server.dialled))
      this.#remark(number, text, 'the same nameserver again: Go asks it again where the first fails');
    this.servers.push(server);
    this.#superfluous(more, number);
  }

  #domain([domain, ...more]: string[], number: number): void {
    if (domain === undefined) {
      this.#remark(number, 'domain', 'no domain: ignored');
      return;
    }
    this.#replaceSearch([rooted(domain)], number);
    this.#superfluous(more, number);
  }

  #search(words: string[], number: number): void {
    const comment = words.find((word) => /^[#;]/.test(word));
    if (comment !== undefined)
      this.#remark(number, comment, 'no comment begins here: Go takes it and what follows for domains');
    if (words.some((word) => rooted(word) === '.')) {
      const reason =
        this.#rules.searchRoot === 'dropped'
          ? 'the root is no search domain to Go: left out'
          : 'Go before 1.20 makes names that end in two dots of it, which it cannot send';
      this.#remark(number, '.', reason);
    }
    const domains = words.map(rooted);
    const kept = this.#rules.searchRoot === 'dropped' ? domains.filter((domain) => domain !== '.') : domains;
    this.#replaceSearch(kept, number);
  }

  #replaceSearch(search: string[], number: number): void {
    if (this.#searchLine > 0)
      this.#remark(
        this.#searchLine,
        this.search.join(' '),
        `replaced by line ${number}: the last search or domain line counts`,
      );
    this.search = search;
    this.#searchLine = number;
  }

  #superfluous(words: string[], number: number): void {
    if (words.length > 0) this.#remark(number, words.join(' '), 'one word is read of this line: ignored');
  }

  #remark(line: number, text: string, reason: string): void {
    this.remarks.push({ file: 'resolv.conf', line, text: text.trim(), reason });
  }
}

/** net/dnsconfig_unix.go, ensureRooted */
function rooted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** net/dnsconfig_unix.go, dnsDefaultSearch */
function domainOf(hostname: string): string[] {
  const dot = hostname.indexOf('.');
  return dot >= 0 && dot < hostname.length - 1 ? [rooted(hostname.slice(dot + 1))] : [];
}
