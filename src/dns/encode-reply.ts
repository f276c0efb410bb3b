import { addressBytes } from './address.ts';
import { CLASS_IN, FLAGS, RCODE, TYPES } from './codes.ts';
import type { ScriptedReply } from './script.ts';
import { HEADER_BYTES, lowerAscii, readHeader, readQuestion, uint16 } from './wire.ts';

const SOA_DATA = Buffer.concat([
  nameBytes('ns.test'),
  nameBytes('hostmaster.test'),
  Buffer.from('0000000100000e10000003840000a8c00000003c', 'hex'),
]);

/** The bytes of a reply to a query. */
export function encodeReply(query: Uint8Array, reply: ScriptedReply): Uint8Array {
  if (reply.raw) return reply.raw;
  const header = readHeader(query);
  const asked = readQuestion(query, HEADER_BYTES);
  if (!header || !asked) return new Uint8Array();
  const name = asked.labels.join('.');
  const records = recordsOf(name, asked.type, reply);
  const rcode = reply.rcode ?? RCODE.NOERROR;
  const opt = header.additionals > 0 && (reply.opt ?? rcode !== RCODE.FORMERR);

  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE((reply.wrongId ? header.id + 1 : header.id) & 0xffff, 0);
  head.writeUInt16BE(
    FLAGS.QR |
      (uint16(query, 2) & FLAGS.RD) |
      (reply.aa ? FLAGS.AA : 0) |
      (reply.ra === false ? 0 : FLAGS.RA) |
      (reply.tc ? FLAGS.TC : 0) |
      (reply.ad ? FLAGS.AD : 0) |
      (rcode & 15),
    2,
  );
  head.writeUInt16BE(reply.question === 'none' ? 0 : 1, 4);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(reply.soa ? 1 : 0, 8);
  head.writeUInt16BE(opt ? 1 : 0, 10);

  const writer = new RecordWriter(head, questionBytes(query, asked.end, reply.question), name, reply);
  for (const { owner, type, data } of records) writer.add(owner ?? name, type, data);
  if (reply.soa) writer.add('test', TYPES.SOA, SOA_DATA);
  if (opt) writer.addOpt(rcode >> 4);
  return writer.bytes();
}

function recordsOf(name: string, type: number, reply: ScriptedReply) {
  const chain = reply.cname ?? [];
  const owner = chain.at(-1) ?? name;
  const both = reply.both ?? false;
  return [
    ...chain.map((target, index) => ({
      owner: chain[index - 1] ?? name,
      type: TYPES.CNAME,
      data: nameBytes(target),
    })),
    ...(type === TYPES.A || both ? (reply.a ?? []) : []).map((address) => ({
      owner,
      type: TYPES.A,
      data: dataOf(address),
    })),
    ...(type === TYPES.AAAA || both ? (reply.aaaa ?? []) : []).map((address) => ({
      owner,
      type: TYPES.AAAA,
      data: dataOf(address),
    })),
    ...(reply.records ?? []),
  ];
}

function questionBytes(query: Uint8Array, end: number, how: ScriptedReply['question']): Uint8Array {
  const question = Buffer.from(query.subarray(HEADER_BYTES, end));
  if (how === 'none') return new Uint8Array();
  if (how === 'other') return Buffer.concat([nameBytes('other.example'), question.subarray(-4)]);
  if (how !== 'lower') return question;
  return Buffer.concat([
    Buffer.from(lowerAscii(question.subarray(0, -4).toString('latin1')), 'latin1'),
    question.subarray(-4),
  ]);
}

/** Puts records one after the other, whole owner names compressed as servers do (RFC 1035 section 4.1.4). */
class RecordWriter {
  readonly #parts: Uint8Array[];
  readonly #seen = new Map<string, number>();
  readonly #ttl: number;
  #length: number;

  constructor(head: Uint8Array, question: Uint8Array, name: string, { ttl = 30 }: ScriptedReply) {
    this.#parts = [head, question];
    this.#length = head.length + question.length;
    this.#ttl = ttl;
    if (question.length > 0) this.#seen.set(name, HEADER_BYTES);
  }

  add(owner: string, type: number, data: Uint8Array): void {
    const at = this.#seen.get(owner);
    if (at === undefined && this.#length < 0x4000) this.#seen.set(owner, this.#length);
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(type, 0);
    fixed.writeUInt16BE(CLASS_IN, 2);
    fixed.writeUInt32BE(this.#ttl, 4);
    fixed.writeUInt16BE(data.length, 8);
    this.#push(at === undefined ? nameBytes(owner) : Uint8Array.of(0xc0 | (at >> 8), at & 0xff), fixed, data);
  }

  /** RFC 6891 section 6.1.2, payload size 1232. */
  addOpt(extendedRcode: number): void {
    this.#push(Uint8Array.of(0, 0, TYPES.OPT, 1232 >> 8, 1232 & 0xff, extendedRcode, 0, 0, 0, 0, 0));
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #push(...parts: Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
  }
}

/** A name on the wire, from a byte string; without compression. */
export function nameBytes(name: string): Buffer {
  const labels = name
    .replace(/\.$/, '')
    .split('.')
    .filter((label) => label !== '');
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]),
    Buffer.of(0),
  ]);
}

function dataOf(address: string): Uint8Array {
  const bytes = addressBytes(address);
  if (!bytes) throw new Error(`a script answers with ${JSON.stringify(address)}, which is no address`);
  return bytes;
}
