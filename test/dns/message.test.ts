import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeQuestion } from '../../src/dns/encode-question.ts';
import { encodeReply, nameBytes } from '../../src/dns/encode-reply.ts';
import { decodeMessage, repeatsQuestion } from '../../src/dns/message.ts';
import { MessageError } from '../../src/dns/message-error.ts';
import type { ScriptedReply } from '../../src/dns/script.ts';
import { HEADER_BYTES, readQuestion } from '../../src/dns/wire.ts';

const question = encodeQuestion({
  id: 7,
  labels: ['web', 'test'],
  type: 'A',
  edns: { udpPayloadSize: 1232 },
});
const decodeReply = (reply: ScriptedReply) => decodeMessage(encodeReply(question, reply), { proto: 'udp' });
const codeOf = (run: () => unknown) => {
  try {
    return `no error: ${JSON.stringify(run())}`;
  } catch (error) {
    return error instanceof MessageError ? error.code : error;
  }
};
/** Sets the numbers of a header's sections. */
function withCounts(message: Uint8Array, ...counts: number[]): Uint8Array {
  const changed = Buffer.from(message);
  for (const [index, count] of counts.entries()) changed.writeUInt16BE(count, 4 + 2 * index);
  return changed;
}

describe('a question that is written', () => {
  const ask = (labels: string[], type = 'A') => encodeQuestion({ id: 1, labels, type });

  it('asks for types without a name here by number', () => {
    expect(readQuestion(ask(['a'], 'TYPE65'), HEADER_BYTES)).toMatchObject({ type: 65 });
    expect(readQuestion(ask(['a'], 'aaaa'), HEADER_BYTES)).toMatchObject({ type: 28 });
    // dns-packet would ask for type 0.
    for (const type of ['HTTPS', 'TYPE65536', 'TYPE', ''])
      expect(codeOf(() => ask(['a'], type))).toBe('UNKNOWN_TYPE');
  });

  it('has the root as its name', () => {
    expect(readQuestion(ask([], 'NS'), HEADER_BYTES)).toMatchObject({ labels: [], type: 2 });
  });

  it.each([
    ['an empty label', [''], 'LABEL_LENGTH'],
    ['an empty label between others', ['a', '', 'b'], 'LABEL_LENGTH'],
    ['64 bytes in a label', ['x'.repeat(64)], 'LABEL_LENGTH'],
    ['257 bytes', Array.from({ length: 128 }, () => 'a'), 'NAME_LENGTH'],
    ['a dot in a label', ['a.b', 'test'], 'UNENCODABLE'],
    ['a byte that is no ASCII', ['\xe9'], 'UNENCODABLE'],
    ['a line feed before a dot', ['a\n', 'b'], 'UNENCODABLE'],
  ])('is not written for %s', (_, labels, code) => {
    expect(codeOf(() => ask(labels))).toBe(code);
  });

  it('takes the longest label and name', () => {
    const longest = [...Array.from({ length: 3 }, () => 'x'.repeat(63)), 'x'.repeat(61)];
    expect(readQuestion(ask(longest), HEADER_BYTES)?.labels).toEqual(longest);
  });

  it('takes no number that its field does not hold', () => {
    expect(codeOf(() => encodeQuestion({ id: 65_536, labels: ['a'], type: 'A' }))).toBe('OUT_OF_RANGE');
  });

  it('is read as it was meant, or not written: property', () => {
    const label = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 70,
    });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 10 }), fc.integer({ min: 0, max: 65_535 }), (labels, type) => {
        let written: Uint8Array;
        try {
          written = encodeQuestion({ id: 1, labels, type: `TYPE${type}` });
        } catch (error) {
          return error instanceof MessageError;
        }
        const read = readQuestion(written, HEADER_BYTES);
        expect(read).toMatchObject({ labels, type, class: 1, end: written.length });
        return true;
      }),
    );
  });
});

describe('a reply that is read', () => {
  it('has its sections as dig shows them', () => {
    const { answers, authorities, edns, faults } = decodeReply({
      cname: ['b.test'],
      a: ['192.0.2.1'],
      soa: true,
      records: [
        { type: 28, data: Buffer.from('20010000000000010000000000000001', 'hex') },
        { type: 15, data: Buffer.concat([Buffer.of(0, 5), nameBytes('mx.test')]) },
        { type: 33, data: Buffer.concat([Buffer.of(0, 1, 0, 2, 0, 53), nameBytes('s.test')]) },
        { type: 16, data: Buffer.of(3, 0x61, 0x22, 0xe9, 0) },
        { type: 65, data: Buffer.of(0, 1, 0) },
        { type: 12, data: Buffer.of(3, 0x61, 0x2e, 0xff, 0) },
      ],
    });
    expect(answers.map(({ name, type, data }) => `${name} ${type} ${data}`)).toEqual([
      'web.test CNAME b.test',
      'b.test A 192.0.2.1',
      'web.test AAAA 2001:0:0:1::1',
      'web.test MX 5 mx.test',
      'web.test SRV 1 2 53 s.test',
      'web.test TXT "a\\"\\233" ""',
      'web.test TYPE65 \\# 3 000100',
      'web.test PTR a\\.\\255',
    ]);
    expect(authorities).toMatchObject([{ type: 'SOA', data: 'ns.test hostmaster.test 1 3600 900 43200 60' }]);
    expect(edns).toMatchObject({ udpPayloadSize: 1232, version: 0, dnssecOk: false });
    expect(faults).toEqual([]);
  });

  it('has its rcode joined with OPT’s upper bits', () => {
    expect(decodeReply({ rcode: 16 })).toMatchObject({ rcode: 'BADVERS', header: { rcode: 0 } });
    expect(decodeReply({ rcode: 3 }).rcode).toBe('NXDOMAIN');
  });

  it('says why in the server’s words (RFC 8914)', () => {
    const text = Buffer.from('upstream timed out');
    const option = Buffer.concat([Buffer.of(0, 15, 0, text.length + 2, 0, 22), text]);
    const opt = Buffer.concat([Buffer.of(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, option.length), option]);
    const plain = encodeReply(question, { rcode: 2, opt: false });
    const { edns } = decodeMessage(withCounts(Buffer.concat([plain, opt]), 1, 0, 0, 1), { proto: 'udp' });
    expect(edns?.errors).toEqual([{ code: 22, name: 'No Reachable Authority', text: 'upstream timed out' }]);
  });

  it('is flagged where bytes follow its end', () => {
    const reply = Buffer.concat([encodeReply(question, { a: ['192.0.2.1'] }), Buffer.alloc(9)]);
    expect(decodeMessage(reply, { proto: 'udp' }).faults).toEqual([
      { code: 'trailing', text: '9 bytes after the end' },
    ]);
  });

  it('is flagged where it is cut, and what came before is kept', () => {
    const whole = encodeReply(question, { a: ['192.0.2.1', '192.0.2.2'], opt: false });
    for (let bytes = whole.length - 15; bytes < whole.length; bytes++) {
      const { answers, faults } = decodeMessage(whole.subarray(0, bytes), { proto: 'udp' });
      expect(answers).toHaveLength(1);
      expect(faults).toEqual([{ code: 'cut', text: 'the answer section ends after 1 of 2' }]);
    }
  });

  it.each([
    ['an A of three bytes', 1, Buffer.of(1, 2, 3)],
    ['an AAAA of four', 28, Buffer.of(1, 2, 3, 4)],
    ['a CNAME with bytes behind it', 5, Buffer.concat([nameBytes('a.test'), Buffer.of(0)])],
    ['an SRV with bytes behind it', 33, Buffer.concat([Buffer.alloc(6), nameBytes('a.test'), Buffer.of(0)])],
    ['a TXT longer than its record', 16, Buffer.of(200, 0x61)],
    ['an SOA without its numbers', 6, Buffer.concat([nameBytes('a'), nameBytes('b')])],
    ['a name that points to itself', 5, Buffer.of(0xc0, 0x36)],
  ])('is flagged for %s, shown as bytes', (_, type, data) => {
    const { answers, faults } = decodeReply({ records: [{ type, data }], a: ['192.0.2.1'] });
    expect(answers[0]?.data).toBe('192.0.2.1');
    expect(answers[1]?.data).toMatch(/^\\# \d+ /);
    expect(faults).toMatchObject([{ code: 'data' }]);
  });
});

describe('a message that is not taken', () => {
  const reply = encodeReply(question, { a: ['192.0.2.1'] });

  it('is too large, too small, or counts what cannot be there', () => {
    expect(codeOf(() => decodeMessage(Buffer.alloc(4_097), { proto: 'udp' }))).toBe('TOO_LARGE');
    expect(codeOf(() => decodeMessage(Buffer.alloc(4_097), { proto: 'tcp' }))).not.toBe('TOO_LARGE');
    expect(codeOf(() => decodeMessage(Buffer.alloc(65_536), { proto: 'tcp' }))).toBe('TOO_LARGE');
    expect(codeOf(() => decodeMessage(reply.subarray(0, 11), { proto: 'udp' }))).toBe('NO_HEADER');
    const lying = withCounts(reply, 1, 65_535, 65_535, 65_535);
    expect(codeOf(() => decodeMessage(lying, { proto: 'udp' }))).toBe('IMPOSSIBLE_COUNTS');
  });

  it('may count too many where it says that it is truncated (RFC 2181 section 9)', () => {
    const truncated = withCounts(encodeReply(question, { tc: true, a: ['192.0.2.1'], opt: false }), 1, 50);
    const { answers, faults } = decodeMessage(truncated, { proto: 'udp' });
    expect(answers).toHaveLength(1);
    expect(faults).toMatchObject([{ code: 'cut' }]);
  });

  it('is 64 kB of pointers to one long name: refused, and soon', () => {
    const name = nameBytes(Array.from({ length: 126 }, () => 'a').join('.'));
    const records = Math.floor((65_535 - HEADER_BYTES - name.length - 4) / 12);
    const pointers = Array.from({ length: records }, () =>
      Buffer.from('c00c0063000100000000'.concat('0000'), 'hex'),
    );
    const head = withCounts(Buffer.alloc(HEADER_BYTES), 1, records);
    const bomb = Buffer.concat([head, name, Buffer.of(0, 1, 0, 1), ...pointers]);
    const began = performance.now();
    expect(codeOf(() => decodeMessage(bomb, { proto: 'tcp' }))).toBe('NAME_WORK');
    expect(performance.now() - began).toBeLessThan(250);
  });

  it('but an honest answer as large as TCP allows is', () => {
    const addresses = Array.from({ length: 4_000 }, (_, index) => `192.0.${index >> 8}.${index & 255}`);
    const { answers, faults } = decodeMessage(encodeReply(question, { a: addresses }), { proto: 'tcp' });
    expect(answers).toHaveLength(4_000);
    expect(faults).toEqual([]);
  });
});

describe('the question of a reply', () => {
  it.each([
    [{}, true],
    [{ question: 'other' }, false],
    [{ question: 'none' }, false],
  ] as const)('%j', (reply, same) => {
    expect(repeatsQuestion(question, encodeReply(question, reply))).toBe(same);
  });

  it('is the same only in the same case', () => {
    const mixed = encodeQuestion({ id: 7, labels: ['WeB', 'test'], type: 'A' });
    expect(repeatsQuestion(mixed, encodeReply(mixed, {}))).toBe(true);
    expect(repeatsQuestion(mixed, encodeReply(mixed, { question: 'lower' }))).toBe(false);
  });

  it('is not told by text: a label with a dot is another name', () => {
    const dotted = Buffer.from(question);
    dotted[HEADER_BYTES] = 8;
    dotted[HEADER_BYTES + 4] = 0x2e;
    expect(repeatsQuestion(question, encodeReply(dotted, {}))).toBe(false);
  });
});
