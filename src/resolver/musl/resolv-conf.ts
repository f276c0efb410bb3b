import { DNS_PORT } from '../../dns/codes.ts';
import { addressText } from '../address.ts';
import { cString, isSpace, words } from '../c-text.ts';
import type { Server } from '../model.ts';
import type { FileText, Remark } from '../sources.ts';
import { readLiteral } from './literal.ts';
import { type MuslOptions, readOptions } from './resolv-conf-options.ts';
import { scopeGetsLost } from './servers.ts';

/** /etc/resolv.conf as musl takes it (resolvconf.c, __get_resolv_conf). */
export interface MuslResolvConf extends MuslOptions {
  /** At least one, at most three. */
  servers: Server[];
  search: string[];
  remarks: Remark[];
}

/** lookup.h, MAXNS */
export const MAXNS = 3;
/** `char line[256]`: newline and NUL have their places in it. */
const LONGEST_LINE = 254;
const LOCAL: Server = { address: '127.0.0.1', port: DNS_PORT };

/** Reads resolv.conf; a file that is missing or may not be read stands for an empty one. */
export function readResolvConf(file: FileText, interfaces?: ReadonlySet<string>): MuslResolvConf {
  const conf: MuslResolvConf = { servers: [], search: [], ndots: 1, timeout: 5, attempts: 2, remarks: [] };
  if (file.state === 'ok') new Reader(conf, interfaces).read(file.text);
  if (conf.servers.length === 0) conf.servers.push(LOCAL);
  return conf;
}

class Reader {
  readonly #conf: MuslResolvConf;
  readonly #interfaces: ReadonlySet<string> | undefined;
  #searchLine = 0;

  constructor(conf: MuslResolvConf, interfaces: ReadonlySet<string> | undefined) {
    this.#conf = conf;
    this.#interfaces = interfaces;
  }

  read(text: string): void {
    const lines = text.split('\n');
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] ?? '';
      const number = index + 1;
      if (line.length > LONGEST_LINE) {
        this.#remark(number, line, `longer than ${LONGEST_LINE} bytes: musl ignores the whole line`);
      } else if (line.includes('\0') && number < lines.length) {
        // No newline is seen before the NUL: the line counts as cut, and what is read up to the next newline as
        // its rest.
        this.#remark(number, line, 'a NUL byte: musl ignores this line and the next one');
        index++;
      } else this.#line(cString(line), number, number < lines.length);
    }
  }

  #line(line: string, number: number, newline: boolean): void {
    const keyword = ['options', 'nameserver', 'domain', 'search'].find((word) => line.startsWith(word)) ?? '';
    const after = line[keyword.length] ?? (newline ? '\n' : undefined);
    const rest = line.slice(keyword.length + 1);
    if (keyword === '' || !isSpace(after)) this.#noKeyword(line, number);
    else if (keyword === 'options')
      readOptions(line, this.#conf, (text, reason) => this.#remark(number, text, reason));
    else if (keyword === 'nameserver') this.#nameserver(rest, number);
    else this.#search(rest, number);
  }

  #noKeyword(line: string, number: number): void {
    if (words(line).length === 0 || /^[#;]/.test(line)) return;
    const reason = isSpace(line[0])
      ? 'blanks before the keyword: musl ignores the line'
      : 'musl knows only nameserver, search, domain and options: the line is ignored';
    this.#remark(number, line, reason);
  }

  #nameserver(rest: string, number: number): void {
    const { servers } = this.#conf;
    const [text = '', ...more] = words(rest);
    if (servers.length >= MAXNS) {
      this.#remark(number, text, `only the first ${MAXNS} nameservers are used`);
      return;
    }
    const literal = readLiteral(text, 'unspec', this.#interfaces);
    if (typeof literal !== 'object') {
      this.#remark(number, text, 'no IP address (a port is not possible): the line is ignored');
      return;
    }
    const { bytes, scope } = literal.address;
    const address = addressText(bytes) + (scope && `%${scope}`);
    if (servers.some((server) => server.address === address))
      this.#remark(number, text, 'the same nameserver again: musl asks it twice');
    if (scopeGetsLost(address))
      this.#remark(
        number,
        text,
        'a scope on an address that is not link-local: musl does not know its replies',
      );
    if (more.length > 0) this.#remark(number, more.join(' '), 'after the address: ignored');
    servers.push({ address, port: DNS_PORT });
  }

  #search(rest: string, number: number): void {
    if (this.#searchLine > 0)
      this.#remark(
        this.#searchLine,
        this.#conf.search.join(' '),
        `replaced by line ${number}: the last search or domain line counts`,
      );
    this.#conf.search = words(rest);
    this.#searchLine = number;
    const comment = this.#conf.search.find((word) => /^[#;]/.test(word));
    if (comment !== undefined)
      this.#remark(
        number,
        comment,
        'no comment begins here: musl takes it and what follows for search domains',
      );
  }

  #remark(line: number, text: string, reason: string): void {
    this.#conf.remarks.push({ file: 'resolv.conf', line, text: text.replace(/\r$/, ''), reason });
  }
}
