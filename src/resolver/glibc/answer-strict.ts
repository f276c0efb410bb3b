/** Answers as glibc reads them since bug 12154: resolv/nss_dns/dns-host.c of 2.37 and of the branches from 2.34. */
import { CLASS_IN, RCODE, TYPES } from '../../dns/codes.ts';
import {
  HEADER_BYTES,
  type Header,
  nameLength,
  type Question,
  type ResourceRecord,
  readHeader,
  readQuestion,
  readRecord,
  sameName,
} from '../../dns/wire.ts';
import { addressLength, failed, found, mergePair, type Parsed, TOO_SMALL, targetOf } from './answer.ts';
import { isHostName, textBytes } from './host-name.ts';
import { POINTER_BYTES, type ResultBuffer, TUPLE_BYTES } from './result-buffer.ts';
import type { Answers } from './send.ts';

/** gaih_getanswer, for A and AAAA at once. */
export function readPairStrictly({ first, second }: Answers, buffer: ResultBuffer): Parsed {
  const one = first.length > 0 ? readSlice(first, buffer, true) : undefined;
  return mergePair(one, (isFirst) => second && readSlice(second, buffer, isFirst), ['success', 'notfound']);
}

/** __ns_rr_cursor_init: exactly one question, not compressed. */
function begin(message: Uint8Array): { header: Header; question: Question } | undefined {
  const header = readHeader(message);
  const question = readQuestion(message, HEADER_BYTES);
  if (header?.questions !== 1 || !question) return undefined;
  const plain = HEADER_BYTES + nameLength(question.labels) + 4;
  return question.end === plain ? { header, question } : undefined;
}

/** The records of the answer section; the last is undefined where one is cut. */
function* records(message: Uint8Array, at: number, count: number): Generator<ResourceRecord | undefined> {
  for (let left = count; left > 0; left--) {
    const record = readRecord(message, at);
    yield record;
    if (!record) return;
    at = record.end;
  }
}

/** gaih_getanswer_slice: addresses at the end of the chain of CNAMEs so far; a CNAME counts whatever its owner is. */
function readSlice(message: Uint8Array, buffer: ResultBuffer, withName: boolean): Parsed {
  const begun = begin(message);
  if (!begun) return failed('unavail', 'no-recovery');
  const { header, question } = begun;
  if (header.answers === 0 || !isHostName(question.labels)) return failed('notfound', 'not-found');
  const length = addressLength(question.type);
  const addresses: Uint8Array[] = [];
  let expected = question.labels;
  let canonical: string[] | undefined = withName ? question.labels : undefined;
  for (const record of records(message, question.end, header.answers)) {
    const target = record?.type === TYPES.CNAME ? targetOf(message, record) : undefined;
    if (!record || (record.type === TYPES.CNAME && !target))
      return buffer.failed ? TOO_SMALL : { status: 'unavail', hostError: 'no-recovery', addresses };
    if (target) {
      expected = target;
      if (canonical && isHostName(target)) canonical = target;
    } else if (isWanted(record, question.type, expected, length)) {
      buffer.take(TUPLE_BYTES, POINTER_BYTES);
      if (canonical) buffer.take(textBytes(canonical));
      canonical = undefined;
      addresses.push(message.slice(record.dataAt, record.end));
    }
  }
  if (buffer.failed) return TOO_SMALL;
  return addresses.length > 0 ? found(addresses) : failed('notfound', 'not-found');
}

function isWanted(
  { type, owner, dataAt, end }: ResourceRecord,
  wanted: number,
  expected: readonly string[],
  length: number | undefined,
): boolean {
  return type === wanted && sameName(owner, expected) && end - dataAt === length;
}

/** getanswer_r, for one family. */
export function readSingleStrictly({ first }: Answers, type: number, buffer: ResultBuffer): Parsed {
  const begun = begin(first);
  if (!begun) return failed('unavail', 'no-recovery');
  const { header, question } = begun;
  if (header.rcode === RCODE.NXDOMAIN || !isHostName(question.labels)) return failed('notfound', 'not-found');
  const length = addressLength(type);
  const addresses: Uint8Array[] = [];
  let aliases = 1;
  let expected = question.labels;
  buffer.take(textBytes(expected));
  for (const record of records(first, question.end, header.answers)) {
    if (!record) return failed('unavail', 'no-recovery');
    if (record.class !== CLASS_IN) continue;
    if (record.type === TYPES.CNAME) {
      const target = targetOf(first, record);
      if (!target) return failed('unavail', 'no-recovery');
      expected = target;
      if (!isHostName(target)) continue;
      aliases++;
      buffer.take(textBytes(target));
    } else if (isWanted(record, type, expected, length)) {
      buffer.take(0, 4);
      buffer.take(record.end - record.dataAt);
      addresses.push(first.slice(record.dataAt, record.end));
    }
  }
  if (addresses.length === 0) return failed('tryagain', 'no-recovery');
  buffer.take((addresses.length + 1) * POINTER_BYTES, POINTER_BYTES);
  buffer.take(aliases * POINTER_BYTES, POINTER_BYTES);
  return buffer.failed ? TOO_SMALL : found(addresses);
}
