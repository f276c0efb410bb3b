import { rcodeText, TYPES } from '../../dns/codes.ts';
import {
  HEADER_BYTES,
  type Header,
  type Question,
  type ResourceRecord,
  readHeader,
  readQuestion,
  readRecord,
  sameName,
} from '../../dns/wire.ts';
import type { CheckFailure, CheckReply } from '../../journal/probe-record.ts';
import { addressText } from '../../resolver/address.ts';

/** What was asked: a reply has to be to this. */
export interface Asked {
  id: number;
  labels: readonly string[];
  type: number;
}

/** Records that are looked at: a hostile reply may have 65,535 of them. */
const MAX_RECORDS = 256;
const MAX_ADDRESSES = 64;

/**
 * The facts of a reply; undefined where the message is none to what was asked (RFC 5452 section 9.1: id, question), so that
 * the wait goes on.
 */
export function readReply(message: Uint8Array, asked: Asked): CheckReply | CheckFailure | undefined {
  const header = readHeader(message);
  if (!header?.response || header.id !== asked.id) return undefined;
  const question = header.questions > 0 ? readQuestion(message, HEADER_BYTES) : undefined;
  if (question ? !isAbout(question, asked) : header.rcode === 0) return undefined;
  const { answers, additionals } = readRecords(message, header, question?.end ?? HEADER_BYTES);
  if (answers.length < Math.min(header.answers, MAX_RECORDS) && !header.truncated)
    return { kind: 'malformed' };
  const opt = additionals.find(({ type }) => type === TYPES.OPT);
  return {
    kind: 'reply',
    // RFC 6891 section 6.1.3: OPT's TTL begins with the upper eight bits.
    rcode: rcodeText(header.rcode | ((opt ? opt.ttl >>> 24 : 0) << 4)),
    tc: header.truncated,
    ra: header.recursionAvailable,
    aa: header.authoritative,
    opt: opt !== undefined,
    answers: header.answers,
    addresses: addressesOf(message, answers, asked.type),
    order: orderOf(answers, asked.type),
    bytes: message.length,
  };
}

function isAbout(question: Question, { labels, type }: Asked): boolean {
  return question.type === type && sameName(question.labels, labels);
}

function readRecords(message: Uint8Array, header: Header, from: number) {
  const answers: ResourceRecord[] = [];
  const additionals: ResourceRecord[] = [];
  const before = header.answers + header.authorities;
  let at = from;
  for (let index = 0; index < Math.min(before + header.additionals, MAX_RECORDS); index++) {
    const record = readRecord(message, at);
    if (!record) break;
    if (index < header.answers) answers.push(record);
    else if (index >= before) additionals.push(record);
    at = record.end;
  }
  return { answers, additionals };
}

function addressesOf(message: Uint8Array, answers: readonly ResourceRecord[], type: number): string[] {
  const bytes = type === TYPES.A ? 4 : 16;
  const addresses = answers
    .filter((record) => record.type === type && record.end - record.dataAt === bytes)
    .map(({ dataAt, end }) => addressText(message.subarray(dataAt, end)));
  return [...new Set(addresses)].toSorted().slice(0, MAX_ADDRESSES);
}

function orderOf(answers: readonly ResourceRecord[], type: number): CheckReply['order'] {
  const cname = answers.findLastIndex((record) => record.type === TYPES.CNAME);
  const address = answers.findIndex((record) => record.type === type);
  if (cname < 0) return 'no-cname';
  return address >= 0 && address < cname ? 'address-before-cname' : 'cname-first';
}
