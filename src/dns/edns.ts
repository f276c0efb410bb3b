import { TYPES } from './codes.ts';
import { HEADER_BYTES, type Header, type ResourceRecord, readQuestion, readRecord, uint16 } from './wire.ts';

/** What an OPT record says (RFC 6891 section 6.1). */
export interface Edns {
  udpPayloadSize: number;
  version: number;
  dnssecOk: boolean;
  /** The upper eight bits of the rcode. */
  extendedRcode: number;
  options: readonly { code: number; data: Uint8Array }[];
  /** Why the server answered as it did, in its own words. */
  errors: readonly ExtendedError[];
}

/** RFC 8914. */
interface ExtendedError {
  code: number;
  /** `Stale Answer`; `EDE99` where IANA has no name known here. */
  name: string;
  /** EXTRA-TEXT, UTF-8. */
  text: string;
}

const EDE = 15;

/** IANA "Extended DNS Error Codes", by number. */
const ERROR_NAMES: readonly string[] = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
  'Invalid Query Type',
];

/** An OPT record read; undefined where an option is longer than the data. */
export function readEdns(message: Uint8Array, record: ResourceRecord): Edns | undefined {
  const options = readOptions(message.subarray(record.dataAt, record.end));
  if (!options) return undefined;
  return {
    udpPayloadSize: record.class,
    extendedRcode: Math.floor(record.ttl / 0x100_0000),
    version: (record.ttl >> 16) & 0xff,
    dnssecOk: (record.ttl & 0x8000) !== 0,
    options,
    errors: options
      .filter(({ code, data }) => code === EDE && data.length >= 2)
      .map(({ data }) => errorOf(data)),
  };
}

/** A hostile message may have 65,535 of them; an honest one puts OPT behind some tens. */
const MAX_RECORDS = 256;

/**
 * The rcode with OPT's upper bits (RFC 6891 section 6.1.3): 16 for BADVERS. The header's own where no OPT record is
 * found, which is looked for only where one was asked with.
 */
export function fullRcode(message: Uint8Array, header: Header, askedWithEdns: boolean): number {
  if (!askedWithEdns || header.additionals === 0) return header.rcode;
  let at = HEADER_BYTES;
  for (let nth = 0; nth < header.questions; nth++) {
    const question = readQuestion(message, at);
    if (!question) return header.rcode;
    at = question.end;
  }
  const records = Math.min(header.answers + header.authorities + header.additionals, MAX_RECORDS);
  for (let nth = 0; nth < records; nth++) {
    const record = readRecord(message, at);
    if (!record) break;
    if (record.type === TYPES.OPT) return header.rcode + 16 * Math.floor(record.ttl / 0x100_0000);
    at = record.end;
  }
  return header.rcode;
}

/** RFC 6891 section 6.1.2. */
function readOptions(data: Uint8Array): { code: number; data: Uint8Array }[] | undefined {
  const options: { code: number; data: Uint8Array }[] = [];
  let at = 0;
  while (at < data.length) {
    const end = at + 4 + uint16(data, at + 2);
    if (at + 4 > data.length || end > data.length) return undefined;
    options.push({ code: uint16(data, at), data: data.subarray(at + 4, end) });
    at = end;
  }
  return options;
}

/** RFC 8914 section 2; a zero byte at the end of the text is no part of it. */
function errorOf(data: Uint8Array): ExtendedError {
  const code = uint16(data, 0);
  const text = Buffer.from(data.subarray(2)).toString('utf8').replace(/\0$/, '');
  return { code, name: ERROR_NAMES[code] ?? `EDE${code}`, text };
}
