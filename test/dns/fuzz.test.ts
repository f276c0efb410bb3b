/** A million mutated packets through both decoders: no crash but the one error, no hang, no growth. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReply, nameBytes } from '../../src/dns/encode-reply.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { MessageError } from '../../src/dns/message-error.ts';
import { encodeQuery } from '../../src/dns/query.ts';
import type { ScriptedReply } from '../../src/dns/script.ts';
import { TcpFrames } from '../../src/dns/tcp-frames.ts';
import { HEADER_BYTES, readHeader, readQuestion, readRecord } from '../../src/dns/wire.ts';
import { generator, mutated } from './mutate.ts';

const PACKETS = Number(process.env.FUZZ_PACKETS ?? 1_000_000);
/** One under CI, so that a change is judged by itself; everywhere else a new one each time. */
const SEED = Number(process.env.FUZZ_SEED ?? (process.env.CI ? 20_261_125 : Date.now() % 0x7fff_0000));
const PARTS = 4;
/** Far above what any packet takes; a pause of the machine must not fail the test. */
const MAX_MS_A_PACKET = 500;
const MAX_GROWTH_BYTES = 64 << 20;

const replies: readonly ScriptedReply[] = [
  {},
  { a: ['192.0.2.1'], aaaa: ['2001:db8::1'], both: true },
  { cname: ['b.test', 'c.example.test', 'd.test'], a: ['192.0.2.1', '192.0.2.2'] },
  { rcode: 3, soa: true },
  { rcode: 16, ad: true },
  { tc: true, question: 'none' },
  {
    records: [
      { type: 15, data: Buffer.concat([Buffer.of(0, 5), nameBytes('mx.test')]) },
      { type: 33, data: Buffer.concat([Buffer.of(0, 1, 0, 2, 0, 53), nameBytes('s.test')]) },
      { type: 16, data: Buffer.of(3, 0x61, 0x22, 0xe9, 0) },
      { type: 2, data: Buffer.of(0xc0, 12) },
      { type: 12, data: Buffer.of(1, 0x61, 0xc0, 12) },
      { type: 65, data: Buffer.of(0, 1, 0) },
      { owner: '', type: 41, data: Buffer.from('000f0004001661620003000161', 'hex') },
    ],
  },
  { a: Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`) },
];
const bases = ['a', 'web.example.test', 'x'.repeat(63).concat('.', 'y'.repeat(63), '.test')].flatMap((name) =>
  replies.map((reply) => {
    const query = encodeQuery({ id: 7, labels: name.split('.'), type: 1, edns: 1232 });
    return Buffer.from(encodeReply(query, reply));
  }),
);

/** Every entry that the walker of the models can read. */
function walk(message: Uint8Array): number {
  const header = readHeader(message);
  if (!header) return 0;
  let at: number | undefined = HEADER_BYTES;
  let entries = 0;
  for (let left = header.questions; left > 0 && at !== undefined; left--) at = readQuestion(message, at)?.end;
  for (
    let left = header.answers + header.authorities + header.additionals;
    left > 0 && at !== undefined;
    left--
  ) {
    const record = readRecord(message, at);
    if (record && record.end <= at) throw new Error('the walker does not get on');
    at = record?.end;
    if (record) entries++;
  }
  return entries;
}

describe(`${PACKETS} mutated packets, seed ${SEED}`, () => {
  it.each(Array.from({ length: PARTS }, (_, part) => part))(
    'part %i',
    (part) => {
      const random = generator(SEED + part);
      const before = process.memoryUsage().heapUsed;
      const seen = { read: 0, withFaults: 0, refused: new Map<string, number>() };
      let slowest = 0;
      for (let nth = 0; nth < PACKETS / PARTS; nth++) {
        const packet = mutated(bases[random(bases.length)] ?? Buffer.alloc(0), bases, random);
        const began = performance.now();
        try {
          walk(packet);
          const { faults } = decodeMessage(packet, { proto: 'udp' });
          seen.read++;
          if (faults.length > 0) seen.withFaults++;
        } catch (error) {
          if (!(error instanceof MessageError))
            throw new Error(`packet ${packet.toString('hex')}`, { cause: error });
          seen.refused.set(error.code, (seen.refused.get(error.code) ?? 0) + 1);
        }
        slowest = Math.max(slowest, performance.now() - began);
      }
      const refused = [...seen.refused].map(([code, count]) => `${count} ${code}`).join(', ');
      console.log(
        `part ${part}: ${seen.read} read, ${seen.withFaults} of them with faults; refused: ${refused}; slowest ${slowest.toFixed(1)} ms`,
      );
      expect(slowest).toBeLessThan(MAX_MS_A_PACKET);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(MAX_GROWTH_BYTES);
      // Mutations are to reach all of the decoder, not to be turned away at its door.
      expect(seen.withFaults).toBeGreaterThan(PACKETS / PARTS / 10);
      expect(seen.read - seen.withFaults).toBeGreaterThan(PACKETS / PARTS / 20);
    },
    120_000,
  );
});

describe('TCP frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        chunks,
        (messages, sizes) => {
          const stream = Buffer.concat(
            messages.flatMap((message) => [
              Uint8Array.of(message.length >> 8, message.length & 0xff),
              message,
            ]),
          );
          const frames = new TcpFrames();
          const out: Buffer[] = [];
          for (let at = 0, nth = 0; at < stream.length; nth++) {
            const size = sizes[nth % sizes.length] ?? 1;
            out.push(...frames.push(stream.subarray(at, at + size)).map((message) => Buffer.from(message)));
            at += size;
          }
          expect(out).toEqual(messages.map((message) => Buffer.from(message)));
        },
      ),
    );
  });
});
