import { typeText } from '../../dns/codes.ts';
import type { Edns } from '../../dns/edns.ts';
import { decodeMessage, type Message, type MessageRecord } from '../../dns/message.ts';
import { MessageError } from '../../dns/message-error.ts';
import { HEADER_BYTES, readHeader, readQuestion, sameName } from '../../dns/wire.ts';
import type { CheckFailure, CheckReply } from '../../journal/probe-record.ts';

/** What was asked: a reply has to be to this. */
export interface Asked {
  id: number;
  labels: readonly string[];
  type: number;
}

const MAX_ADDRESSES = 64;
/** A server may send as many texts of its own as fit. */
const MAX_EXTENDED_ERRORS = 4;
const MAX_TEXT = 120;
/** As far as UDP goes: a reply longer than was announced is a fact too. */
const MAX_BYTES = 65_535;

/**
 * The facts of a reply; undefined where the message is none to what was asked
 * (RFC 5452 section 9.1: id, question), so that the wait goes on.
 */
export function readReply(message: Uint8Array, asked: Asked): CheckReply | CheckFailure | undefined {
  if (!isTo(message, asked)) return undefined;
  const decoded = decode(message);
  if (!decoded) return { kind: 'malformed' };
  const { header, rcode, answers, edns } = decoded;
  const extendedErrors = extendedErrorsOf(edns);
  return {
    kind: 'reply',
    rcode,
    tc: header.truncated,
    ra: header.recursionAvailable,
    aa: header.authoritative,
    opt: edns !== undefined,
    ...(extendedErrors.length > 0 && { extendedErrors }),
    answers: header.answers,
    addresses: addressesOf(answers, asked.type),
    order: orderOf(answers, asked.type),
    bytes: message.length,
  };
}

/** An error may come without its question, as a bare header does. */
function isTo(message: Uint8Array, { id, labels, type }: Asked): boolean {
  const header = readHeader(message);
  if (!header?.response || header.id !== id) return false;
  if (header.questions === 0) return header.rcode !== 0;
  const question = readQuestion(message, HEADER_BYTES);
  return question !== undefined && question.type === type && sameName(question.labels, labels);
}

/** Undefined where it cannot be read, or ends early without saying so. */
function decode(message: Uint8Array): Message | undefined {
  try {
    const read = decodeMessage(message, { proto: 'udp', maxBytes: MAX_BYTES });
    const cut = read.faults.some(({ code }) => code === 'cut');
    return cut && !read.header.truncated ? undefined : read;
  } catch (error) {
    if (error instanceof MessageError) return undefined;
    throw error;
  }
}

function extendedErrorsOf(edns: Edns | undefined): string[] {
  return (edns?.errors ?? []).slice(0, MAX_EXTENDED_ERRORS).map(({ code, name, text }) => {
    const said = text === '' ? '' : `: ${text.slice(0, MAX_TEXT)}`;
    return `${name} (${code})${said}`;
  });
}

function addressesOf(answers: readonly MessageRecord[], type: number): string[] {
  const addresses = answers.filter((record) => record.type === typeText(type)).map(({ data }) => data);
  return [...new Set(addresses)].toSorted().slice(0, MAX_ADDRESSES);
}

function orderOf(answers: readonly MessageRecord[], type: number): CheckReply['order'] {
  const cname = answers.findLastIndex((record) => record.type === 'CNAME');
  const address = answers.findIndex((record) => record.type === typeText(type));
  if (cname < 0) return 'no-cname';
  return address >= 0 && address < cname ? 'address-before-cname' : 'cname-first';
}
