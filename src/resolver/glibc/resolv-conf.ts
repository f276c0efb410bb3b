import { DNS_PORT } from '../../dns/codes.ts';
import { addressText, ipv6Bytes } from '../address.ts';
import { linesOf, words } from '../c-text.ts';
import { inetAton } from '../inet-aton.ts';
import type { Server } from '../model.ts';
import type { FileText, Remark } from '../sources.ts';
import { applyOptions, defaultOptions, type Options } from './resolv-conf-options.ts';
import type { GlibcRules } from './rules.ts';
import { differsAfter, domainsOf } from './search-list.ts';

/** What glibc takes from resolv.conf, LOCALDOMAIN, RES_OPTIONS and the host name. */
export interface ResolvConf extends Options {
  servers: readonly Server[];
  /** As written: entries may be empty, `.`, or begin with a dot. */
  search: readonly string[];
  /** Masked IPv4 addresses that come first, in order. */
  sortlist: readonly { address: number; mask: number }[];
  remarks: readonly Remark[];
  /** The search list does not fit: the process aborts, or keeps what fits and reads no new file. */
  outgrown: boolean;
}

/** What decides it: a part of Sources. */
export interface ResolvConfSources {
  resolvConf: FileText;
  environment: { LOCALDOMAIN?: string; RES_OPTIONS?: string };
  hostname: string;
}

/** resolv/bits/types/res_state.h. */
export const MAXNS = 3;

/** Reads resolv.conf as resolv/res_init.c, res_vinit_1, does. A file that is not there is an empty one. */
export function parseResolvConf(sources: ResolvConfSources, rules: GlibcRules): ResolvConf {
  const { resolvConf, environment, hostname } = sources;
  const reader = new Reader(rules, environment.LOCALDOMAIN);
  if (resolvConf.state === 'ok') for (const line of linesOf(resolvConf.text)) reader.line(line);
  return reader.result(hostname, environment.RES_OPTIONS);
}

class Reader {
  readonly #rules: GlibcRules;
  readonly #options = defaultOptions();
  readonly #servers: Server[] = [];
  readonly #sortlist: { address: number; mask: number }[] = [];
  readonly #remarks: Remark[] = [];
  readonly #localDomain: boolean;
  #search: string[] = [];
  #searchLine: { number: number; text: string } | undefined;

  constructor(rules: GlibcRules, localDomain: string | undefined) {
    this.#rules = rules;
    this.#localDomain = localDomain !== undefined;
    if (localDomain !== undefined) this.#search = domainsOf(localDomain.split('\n')[0] ?? '');
  }

  line({ number, text }: { number: number; text: string }): void {
    const remark = (reason: string, what = text) =>
      this.#remarks.push({ file: 'resolv.conf', line: number, text: what, reason });
    if (text === '' || text.startsWith('#') || text.startsWith(';')) return;
    const [, keyword, rest = ''] =
      /^(domain|search|nameserver|sortlist|options)(?=[ \t])(.*)$/s.exec(text) ?? [];
    if (keyword === undefined) remark(unknownLine(text));
    else if (keyword === 'options')
      applyOptions(this.#options, rest, this.#rules, (word, reason) => remark(reason, word));
    else if (keyword === 'nameserver') this.#nameserver(rest, remark);
    else if (keyword === 'sortlist') this.#sort(rest, remark);
    else this.#searchOrDomain(keyword, rest, { number, text }, remark);
  }

  #nameserver(rest: string, remark: (reason: string) => void): void {
    const [, address = '', more = ''] = /^[ \t]*([^ \t]*)[ \t]*(.*)$/s.exec(rest) ?? [];
    const server = serverOf(address);
    if (!server) remark(badServer(address));
    else {
      this.#servers.push(server);
      if (this.#servers.length > MAXNS) remark('a fourth nameserver or later: only the first three are used');
      else if (more !== '') remark(`what follows the address is ignored: ${more}`);
    }
  }

  #searchOrDomain(
    keyword: string,
    rest: string,
    line: { number: number; text: string },
    remark: (reason: string) => void,
  ): void {
    const value = rest.replace(/^[ \t]+/, '');
    if (this.#localDomain) remark('ignored: LOCALDOMAIN is set');
    else if (value === '') remark('no domain: the line is ignored');
    else {
      if (this.#searchLine) {
        const { number, text } = this.#searchLine;
        const reason = `ignored: line ${line.number} has search or domain again, and the last counts`;
        this.#remarks.push({ file: 'resolv.conf', line: number, text, reason });
      }
      this.#searchLine = line;
      this.#search = keyword === 'search' ? domainsOf(value) : [value.split(/[ \t]/)[0] ?? ''];
      if (/[^\x21-\x7e \t]/.test(value))
        remark('a character that is in no domain name: these candidates are not asked');
    }
  }

  #sort(rest: string, remark: (reason: string) => void): void {
    const [entries = ''] = rest.split(';');
    for (const entry of words(entries)) {
      const [network = '', netmask] = entry.split(/[/&]/);
      const address = inetAton(network);
      const mask = netmask === undefined ? undefined : inetAton(netmask);
      if (!address) remark(`${entry} is no IPv4 network`);
      else
        this.#sortlist.push({
          address: word(address),
          mask: mask ? word(mask) : classMask(address),
        });
    }
  }

  #outgrown(fitting: number): void {
    const { number: line = 0, text = this.#search.join(' ') } = this.#searchLine ?? {};
    const aborts = this.#rules.longSearchAborts;
    this.#remarks.push({
      file: this.#searchLine ? 'resolv.conf' : 'environment',
      line,
      text,
      reason: `too long a domain: ${aborts ? 'an assertion fails and the process aborts' : 'the list ends before it, and the file is not read again'}`,
    });
    if (!aborts) this.#search = this.#search.slice(0, fitting);
  }

  result(hostname: string, resOptions: string | undefined): ResolvConf {
    const domain = hostname.indexOf('.');
    if (this.#search.length === 0 && domain >= 0) this.#search = [hostname.slice(domain + 1)];
    if (resOptions !== undefined)
      applyOptions(this.#options, resOptions, this.#rules, (text, reason) =>
        this.#remarks.push({ file: 'environment', line: 0, text, reason: `RES_OPTIONS: ${reason}` }),
      );
    const fitting = differsAfter(this.#search);
    if (fitting !== undefined) this.#outgrown(fitting);
    const servers = this.#servers.length > 0 ? this.#servers.slice(0, MAXNS) : [LOOPBACK];
    return {
      ...this.#options,
      servers,
      search: this.#search,
      sortlist: this.#sortlist,
      outgrown: fitting !== undefined,
      remarks: this.#remarks.toSorted((a, b) => a.line - b.line),
    };
  }
}

const LOOPBACK: Server = { address: '127.0.0.1', port: DNS_PORT };

function serverOf(text: string): Server | undefined {
  const ipv4 = inetAton(text);
  if (ipv4) return { address: addressText(ipv4), port: DNS_PORT };
  const [address = '', zone] = text.split('%');
  const ipv6 = ipv6Bytes(address);
  return ipv6 && { address: addressText(ipv6) + (zone === undefined ? '' : `%${zone}`), port: DNS_PORT };
}

function badServer(text: string): string {
  if (text === '') return 'no address: the line is ignored';
  if (text.endsWith('\r')) return 'a carriage return after the address: the line is ignored';
  if (/^[\d.]+:\d+$|^\[.*\]/.test(text)) return 'an address with a port is no address: the line is ignored';
  return 'no IP address: the line is ignored';
}

function unknownLine(text: string): string {
  if (/^[ \t]/.test(text)) return 'blanks before the keyword: the line is ignored';
  if (/^(domain|search|nameserver|sortlist|options)\r?$/.test(text))
    return 'nothing follows: the line is ignored';
  return words(text).length === 0
    ? 'only blanks: the line is ignored'
    : 'no such keyword: the line is ignored';
}

function word(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The mask of the address's class, as before CIDR: IN_CLASSA and its like of netinet/in.h. */
function classMask([first = 0]: Uint8Array): number {
  if (first < 128) return 0xff00_0000;
  return first < 192 ? 0xffff_0000 : 0xffff_ff00;
}
