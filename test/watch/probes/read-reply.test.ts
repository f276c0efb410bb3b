import { describe, expect, it } from 'vitest';
import { TYPES } from '../../../src/dns/codes.ts';
import { encodeReply } from '../../../src/dns/encode-reply.ts';
import { encodeQuery } from '../../../src/dns/query.ts';
import { readReply } from '../../../src/watch/probes/read-reply.ts';

const asked = { id: 7, labels: ['web', 'test'], type: TYPES.A };
const query = encodeQuery({ ...asked, edns: 1232 });

/** OPT with options behind it: encodeReply's own OPT is the last record, its data length the last two bytes. */
function withOptions(reply: Uint8Array, options: Uint8Array): Uint8Array {
  const message = Buffer.concat([reply, options]);
  message.writeUInt16BE(options.length, reply.length - 2);
  return message;
}

describe('readReply', () => {
  it('has the words of the server: extended rcodes and extended errors', () => {
    const text = Buffer.from('upstream says no');
    const option = Buffer.concat([Buffer.from([0, 15, 0, 2 + text.length, 0, 22]), text]);
    const reply = withOptions(encodeReply(query, { rcode: 2 }), option);
    expect(readReply(reply, asked)).toMatchObject({
      rcode: 'SERVFAIL',
      opt: true,
      extendedErrors: ['No Reachable Authority (22): upstream says no'],
    });
    expect(readReply(encodeReply(query, { rcode: 16 }), asked)).toMatchObject({ rcode: 'BADVERS' });
  });

  it('takes no message that is not to what was asked', () => {
    expect(readReply(encodeReply(query, { a: ['192.0.2.1'], wrongId: true }), asked)).toBeUndefined();
    expect(readReply(encodeReply(query, { a: ['192.0.2.1'], question: 'other' }), asked)).toBeUndefined();
    expect(readReply(query, asked)).toBeUndefined();
  });

  it('says malformed of what ends early or counts more than it can hold', () => {
    const reply = encodeReply(query, { a: ['192.0.2.1', '192.0.2.2'] });
    expect(readReply(reply.subarray(0, -20), asked)).toEqual({ kind: 'malformed' });
    const counts = Buffer.from(reply);
    counts.writeUInt16BE(65_535, 6);
    expect(readReply(counts, asked)).toEqual({ kind: 'malformed' });
  });
});
