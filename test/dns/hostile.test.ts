/**
 * Servers that mean harm. Every model ends within its own bound, in little memory, and believes what the real resolver
 * would believe: over the virtual clock, and the floods over real sockets too.
 * What musl and busybox believe was seen of musl 1.2.3 and 1.2.6 and busybox 1.35, and that glibc 2.31, 2.36 and Go 1.24 do not.
 */
import { describe, expect, it } from 'vitest';
import { encodeReply, nameBytes } from '../../src/dns/encode-reply.ts';
import { startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import type { Rule, ScriptedReply } from '../../src/dns/script.ts';
import { createRealNetwork } from '../../src/lookup/real-network.ts';
import { runLookup } from '../../src/lookup/run-lookup.ts';
import { type Model, modelOf } from '../../src/resolver/models.ts';
import type { Sources } from '../../src/resolver/sources.ts';
import { byProto, late, OK, truncated } from '../scenarios/rules.ts';
import { runScenario } from '../scenarios/run-scenario.ts';
import { type Behaviour, scenario } from '../scenarios/scenario.ts';
import { generator, mutated } from './mutate.ts';

const MODELS = [
  'go-1.15',
  'go',
  'glibc-2.31',
  'glibc',
  'musl-1.2.3',
  'musl',
  'nslookup',
  'dig',
  'busybox-nslookup',
];
const EVIL = { a: ['203.0.113.66'], aaaa: ['2001:db8:bad::1'] } satisfies ScriptedReply;
const FLOOD = 10_000;
/** Nothing takes longer than `resolve` waits for what has no bound (30 s); two such lookups here. */
const MAX_VIRTUAL_MS = 61_000;
const MAX_CPU_MS = 5_000;
const MAX_MEMORY_GROWTH = 128 << 20;

function model(name: string): Model {
  const found = modelOf(name);
  if ('error' in found) throw new Error(found.error);
  return found;
}

/** Looks a name up over the virtual clock, and holds the bounds. */
async function attack(name: string, server: Behaviour) {
  const began = process.cpuUsage();
  const heap = process.memoryUsage().heapUsed;
  const { records, seen } = await runScenario(
    scenario('hostile', '', { server, conf: 'options timeout:1 attempts:2\n' }),
    model(name),
  );
  const [record] = records;
  if (!record) throw new Error('no lookup was made');
  const { user, system } = process.cpuUsage(began);
  expect(record.durationMs).toBeLessThan(MAX_VIRTUAL_MS);
  expect((user + system) / 1000).toBeLessThan(MAX_CPU_MS);
  expect(process.memoryUsage().heapUsed - heap).toBeLessThan(MAX_MEMORY_GROWTH);
  expect(seen.length).toBeLessThan(200);
  return record;
}

/** A reply to a query of bytes of one's own behind the header and the question. */
function withAnswers(message: Uint8Array, counts: { answers: number }, bytes: Uint8Array): ScriptedReply {
  const head = Buffer.from(encodeReply(message, { opt: false }));
  head.writeUInt16BE(counts.answers, 6);
  return { raw: Buffer.concat([head, bytes]) };
}
/** Type A, class IN, TTL, four bytes of the address not to be believed. */
const EVIL_A = Buffer.from('000100010000001e0004cb007142', 'hex');

describe.each(MODELS)('%s', (name) => {
  it('takes the true answer where nobody interferes', async () => {
    expect(await attack(name, late(200))).toMatchObject({
      outcome: 'ok',
      addresses: expect.arrayContaining(OK.a),
    });
  });

  it.each<[string, Behaviour]>([
    ['a reply with another id', [{ ...EVIL, wrongId: true }, late(200)]],
    ['ten thousand of them', [{ ...EVIL, wrongId: true, copies: FLOOD }, late(200)]],
    ['a reply from another port', [{ ...EVIL, from: { address: '127.0.0.2', port: 54 } }, late(200)]],
    [
      'ten thousand from another address',
      [{ ...EVIL, from: { address: '127.0.0.9', port: 53 }, copies: FLOOD }, late(200)],
    ],
    ['ten thousand duplicates, then another answer', [{ ...OK, copies: FLOOD }, late(1, EVIL)]],
    ['late answers to a query answered long ago', [OK, { ...EVIL, delayMs: 50, copies: FLOOD }]],
  ])('does not believe %s', async (_, server) => {
    const { outcome, addresses } = await attack(name, server);
    expect(outcome).toBe('ok');
    expect(addresses).toEqual(expect.arrayContaining(OK.a));
    for (const evil of [...EVIL.a, ...EVIL.aaaa]) expect(addresses).not.toContain(evil);
  });

  it.each<[what: string, server: Behaviour, believers?: RegExp]>([
    ['ten thousand replies with another id and nothing else', { ...EVIL, wrongId: true, copies: FLOOD }],
    ['a reply that is a query', ({ message }) => ({ raw: message })],
    ['a reply of one byte', { raw: Uint8Array.of(7) }],
    ['an empty reply', { raw: new Uint8Array() }],
    ['a header alone', ({ message }) => ({ raw: Buffer.from(encodeReply(message, {}).subarray(0, 12)) })],
    [
      'an owner that points to itself',
      ({ message }) => {
        const at = encodeReply(message, { opt: false }).length;
        return withAnswers(
          message,
          { answers: 1 },
          Buffer.concat([Buffer.of(0xc0 | (at >> 8), at & 0xff), EVIL_A]),
        );
      },
      // Skips names without following them, and never looks whose an address is (src/network/dns_parse.c).
      /^musl/,
    ],
    [
      'counts that the bytes cannot hold',
      ({ message }) => withAnswers(message, { answers: 65_535 }, new Uint8Array()),
    ],
    ['TCP that says nothing', truncated('silence')],
    ['TCP that drips a byte a second', truncated({ ...EVIL, dripMs: 1_000 })],
    ['TCP that is closed at once', truncated('close')],
    [
      'TCP with a thousand answers to another query',
      ({ proto }) =>
        proto === 'udp' ? { tc: true } : Array.from({ length: 1_000 }, () => ({ ...EVIL, wrongId: true })),
      // Over TCP it looks at no id (src/network/res_msend.c, __res_msend_rc); before 1.2.4 it has no TCP.
      /^musl$/,
    ],
  ])('ends for %s, and gives no address', async (_, server, believers) => {
    const { addresses } = await attack(name, server);
    if (believers?.test(name)) expect(addresses).toContain(EVIL.a[0]);
    else expect(addresses).toEqual([]);
  });

  it('believes a reply to another question only where the real one compares ids alone', async () => {
    const { addresses } = await attack(name, [{ ...EVIL, question: 'other' }, late(200)]);
    // musl: src/network/res_msend.c; busybox: networking/nslookup.c, which is made after it.
    expect(EVIL.a.some((evil) => addresses.includes(evil))).toBe(/^(musl|busybox)/.test(name));
  });

  it('ends for five hundred mutated replies', async () => {
    const random = generator(7);
    for (let nth = 0; nth < 500; nth++) {
      const server: Rule = ({ message, proto }) => {
        const reply = encodeReply(message, {
          cname: ['a.test', 'b.test'],
          ...OK,
          soa: true,
          tc: proto === 'udp' && nth % 5 === 0,
        });
        return { raw: mutated(reply, [reply, message], random) };
      };
      await attack(name, server);
    }
  });

  it('ends for a chain of a thousand CNAMEs over TCP', async () => {
    const cname = Array.from({ length: 1_000 }, (_, index) => `c${index}.test`);
    await attack(name, truncated({ cname, ...OK }));
  });

  it('ends for CNAMEs that lead in a circle, and gives no address', async () => {
    const { addresses } = await attack(name, { cname: ['a.test', 'b.test', 'a.test'] });
    expect(addresses).toEqual([]);
  });

  it('ends for 64 kB of addresses', async () => {
    const a = Array.from({ length: 4_000 }, (_, index) => `198.51.${index >> 8}.${index & 255}`);
    const { addresses } = await attack(name, truncated({ a }));
    expect(addresses.length).toBeLessThanOrEqual(4_000);
  });

  it('ends for 64 kB of pointers to one long name', async () => {
    const long = nameBytes(Array.from({ length: 120 }, () => 'a').join('.'));
    const bomb: Rule = ({ message }) => {
      const at = encodeReply(message, { opt: false }).length;
      const pointer = Buffer.concat([
        Buffer.of(0xc0 | (at >> 8), at & 0xff),
        Buffer.from('00630001000000000000', 'hex'),
      ]);
      const first = Buffer.concat([long, Buffer.from('00630001000000000000', 'hex')]);
      const records = 5_000;
      return withAnswers(
        message,
        { answers: records + 1 },
        Buffer.concat([first, ...Array<Buffer>(records).fill(pointer)]),
      );
    };
    await attack(name, byProto({ tc: true }, 'silence'));
    await attack(name, (query) => (query.proto === 'udp' ? { tc: true } : bomb(query)));
  });
});

const LIVE_LIMIT_MS = 500;
/** Ten limits, and what a busy machine adds. */
const LIVE_BOUND_MS = 8_000;
const SOURCES: Omit<Sources, 'resolvConf'> = {
  hosts: { state: 'absent' },
  nsswitch: { state: 'ok', text: 'hosts: dns\n', modified: 0 },
  gaiConf: { state: 'absent' },
  hostAliases: { state: 'absent' },
  mdnsAllow: false,
  environment: {},
  hostname: 'host',
  interfaces: [
    { address: '127.0.0.1', prefix: 8 },
    { address: '::1', prefix: 128 },
  ],
};

/** Looks a name up as a model does against one server on real sockets. */
async function attackLive(name: string, rule: Rule, resolvConf = 'options timeout:1 attempts:1\n') {
  const server = await startScriptedServer([{ address: '127.0.0.1', port: 0, rule }]);
  const before = process.memoryUsage().rss;
  try {
    return await runLookup({
      resolver: model(name).create(),
      lookup: { name: 'host.test', family: 'unspec', flags: 'go' },
      sources: {
        ...SOURCES,
        resolvConf: { state: 'ok', text: resolvConf, modified: 0 },
        nameservers: server.endpoints,
      },
      network: createRealNetwork(),
      limit: LIVE_LIMIT_MS,
    });
  } finally {
    await server.close();
    expect(process.memoryUsage().rss - before).toBeLessThan(MAX_MEMORY_GROWTH);
  }
}

describe('over real sockets', () => {
  it.each(MODELS)(
    '%s does not believe ten thousand replies with another id before the true one',
    async (name) => {
      // The flood fills the socket's buffer: a reply before it is read would be lost to the real one too.
      const rule = () => [{ ...EVIL, wrongId: true, copies: FLOOD }, late(1_500)];
      expect(await attackLive(name, rule, 'options timeout:5\n')).toMatchObject({
        outcome: 'ok',
        addresses: expect.arrayContaining(OK.a),
      });
    },
  );

  it('a flood that does not end keeps no lookup from ending', async () => {
    const wave = { ...EVIL, wrongId: true, copies: 100 };
    const flood = Array.from({ length: 300 }, (_, index) => ({ ...wave, delayMs: index * 50 }));
    // dig and nslookup begin a wait anew for each: the bound is ours.
    for (const { outcome, durationMs } of await Promise.all(
      MODELS.map((name) => attackLive(name, () => flood)),
    )) {
      expect(outcome).not.toBe('ok');
      expect(durationMs).toBeLessThan(LIVE_BOUND_MS);
    }
  }, 60_000);

  it('TCP that drips is given up by the model’s own clock', async () => {
    const rule = truncated({ ...OK, dripMs: 500 });
    for (const { addresses, durationMs } of await Promise.all(MODELS.map((name) => attackLive(name, rule)))) {
      expect(addresses).toEqual([]);
      expect(durationMs).toBeLessThan(LIVE_BOUND_MS);
    }
  }, 60_000);
});
