import { TYPES } from '../../dns/codes.ts';
import { HEADER_BYTES } from '../../dns/wire.ts';
import { MAX_ADDRESSES } from './hosts.ts';
import type { Address } from './literal.ts';
import type { AskedType } from './question.ts';
import type { MuslRules } from './rules.ts';

/** Where an answer lies in memory. */
export interface Span {
  memory: Uint8Array;
  start: number;
  length: number;
}

/** Type and class of a question, and what of them must follow a name. */
const QUESTION_BYTES = 4;
/** Type, class, TTL and data length of a record: RFC 1035 section 4.1.3. */
const RECORD_BYTES = 10;

/**
 * Adds the addresses of an answer to those found, at most 48 in all (dns_parse.c, __dns_parse; lookup_name.c,
 * dns_parse_callback). Owners and CNAMEs are not looked at. Ends at the first thing that is wrong, and keeps what it
 * has.
 */
export function collectAddresses(answer: Span, asked: AskedType, rules: MuslRules, found: Address[]): void {
  const { start, length, memory } = answer;
  const byte = (at: number) => memory[start + at] ?? 0;
  const word = (at: number) => byte(at) * 256 + byte(at + 1);
  if (length < HEADER_BYTES || (byte(3) & 15) !== 0) return;
  const questions = word(4);
  const records = word(6);
  if (questions + records > rules.maxRecords) return;

  /** After a name: past labels byte by byte, whatever their lengths say, to the root, a pointer or the end. */
  function afterName(at: number, needed: number): number | undefined {
    let end = at;
    while (end < length && byte(end) >= 1 && byte(end) <= 127) end++;
    const pointer = byte(end) >= 0xc0 ? word(end) & 0x3fff : 0;
    if (pointer > rules.maxPointer || end > length - needed) return undefined;
    return end + (byte(end) === 0 ? 1 : 2);
  }

  let at: number | undefined = HEADER_BYTES;
  for (let question = 0; question < questions; question++) {
    at = afterName(at, QUESTION_BYTES + 2);
    if (at === undefined) return;
    at += QUESTION_BYTES;
  }
  for (let record = 0; record < records; record++) {
    at = afterName(at, rules.cutRecords === 'read' ? QUESTION_BYTES + 2 : RECORD_BYTES + 2);
    if (at === undefined) return;
    const dataLength = word(at + 8);
    const bytesLeft = length - at - (rules.cutRecords === 'read' ? 0 : RECORD_BYTES);
    if (dataLength > bytesLeft) return;
    const data = start + at + RECORD_BYTES;
    // The high byte of the type is not looked at: CAA (257) passes for A.
    if (!take(byte(at + 1), memory.slice(data, data + dataLength), asked, rules, found)) return;
    at += RECORD_BYTES + dataLength;
  }
}

const ADDRESS_BYTES: Readonly<Record<number, number>> = { [TYPES.A]: 4, [TYPES.AAAA]: 16 };

/** @returns whether the next record is looked at */
function take(type: number, data: Uint8Array, asked: AskedType, rules: MuslRules, found: Address[]): boolean {
  if (found.length >= MAX_ADDRESSES) return false;
  const size = ADDRESS_BYTES[type];
  if (size === undefined || (rules.wrongTypes === 'dropped' && type !== asked)) return true;
  if (data.length !== size) return false;
  found.push({ bytes: data, scope: '' });
  return true;
}
