/**
 * A DNS message read as far as it can be (RFC 1035 section 4.1). The models need this and not dns-packet's decode,
 * which gives a whole message or nothing: each real resolver reads a cut or hostile message up to a place of its own.
 *
 * Text of a message is a byte string: each UTF-16 unit is one byte, 0 to 255.
 */
import { FLAGS } from './codes.ts';

/** RFC 1035 section 4.1.1, RFC 4035 section 3.2 (AD, CD). */
export interface Header {
  id: number;
  /** QR */
  response: boolean;
  opcode: number;
  /** AA */
  authoritative: boolean;
  /** TC */
  truncated: boolean;
  /** RD */
  recursionDesired: boolean;
  /** RA */
  recursionAvailable: boolean;
  /** AD */
  authenticData: boolean;
  /** CD */
  checkingDisabled: boolean;
  /** The low four bits; OPT has the others (RFC 6891 section 6.1.3). */
  rcode: number;
  questions: number;
  answers: number;
  authorities: number;
  additionals: number;
}

export const HEADER_BYTES = 12;

/** The header, or undefined where there are fewer than 12 bytes. */
export function readHeader(message: Uint8Array): Header | undefined {
  if (message.length < HEADER_BYTES) return undefined;
  const flags = uint16(message, 2);
  return {
    id: uint16(message, 0),
    response: (flags & FLAGS.QR) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & FLAGS.AA) !== 0,
    truncated: (flags & FLAGS.TC) !== 0,
    recursionDesired: (flags & FLAGS.RD) !== 0,
    recursionAvailable: (flags & FLAGS.RA) !== 0,
    authenticData: (flags & FLAGS.AD) !== 0,
    checkingDisabled: (flags & FLAGS.CD) !== 0,
    rcode: flags & 15,
    questions: uint16(message, 4),
    answers: uint16(message, 6),
    authorities: uint16(message, 8),
    additionals: uint16(message, 10),
  };
}

/** A name and where the bytes after it begin. */
export interface ReadName {
  /** Labels as byte strings, case kept; the root has none. */
  labels: string[];
  end: number;
}

/** RFC 1035 section 2.3.4: of a label, and of a name with its length bytes. */
export const MAX_LABEL_BYTES = 63;
export const MAX_NAME_BYTES = 255;

/**
 * The name at an offset, compression followed (RFC 1035 section 4.1.4). Undefined where it leaves the message, has a
 * reserved label type, or is longer than 255 bytes: that ends pointer loops too.
 */
export function readName(message: Uint8Array, offset: number): ReadName | undefined {
  const labels: string[] = [];
  let at = offset;
  let end: number | undefined;
  let bytes = 1;
  for (let jumps = 0; jumps <= MAX_NAME_BYTES; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length === 0) return { labels, end: end ?? at + 1 };
    if (length >= 0xc0) {
      if (at + 1 >= message.length) return undefined;
      end ??= at + 2;
      at = uint16(message, at) & 0x3fff;
      jumps++;
      continue;
    }
    bytes += 1 + length;
    if (length > MAX_LABEL_BYTES || bytes > MAX_NAME_BYTES || at + 1 + length > message.length)
      return undefined;
    labels.push(byteString(message, at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

/** Bytes of a name on the wire, without compression. */
export function nameLength(labels: readonly string[]): number {
  return labels.reduce((sum, label) => sum + 1 + label.length, 1);
}

/** One entry of the question section. */
export interface Question {
  labels: string[];
  type: number;
  class: number;
  end: number;
}

/** The question at an offset, or undefined where it is cut. */
export function readQuestion(message: Uint8Array, offset: number): Question | undefined {
  const name = readName(message, offset);
  if (!name || name.end + 4 > message.length) return undefined;
  const { labels, end } = name;
  return { labels, type: uint16(message, end), class: uint16(message, end + 2), end: end + 4 };
}

/** One resource record; its data are `message.subarray(dataAt, end)`. RFC 1035 section 4.1.3. */
export interface ResourceRecord {
  owner: string[];
  type: number;
  class: number;
  ttl: number;
  dataAt: number;
  end: number;
}

/** The record at an offset, or undefined where it is cut. */
export function readRecord(message: Uint8Array, offset: number): ResourceRecord | undefined {
  const name = readName(message, offset);
  if (!name || name.end + 10 > message.length) return undefined;
  const { labels: owner, end: at } = name;
  const dataAt = at + 10;
  const end = dataAt + uint16(message, at + 8);
  if (end > message.length) return undefined;
  const ttl = uint16(message, at + 4) * 0x1_0000 + uint16(message, at + 6);
  return { owner, type: uint16(message, at), class: uint16(message, at + 2), ttl, dataAt, end };
}

/** A big-endian number; bytes past the end are 0. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Some bytes as a string of as many units. */
export function byteString(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Whether two names are the same: ASCII letters in either case (RFC 4343). */
export function sameName(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((label, index) => {
    const other = b[index] ?? '';
    return label === other || lowerAscii(label) === lowerAscii(other);
  });
}

/** RFC 4343: only A to Z have another case; toLowerCase would change bytes from 0xC0 on. */
export function lowerAscii(text: string): string {
  if (!/[A-Z]/.test(text)) return text;
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
