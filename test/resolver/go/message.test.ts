import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReply } from '../../../src/dns/encode-reply.ts';
import { encodeQuery } from '../../../src/dns/query.ts';
import { headerFailure, readAddresses, skipTo } from '../../../src/resolver/go/answer.ts';
import { MessageReader } from '../../../src/resolver/go/message.ts';
import { rulesOf } from '../../../src/resolver/go/rules.ts';

const QUERY = encodeQuery({ id: 7, labels: ['host', 'test'], type: 1, edns: 1232 });
const REPLY = encodeReply(QUERY, { cname: ['a.test', 'b.test'], a: ['192.0.2.1', '192.0.2.2'], soa: true });

/** All that Go does with a reply. */
function readAll(message: Uint8Array, version: string) {
  const rules = rulesOf(version.split('.').map(Number));
  const reader = MessageReader.start(message, rules);
  if (!reader || typeof reader.question() !== 'object' || reader.skip('questions') !== 'done')
    return 'ignored';
  const failure = headerFailure(reader, rules) ?? skipTo(1, reader);
  return failure ? failure.text : readAddresses(reader, rules);
}

describe('messages as dnsmessage reads them', () => {
  it('takes the addresses at the end of a chain', () => {
    const read = readAll(REPLY, '1.24');
    const addresses = typeof read === 'object' ? read.addresses : [];
    expect(addresses.map((bytes) => bytes.join('.'))).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('ends on any bytes, with a text of its own', () => {
    const mutated = fc
      .array(fc.tuple(fc.nat(REPLY.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const message = Uint8Array.from(REPLY);
        for (const [at, byte] of changes) message[at] = byte;
        return message;
      });
    const cut = fc.nat(REPLY.length).map((length) => REPLY.subarray(0, length));
    const bytes = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(fc.oneof(mutated, cut, bytes), fc.constantFrom('1.15', '1.24'), (message, version) => {
        const read = readAll(message, version);
        if (typeof read === 'object')
          expect(read.addresses.length + (read.failure ? 1 : 0)).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('ends on pointers that go round, and does not follow more than ten', () => {
    const loop = Uint8Array.from([...QUERY.subarray(0, 12), 0xc0, 12, 0, 1, 0, 1]);
    expect(readAll(loop, '1.24')).toBe('ignored');
  });

  it('takes dots within labels for what they look like until 1.19', () => {
    const asked = encodeQuery({ id: 7, labels: ['a.b'], type: 1 });
    const question = (version: string) =>
      MessageReader.start(asked, rulesOf(version.split('.').map(Number)))?.question();
    expect(question('1.19')).toMatchObject({ name: 'a.b.' });
    expect(question('1.20')).toBe('broken');
  });
});
