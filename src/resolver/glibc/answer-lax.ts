/** Answers as glibc read them before bug 12154: resolv/nss_dns/dns-host.c of 2.31. */
import { CLASS_IN, TYPES } from '../../dns/codes.ts';
import {
  HEADER_BYTES,
  lowerAscii,
  type ResourceRecord,
  readHeader,
  readName,
  readRecord,
} from '../../dns/wire.ts';
import { addressLength, failed, found, mergePair, type Parsed, TOO_SMALL, targetOf } from './answer.ts';
import { isHostName, textBytes } from './host-name.ts';
import { MAX_HOST_NAME_BYTES, POINTER_BYTES, type ResultBuffer, TUPLE_BYTES } from './result-buffer.ts';
import type { Answers } from './send.ts';

/** Type and class of a question. */
const QUESTION_FIXED = 4;
const MAX_ALIASES = 48;
/** struct host_data: pointers to aliases and one address. */
const HOST_DATA_BYTES = MAX_ALIASES * POINTER_BYTES + 16;

/** gaih_getanswer: whatever the owner, and both types out of either answer. */
export function readPairLaxly({ first, second }: Answers, buffer: ResultBuffer): Parsed {
  const one = first.length > 0 ? readSlice(first, buffer, true) : undefined;
  return mergePair(one, (isFirst) => second && readSlice(second, buffer, isFirst), [
    'success',
    'notfound',
    'tryagain',
  ]);
}

interface Begun {
  answers: number;
  qname: string[];
  /** Where the answer section begins. */
  at: number;
}

function begin(message: Uint8Array): Begun | undefined {
  const header = readHeader(message);
  const name = readName(message, HEADER_BYTES);
  if (header?.questions !== 1 || !name || !isHostName(name.labels)) return undefined;
  return { answers: header.answers, qname: name.labels, at: name.end + QUESTION_FIXED };
}

/** Records up to the first that is cut or whose owner is no host name: there reading stops, what came before counts. */
function* hostRecords(message: Uint8Array, { at, answers }: Begun): Generator<ResourceRecord> {
  for (let left = answers; left > 0 && at < message.length; left--) {
    const record = readRecord(message, at);
    if (!record || !isHostName(record.owner)) return;
    yield record;
    // Behind a CNAME reading goes on where its name ends, whatever length it has been given.
    const target =
      record.class === CLASS_IN && record.type === TYPES.CNAME && readName(message, record.dataAt);
    at = target ? target.end : record.end;
  }
}

function readSlice(message: Uint8Array, buffer: ResultBuffer, withName: boolean): Parsed {
  const begun = begin(message);
  if (!begun) return failed('unavail', 'no-recovery');
  if (textBytes(begun.qname) > buffer.left) return TOO_SMALL;
  if (begun.answers === 0) return failed('notfound', 'not-found');
  const addresses: Uint8Array[] = [];
  let canonical = false;
  let named = !withName;
  /** Where the owner's name, or the first canonical one, lies. */
  let nameAt = buffer.at;
  for (const record of hostRecords(message, begun)) {
    const ownerBytes = textBytes(record.owner);
    if (ownerBytes > buffer.left) return TOO_SMALL;
    if (!named && !canonical) {
      nameAt = buffer.at;
      buffer.take(ownerBytes);
    }
    if (record.class !== CLASS_IN) continue;
    if (record.type === TYPES.CNAME) {
      const target = targetOf(message, record);
      if (!target || !isHostName(target)) break;
      canonical = true;
      if (named) continue;
      // Only a name that ends where the next would begin is given back.
      if (nameAt + ownerBytes === buffer.at) buffer.rewind(nameAt);
      if (textBytes(target) >= MAX_HOST_NAME_BYTES) break;
      if (!buffer.take(textBytes(target))) return TOO_SMALL;
      continue;
    }
    const length = addressLength(record.type);
    if (length === undefined) continue;
    if (record.end - record.dataAt !== length) break;
    // The first address of all has room of its own.
    if (named && !buffer.take(TUPLE_BYTES, POINTER_BYTES)) return TOO_SMALL;
    named = true;
    addresses.push(message.slice(record.dataAt, record.end));
  }
  if (addresses.length > 0) return found(addresses);
  return canonical ? failed('notfound', 'not-found') : failed('tryagain', 'internal');
}

/** getanswer_r, for one family: owners must follow the chain of CNAMEs, so long as it is in order. */
export function readSingleLaxly({ first }: Answers, type: number, buffer: ResultBuffer): Parsed {
  const begun = begin(first);
  if (!begun) return failed('unavail', 'no-recovery');
  const pointers = (begun.answers + 1) * POINTER_BYTES;
  if (HOST_DATA_BYTES + pointers >= buffer.left) return TOO_SMALL;
  if (textBytes(begun.qname) >= MAX_HOST_NAME_BYTES) return failed('tryagain', 'no-recovery');
  buffer.take(HOST_DATA_BYTES + pointers);
  if (!buffer.take(textBytes(begun.qname))) return TOO_SMALL;
  const addresses: Uint8Array[] = [];
  let aliases = 0;
  let hostName = lowerAscii(begun.qname.join('.'));
  for (const record of hostRecords(first, begun)) {
    const owner = lowerAscii(record.owner.join('.'));
    if (textBytes(record.owner) > buffer.left) return TOO_SMALL;
    if (record.class !== CLASS_IN) continue;
    if (record.type === TYPES.CNAME) {
      if (aliases >= MAX_ALIASES - 1) break;
      const target = targetOf(first, record);
      if (!target || !isHostName(target)) break;
      aliases++;
      if (!buffer.take(textBytes(record.owner)) || !buffer.take(textBytes(target))) return TOO_SMALL;
      hostName = lowerAscii(target.join('.'));
      continue;
    }
    if (record.type !== type || owner !== hostName) continue;
    if (record.end - record.dataAt !== addressLength(type)) break;
    if (addresses.length === 0 && !buffer.take(textBytes(record.owner))) return TOO_SMALL;
    buffer.take(0, 4);
    if (!buffer.take(record.end - record.dataAt)) return TOO_SMALL;
    addresses.push(first.slice(record.dataAt, record.end));
  }
  if (addresses.length > 0) return found(addresses);
  return failed(aliases > 0 ? 'notfound' : 'tryagain', 'no-recovery');
}
