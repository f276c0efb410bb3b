import { CLASS_IN, TYPES } from '../../dns/codes.ts';
import {
  HEADER_BYTES,
  type Header,
  type Question,
  type ResourceRecord,
  readName,
  readRecord,
  uint16,
} from '../../dns/wire.ts';

/** A message as nslookup and dig have it after dns_message_parse. */
export interface Message {
  header: Header;
  /** OPT's upper eight bits added (RFC 6891 section 6.1.3). */
  rcode: number;
  questions: Question[];
  answers: ResourceRecord[];
  /** Where the options of its OPT record are. */
  options: { from: number; to: number } | undefined;
  bytes: Uint8Array;
}

/** `bad` in BIND's words. `recoverable`: wrong, but dig shows what could be read. */
export type Parsed = { message: Message; recoverable: boolean } | { bad: string };

type Result =
  | 'ok'
  | 'unexpected end of input'
  | 'FORMERR'
  | 'bad compression pointer'
  | 'bad label type'
  | 'extra input text';

const DNAME = 39;
/** Their data are one name. */
const SINGLE_NAME: readonly number[] = [TYPES.CNAME, TYPES.NS, TYPES.PTR, DNAME];

/**
 * Parses a reply as lib/dns/message.c does (dns_message_parse): nslookup strictly, dig with
 * DNS_MESSAGEPARSE_BESTEFFORT, which goes over what is cut or in the wrong place.
 */
export function parseMessage(bytes: Uint8Array, header: Header, bestEffort: boolean): Parsed {
  return new MessageParser(bytes, header, bestEffort).parse();
}

class MessageParser {
  readonly #bytes: Uint8Array;
  readonly #message: Message;
  readonly #bestEffort: boolean;
  #at = HEADER_BYTES;
  #class: number | undefined;
  #problem = false;

  constructor(bytes: Uint8Array, header: Header, bestEffort: boolean) {
    this.#bytes = bytes;
    this.#message = { header, rcode: header.rcode, questions: [], answers: [], options: undefined, bytes };
    this.#bestEffort = bestEffort;
  }

  parse(): Parsed {
    const { questions, answers, authorities, additionals } = this.#message.header;
    const readers: [number, () => Result][] = [
      [questions, () => this.#question()],
      [answers, () => this.#record('answer')],
      [authorities, () => this.#record('authority')],
      [additionals, () => this.#record('additional')],
    ];
    for (const [count, read] of readers) {
      for (let each = 0; each < count; each++) {
        const result = read();
        if (result === 'ok') continue;
        // DNS_MESSAGEPARSE_IGNORETRUNCATION goes with best effort.
        if (result === 'unexpected end of input' && this.#bestEffort)
          return { message: this.#message, recoverable: true };
        return { bad: result };
      }
    }
    return { message: this.#message, recoverable: this.#problem };
  }

  #question(): Result {
    const name = this.#name(this.#at);
    if (typeof name === 'string') return name;
    const at = name.end;
    if (at + 4 > this.#bytes.length) return 'unexpected end of input';
    const [type, inClass] = [uint16(this.#bytes, at), uint16(this.#bytes, at + 2)];
    const before = this.#message.questions;
    this.#at = at + 4;
    this.#class ??= inClass;
    const wrong = before.length > 0 || this.#class !== inClass;
    before.push({ labels: name.labels, type, class: inClass, end: this.#at });
    return wrong ? this.#forgive() : 'ok';
  }

  #record(section: 'answer' | 'authority' | 'additional'): Result {
    const name = this.#name(this.#at);
    if (typeof name === 'string') return name;
    const record = readRecord(this.#bytes, this.#at);
    if (!record) return 'unexpected end of input';
    const isOpt = record.type === TYPES.OPT;
    if (!isOpt) this.#class ??= record.class;
    const misplaced = isOpt
      ? name.labels.length > 0 || section !== 'additional' || this.#message.options !== undefined
      : record.class !== this.#class;
    if (misplaced && !this.#bestEffort) return 'FORMERR';
    if (misplaced) this.#problem = true;
    const result = isOpt ? 'ok' : this.#data(record);
    if (result !== 'ok') return result;
    this.#at = record.end;
    if (isOpt && !misplaced) {
      this.#message.options = { from: record.dataAt, to: record.end };
      this.#message.rcode |= (record.ttl >>> 24) << 4;
    } else if (section === 'answer') this.#message.answers.push(record);
    return 'ok';
  }

  /** dns_rdata_fromwire for the types that matter here. */
  #data({ type, class: inClass, dataAt, end }: ResourceRecord): Result {
    if (inClass !== CLASS_IN) return 'ok';
    const length = end - dataAt;
    if (type === TYPES.A || type === TYPES.AAAA) {
      const wanted = type === TYPES.A ? 4 : 16;
      if (length < wanted) return 'unexpected end of input';
      return length > wanted ? 'extra input text' : 'ok';
    }
    if (SINGLE_NAME.includes(type)) return this.#target(dataAt, end, 0);
    if (type === TYPES.MX) return this.#target(dataAt + 2, end, 0);
    if (type === TYPES.SRV) return this.#target(dataAt + 6, end, 0);
    if (type === TYPES.TXT) return this.#strings(dataAt, end);
    if (type !== TYPES.SOA) return 'ok';
    const origin = this.#name(dataAt);
    return typeof origin === 'string' ? origin : this.#target(origin.end, end, 20);
  }

  /** One character string or more (RFC 1035 section 3.3.14). */
  #strings(from: number, end: number): Result {
    let at = from;
    do at += 1 + (this.#bytes[at] ?? 0);
    while (at < end);
    return at === end ? 'ok' : 'unexpected end of input';
  }

  /** A name, and so many bytes behind it. */
  #target(at: number, end: number, more: number): Result {
    const name = this.#name(at);
    if (typeof name === 'string') return name;
    if (name.end + more > end) return 'unexpected end of input';
    return name.end + more < end ? 'extra input text' : 'ok';
  }

  /** dns_name_fromwire: a pointer must lead to before all that has been read of the name. */
  #name(from: number): { labels: string[]; end: number } | Exclude<Result, 'ok'> {
    let lowest = from;
    for (let at = from; ; ) {
      const length = this.#bytes[at];
      if (length === undefined) return 'unexpected end of input';
      if (length === 0) break;
      if (length < 64) at += 1 + length;
      else if (length < 0xc0) return 'bad label type';
      else {
        if (at + 1 >= this.#bytes.length) return 'unexpected end of input';
        at = uint16(this.#bytes, at) & 0x3fff;
        if (at >= lowest) return 'bad compression pointer';
        lowest = at;
      }
    }
    return readName(this.#bytes, from) ?? 'FORMERR';
  }

  #forgive(): Result {
    this.#problem = true;
    return this.#bestEffort ? 'ok' : 'FORMERR';
  }
}
