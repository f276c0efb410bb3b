import { describe, expect, it } from 'vitest';
import { RCODE, TYPES } from '../../../src/dns/codes.ts';
import { nameBytes } from '../../../src/dns/encode-reply.ts';
import type { Rule, ScriptedReply, TcpMode } from '../../../src/dns/script.ts';
import { createVirtualNetwork } from '../../../src/lookup/virtual-network.ts';
import { askOnce, askPair, REPLY_WITHIN_MS } from '../../../src/watch/probes/check-steps.ts';
import { runSteps } from '../../../src/watch/probes/run-steps.ts';

const SERVER = '127.0.0.53';
const server = { address: SERVER, port: 53 };
const labels = ['api', 'test'];

function networkOf(rule: Rule | undefined, tcp: TcpMode = 'ok') {
  return createVirtualNetwork({
    servers: rule ? { [SERVER]: rule } : {},
    tcp: { [SERVER]: tcp },
    interfaces: [{ address: '127.0.0.1', prefix: 8 }],
    seed: 3,
  });
}

function ask(
  rule: Rule | undefined,
  { proto = 'udp' as 'udp' | 'tcp', edns = false, tcp = 'ok' as TcpMode } = {},
) {
  const network = networkOf(rule, tcp);
  return runSteps(askOnce({ server, proto, edns, labels, type: 'A' }, network), network);
}

const found: ScriptedReply = { a: ['192.0.2.20', '192.0.2.10', '192.0.2.20'] };

describe('a single query', () => {
  it('tells what the reply has', async () => {
    const { result, durationMs } = await ask(() => ({ ...found, delayMs: 7, aa: true, ra: false }));
    expect(durationMs).toBeCloseTo(7.1, 5);
    expect(result).toEqual({
      kind: 'reply',
      rcode: 'NOERROR',
      tc: false,
      ra: false,
      aa: true,
      opt: false,
      answers: 3,
      addresses: ['192.0.2.10', '192.0.2.20'],
      order: 'no-cname',
      bytes: expect.any(Number),
    });
  });

  it.each<[string, ScriptedReply, object]>([
    ['an error', { rcode: RCODE.REFUSED }, { rcode: 'REFUSED', answers: 0 }],
    ['an error without a question', { rcode: RCODE.FORMERR, question: 'none' }, { rcode: 'FORMERR' }],
    ['a truncated reply', { tc: true }, { tc: true, rcode: 'NOERROR' }],
    ['an alias', { ...found, cname: ['b.test'] }, { order: 'cname-first', answers: 4 }],
    [
      'an address before its alias',
      { ...found, records: [{ type: TYPES.CNAME, data: nameBytes('b.test') }] },
      { order: 'address-before-cname' },
    ],
    ['a name in other letters', { ...found, question: 'lower' }, { rcode: 'NOERROR' }],
  ])('%s', async (_, reply, expected) => {
    expect((await ask(() => reply)).result).toMatchObject({ kind: 'reply', ...expected });
  });

  it('with EDNS says whether the server has it, and reads the upper bits of the rcode', async () => {
    expect((await ask(() => found, { edns: true })).result).toMatchObject({ opt: true });
    expect((await ask(() => ({ ...found, opt: false }), { edns: true })).result).toMatchObject({
      opt: false,
    });
    expect((await ask(() => ({ rcode: 16 }), { edns: true })).result).toMatchObject({ rcode: 'BADVERS' });
  });

  it.each<[string, ScriptedReply]>([
    ['another id', { ...found, wrongId: true }],
    ['another question', { ...found, question: 'other' }],
    ['no question though it has an answer', { ...found, question: 'none' }],
    ['another address', { ...found, from: { address: '127.0.0.99', port: 53 } }],
  ])('believes no reply with %s', async (_, reply) => {
    expect((await ask(() => [reply])).result).toEqual({ kind: 'timeout', call: 'receive' });
    expect((await ask(() => [reply, { a: ['192.0.2.1'] }])).result).toMatchObject({
      addresses: ['192.0.2.1'],
    });
  });

  it('says so where the reply is cut', async () => {
    const cut: Rule = ({ message }) => {
      const raw = Buffer.from(message);
      raw[2] = 0x81;
      raw[7] = 1;
      return { raw };
    };
    expect((await ask(cut)).result).toEqual({ kind: 'malformed' });
  });

  it('gives a silent server as long as a resolver does', async () => {
    expect(await ask(() => 'silence')).toEqual({
      durationMs: REPLY_WITHIN_MS,
      result: { kind: 'timeout', call: 'receive' },
    });
  });

  it('tells what the kernel says', async () => {
    expect((await ask(undefined)).result).toEqual({ kind: 'error', errno: 'ECONNREFUSED', call: 'receive' });
  });

  it.each<[TcpMode, object]>([
    ['ok', { kind: 'reply', addresses: ['192.0.2.10', '192.0.2.20'] }],
    ['refuse', { kind: 'error', errno: 'ECONNREFUSED', call: 'connect' }],
    ['drop', { kind: 'timeout', call: 'connect' }],
    ['silent', { kind: 'timeout', call: 'receive' }],
    ['eof', { kind: 'closed', call: 'receive' }],
  ])('over TCP to a server with TCP %s', async (tcp, expected) => {
    expect((await ask(() => found, { proto: 'tcp', tcp })).result).toMatchObject(expected);
  });
});

describe('a pair', () => {
  const both: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.1'] } : {});
  const onePerPort = (): Rule => {
    const answered = new Set<number>();
    return (query) => {
      if (answered.has(query.client.port)) return 'silence';
      answered.add(query.client.port);
      return both(query);
    };
  };
  async function pair(rule: Rule | undefined, first: 'A' | 'AAAA' = 'A') {
    const lost = [];
    const network = networkOf(rule);
    for (const ports of [1, 2] as const) {
      lost.push(await runSteps(askPair({ server, labels, first, ports }, network), network));
    }
    return lost;
  }

  it.each<[string, () => Rule | undefined, 'A' | 'AAAA', string[]]>([
    ['answered', () => both, 'A', ['none', 'none']],
    ['of which one reply comes through a port', onePerPort, 'A', ['aaaa', 'none']],
    ['of which the second reply is lost', onePerPort, 'AAAA', ['a', 'none']],
    [
      'to a server that is silent for AAAA',
      () => (query) => (query.type === 'A' ? both(query) : 'silence'),
      'AAAA',
      ['aaaa', 'aaaa'],
    ],
    ['to nobody', () => undefined, 'A', ['both', 'both']],
    ['to silence', () => () => 'silence', 'A', ['both', 'both']],
    ['refused: an answer too', () => () => ({ rcode: RCODE.REFUSED }), 'A', ['none', 'none']],
  ])('%s', async (_, rule, first, expected) => {
    expect(await pair(rule(), first)).toEqual(expected);
  });

  it('goes out in one or two ports, in the order asked for', async () => {
    const network = networkOf(both);
    for (const ports of [1, 2] as const)
      await runSteps(askPair({ server, labels, first: 'AAAA', ports }, network), network);
    const seen = network.seen.flatMap((query) => ('type' in query ? [query] : []));
    expect(seen.map(({ type }) => type)).toEqual(['AAAA', 'A', 'AAAA', 'A']);
    const [a, b, c, d] = seen.map(({ port }) => port);
    expect([a === b, c === d]).toEqual([true, false]);
  });
});
