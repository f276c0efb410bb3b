import { TYPES } from '../../dns/codes.ts';
import {
  HEADER_BYTES,
  MAX_LABEL_BYTES,
  type ResourceRecord,
  readHeader,
  readName,
  readRecord,
  uint16,
} from '../../dns/wire.ts';
import { addressText } from '../address.ts';
import { nameText } from '../bind/name.ts';

/** What busybox prints of a reply. `parseError`: it stopped at something it could not read. */
export interface ReplyText {
  addresses: string[];
  /** PTR records. */
  names: string[];
  parseError: boolean;
}

/** Bytes that data of a type must have (networking/nslookup.c, parse_reply). */
const EXACT: Readonly<Record<number, number>> = { [TYPES.A]: 4, [TYPES.AAAA]: 16 };
const LEAST: Readonly<Record<number, number>> = {
  [TYPES.MX]: 2,
  [TYPES.TXT]: 1,
  [TYPES.SRV]: 6,
  [TYPES.SOA]: 20,
};
const NAMES: readonly number[] = [TYPES.NS, TYPES.CNAME, TYPES.PTR];

/**
 * The answer section of a reply as parse_reply goes through it; the whole message must be well formed and end where it
 * says.
 */
export function readReply(message: Uint8Array): ReplyText {
  const text: ReplyText = { addresses: [], names: [], parseError: true };
  const header = readHeader(message);
  const answersAt = isWhole(message);
  if (!header || answersAt === undefined) return text;
  let at = answersAt;
  for (let left = header.answers; left > 0; left--) {
    const record = readRecord(message, at);
    if (!record || !goodData(message, record)) return text;
    at = record.end;
    if (EXACT[record.type] !== undefined)
      text.addresses.push(addressText(message.subarray(record.dataAt, record.end)));
    if (record.type === TYPES.PTR)
      text.names.push(
        `${nameText(record.owner)}\tname = ${nameText(readName(message, record.dataAt)?.labels ?? [])}`,
      );
  }
  return { ...text, parseError: false };
}

/** glibc's ns_initparse. @returns where the answers begin; undefined: not well formed */
function isWhole(message: Uint8Array): number | undefined {
  const header = readHeader(message);
  if (!header) return undefined;
  let at = HEADER_BYTES;
  for (let left = header.questions; left > 0; left--) {
    const end = skipName(message, at);
    if (end === undefined || end + 4 > message.length) return undefined;
    at = end + 4;
  }
  const answersAt = at;
  for (let left = header.answers + header.authorities + header.additionals; left > 0; left--) {
    const end = skipName(message, at);
    if (end === undefined || end + 10 > message.length) return undefined;
    at = end + 10 + uint16(message, end + 8);
  }
  return at === message.length ? answersAt : undefined;
}

/** ns_name_skip: a name is stepped over, a pointer not followed. */
function skipName(message: Uint8Array, from: number): number | undefined {
  for (let at = from; at < message.length; ) {
    const length = message[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > MAX_LABEL_BYTES) return undefined;
    at += 1 + length;
  }
  return undefined;
}

function goodData(message: Uint8Array, { type, dataAt, end }: ResourceRecord): boolean {
  const exact = EXACT[type];
  if (exact !== undefined) return end - dataAt === exact;
  if (NAMES.includes(type)) return readName(message, dataAt) !== undefined;
  return end - dataAt >= (LEAST[type] ?? 0);
}
