/**
 * Reads a DNS message as golang.org/x/net/dns/dnsmessage does, step by step and no further than it is asked to: where a
 * message is broken only counts when Go gets there.
 */
import { byteString, HEADER_BYTES, type Header, readHeader, uint16 } from '../../dns/wire.ts';
import type { GoRules } from './rules.ts';

export type Section = 'questions' | 'answers' | 'authorities' | 'additionals';
const SECTIONS: readonly Section[] = ['questions', 'answers', 'authorities', 'additionals'];

/** ErrSectionDone, and any other error. */
export type End = 'done' | 'broken';

export interface RecordHead {
  type: number;
  /** Class and TTL of OPT have a meaning of their own (RFC 6891 section 6.1.3). */
  ttl: number;
}

type NameRules = Pick<GoRules, 'dotsInLabels' | 'longestName'>;

/** Name.unpack: more pointers than this are taken for a loop. */
const MAX_POINTERS = 10;
/** Type, class, TTL and data length. */
const HEAD_BYTES = 10;

/** dnsmessage.Parser. */
export class MessageReader {
  readonly header: Header;
  readonly #message: Uint8Array;
  readonly #rules: NameRules;
  #at = HEADER_BYTES;
  #section = 0;
  /** Entries of the section that are behind. */
  #index = 0;
  /** The record whose head was read and that was not passed yet. */
  #record: { at: number; dataAt: number; length: number } | undefined;

  private constructor(message: Uint8Array, header: Header, rules: NameRules) {
    this.#message = message;
    this.header = header;
    this.#rules = rules;
  }

  /** Undefined where the header is cut. */
  static start(message: Uint8Array, rules: NameRules): MessageReader | undefined {
    const header = readHeader(message);
    return header && new MessageReader(message, header, rules);
  }

  /** Another reader at the same place. */
  copy(): MessageReader {
    const copy = new MessageReader(this.#message, this.header, this.#rules);
    copy.#at = this.#at;
    copy.#section = this.#section;
    copy.#index = this.#index;
    copy.#record = this.#record;
    return copy;
  }

  /** The next question, its name with dots behind all labels. */
  question(): { name: string; type: number; class: number } | End {
    const end = this.#advance('questions');
    if (end) return end;
    const name = readGoName(this.#message, this.#at, this.#rules);
    if (!name || name.end + 4 > this.#message.length) return 'broken';
    this.#at = name.end + 4;
    this.#index++;
    return {
      name: name.text,
      type: uint16(this.#message, name.end),
      class: uint16(this.#message, name.end + 2),
    };
  }

  /** The head of the next record; the same again until it is passed. */
  head(section: Section): RecordHead | End {
    if (this.#record) this.#at = this.#record.at;
    const end = this.#advance(section);
    if (end) return end;
    const name = readGoName(this.#message, this.#at, this.#rules);
    if (!name || name.end + HEAD_BYTES > this.#message.length) return 'broken';
    const dataAt = name.end + HEAD_BYTES;
    this.#record = { at: this.#at, dataAt, length: uint16(this.#message, dataAt - 2) };
    this.#at = dataAt;
    const ttl = uint16(this.#message, name.end + 4) * 0x1_0000 + uint16(this.#message, name.end + 6);
    return { type: uint16(this.#message, name.end), ttl };
  }

  /** Passes the next record: unlike a head its owner's name is not followed. */
  skip(section: Section): 'ok' | End {
    if (this.#record && SECTIONS[this.#section] === section) {
      const { dataAt, length } = this.#record;
      if (dataAt + length > this.#message.length) return 'broken';
      this.#pass(dataAt + length);
      return 'ok';
    }
    const end = this.#advance(section);
    if (end) return end;
    const nameEnd = skipName(this.#message, this.#at);
    if (nameEnd === undefined || nameEnd + HEAD_BYTES > this.#message.length) return 'broken';
    const next = nameEnd + HEAD_BYTES + uint16(this.#message, nameEnd + HEAD_BYTES - 2);
    if (next > this.#message.length) return 'broken';
    this.#pass(next);
    return 'ok';
  }

  /** Passes what is left of a section. */
  skipAll(section: Section): End {
    for (;;) {
      const skipped = this.skip(section);
      if (skipped !== 'ok') return skipped;
    }
  }

  /** The address in a record whose head was read; only the end of the message bounds it, not the record's length. */
  address(bytes: 4 | 16): Uint8Array | undefined {
    if (!this.#record) return undefined;
    const { dataAt, length } = this.#record;
    if (dataAt + bytes > this.#message.length) return undefined;
    this.#pass(dataAt + length);
    return this.#message.slice(dataAt, dataAt + bytes);
  }

  /** Passes a CNAME whose head was read; false where its target cannot be read. */
  cname(): boolean {
    if (!this.#record || !readGoName(this.#message, this.#record.dataAt, this.#rules)) return false;
    this.#pass(this.#record.dataAt + this.#record.length);
    return true;
  }

  #pass(next: number): void {
    this.#at = next;
    this.#record = undefined;
    this.#index++;
  }

  /** Parser.checkAdvance: undefined where the section has an entry left. */
  #advance(section: Section): End | undefined {
    const wanted = SECTIONS.indexOf(section);
    if (this.#section < wanted) return 'broken';
    if (this.#section > wanted) return 'done';
    this.#record = undefined;
    if (this.#index !== this.header[section]) return undefined;
    this.#index = 0;
    this.#section++;
    return 'done';
  }
}

/** dnsmessage, Name.unpack: labels with a dot behind each, so that a dot within one is not told apart. */
function readGoName(
  message: Uint8Array,
  offset: number,
  { dotsInLabels, longestName }: NameRules,
): { text: string; end: number } | undefined {
  let text = '';
  let at = offset;
  let end: number | undefined;
  for (let pointers = 0; ; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length === 0) break;
    if (length < 0x40) {
      if (at + 1 + length > message.length) return undefined;
      const label = byteString(message, at + 1, at + 1 + length);
      if (dotsInLabels === 'unreadable' && label.includes('.')) return undefined;
      text += `${label}.`;
      if (text.length > longestName) return undefined;
      at += 1 + length;
      continue;
    }
    if (length < 0xc0 || at + 1 >= message.length || ++pointers > MAX_POINTERS) return undefined;
    end ??= at + 2;
    at = uint16(message, at) & 0x3fff;
  }
  return { text: text || '.', end: end ?? at + 1 };
}

/** dnsmessage, skipName: a pointer ends the name wherever it points to. */
function skipName(message: Uint8Array, offset: number): number | undefined {
  for (let at = offset; ; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length >= 0x40 || at + 1 + length > message.length) return undefined;
    at += 1 + length;
  }
}
