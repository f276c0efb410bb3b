import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/dns/script.ts';
import {
  byType,
  candidates,
  lookUp,
  lookUpRepeatedly,
  NODATA,
  NXDOMAIN,
  OK,
  perPort,
  REFUSED,
  SERVFAIL,
  sent,
} from './look-up.ts';

const TWO = 'nameserver 127.0.0.2\nnameserver 127.0.0.3\n';

describe('how glibc asks', () => {
  it('sends A and AAAA from one port to the first server, without EDNS', async () => {
    const record = await lookUp({
      servers: { '127.0.0.2': () => OK, '127.0.0.3': () => OK },
      resolvConf: TWO,
    });
    expect(record).toMatchObject({ outcome: 'ok', addresses: ['2001:db8::10', '192.0.2.10'] });
    expect(record.queries).toMatchObject([
      { type: 'A', server: '127.0.0.2:53', edns: null },
      { type: 'AAAA', server: '127.0.0.2:53', edns: null },
    ]);
    expect(perPort(record)).toEqual([2]);
  });

  it('goes through all servers attempts times, the later ones with other times', async () => {
    const silent = () => 'silence' as const;
    const record = await lookUp({
      servers: { '127.0.0.2': silent, '127.0.0.3': silent, '127.0.0.4': silent },
      resolvConf: `${TWO}nameserver 127.0.0.4\n`,
      family: 'inet',
    });
    expect(record).toMatchObject({ outcome: 'try-again', durationMs: 28_000 });
    expect(record.error).toBe('Temporary failure in name resolution');
    expect(sent(record)).toBe('A 0, A 5000, A 8000, A 14000, A 19000, A 22000');
    expect(perPort(record)).toEqual([2, 2, 2]);
  });

  it('takes one half where the other has an error, at once, unless strict-error is set', async () => {
    const half = { servers: byType(OK, SERVFAIL), resolvConf: 'nameserver 127.0.0.2\n' };
    expect(await lookUp(half)).toMatchObject({ outcome: 'ok', addresses: ['192.0.2.10'] });
    const strict = await lookUp({ ...half, resolvConf: `${half.resolvConf}options strict-error\n` });
    expect(strict).toMatchObject({ outcome: 'try-again' });
  });

  it('says what each name of a search gave, and that FORMERR is an answer', async () => {
    const resolvConf = 'nameserver 127.0.0.2\nsearch one.test two.test\n';
    const servers: Rule = ({ name }) => (name.endsWith('two.test') ? { rcode: 1 } : NXDOMAIN);
    const { because } = await lookUp({ servers, resolvConf, name: 'web' });
    expect(because).toEqual([
      'web has 0 dots, ndots:1: under the search list first',
      'web.one.test gave not-found: the search goes on',
      'web.two.test got FORMERR: to glibc that is an answer, no other server is asked',
      'web.two.test gave no-recovery: the rest of the search list is skipped',
    ]);
  });

  it('falls back twice where one answer does not come, and stays there', async () => {
    const records = await lookUpRepeatedly({ servers: byType(OK, 'silence') }, 2);
    expect(records.map(({ outcome, durationMs }) => [outcome, Math.round(durationMs / 1000)])).toEqual([
      ['ok', 15],
      ['ok', 5],
    ]);
    const [first, second] = records;
    expect(first && sent(first)).toBe('A 0, AAAA 0, A 5000, AAAA 5000, A 10000, AAAA 10000');
    expect(first && perPort(first)).toEqual([4, 1, 1]);
    expect(second && perPort(second)).toEqual([1, 1]);
    expect(first?.because).toContain(
      '127.0.0.2:53 answered one of two queries in 5 s: glibc asks it again, one after the other, same port, and keeps to that in this process',
    );
  });

  it('waits for an AAAA it never sent in single-request mode, until 2.34', async () => {
    const setting = {
      servers: byType(SERVFAIL, OK),
      resolvConf: 'nameserver 127.0.0.2\noptions single-request timeout:1 attempts:1\n',
    };
    expect((await lookUp({ ...setting, version: '2.31' })).durationMs).toBe(1000);
    expect((await lookUp({ ...setting, version: '2.34' })).durationMs).toBeLessThan(1);
  });

  it('asks all again over TCP where an answer is truncated, without bound', async () => {
    const servers = ({ proto }: { proto: string }) => (proto === 'udp' ? { tc: true } : OK);
    const record = await lookUp({ servers });
    expect(sent(record)).toBe('A 0, AAAA 0, A tcp 0, AAAA tcp 0');
    expect(perPort(record)).toEqual([2, 2]);
    expect(await lookUp({ servers, tcp: { '127.0.0.2': 'silent' } })).toMatchObject({ outcome: 'hang' });
    expect(await lookUp({ servers, tcp: { '127.0.0.2': 'refuse' } })).toMatchObject({ outcome: 'try-again' });
  });

  it('takes FORMERR as final: no other server is asked', async () => {
    const record = await lookUp({
      servers: { '127.0.0.2': () => ({ rcode: 1 }), '127.0.0.3': () => OK },
      resolvConf: TWO,
    });
    expect(record).toMatchObject({ outcome: 'not-found', error: 'Name or service not known' });
    expect(record.queries).toHaveLength(2);
  });

  it('takes a header with an error alone for a reply, since 2.34', async () => {
    const setting = { servers: () => ({ ...REFUSED, question: 'none' as const }) };
    expect((await lookUp({ ...setting, version: '2.31' })).durationMs).toBe(10_000);
    expect((await lookUp({ ...setting, version: '2.35' })).durationMs).toBeLessThan(1);
  });

  it('drops what has another id, question or origin, and waits on', async () => {
    const record = await lookUp({
      servers: () => [
        { wrongId: true, a: ['203.0.113.66'] },
        { question: 'other', a: ['203.0.113.66'] },
        { from: { address: '127.0.0.3' }, a: ['203.0.113.66'] },
        { ...OK, delayMs: 100 },
      ],
    });
    expect(record).toMatchObject({ outcome: 'ok', addresses: ['2001:db8::10', '192.0.2.10'] });
  });

  it('asks again with a larger buffer for many addresses', async () => {
    const queries = async (n: number, version: string) => {
      const a = Array.from({ length: n }, (_, at) => `192.0.2.${at}`);
      return (await lookUp({ servers: byType({ a }, NODATA), version })).queries.length;
    };
    expect(await Promise.all([25, 26, 51, 120].map((n) => queries(n, '2.36')))).toEqual([2, 4, 6, 8]);
    expect(await Promise.all([25, 26].map((n) => queries(n, '2.31')))).toEqual([2, 4]);
  });

  it('asks once for as many addresses where a long line of hosts has made room', async () => {
    const a = Array.from({ length: 30 }, (_, at) => `192.0.2.${at}`);
    const setting = { servers: byType({ a }, NODATA), hosts: `# ${'x'.repeat(1000)}\n` };
    expect((await lookUp(setting)).queries).toHaveLength(2);
    expect((await lookUp({ ...setting, hosts: `# ${'x'.repeat(900)}\n` })).queries).toHaveLength(4);
  });

  it('drops the addresses before what cannot be read, unless the other answer has some', async () => {
    const cut = {
      a: ['192.0.2.1'],
      aaaa: ['2001:db8::1'],
      records: [{ owner: 'x.test', type: 5, data: new Uint8Array() }],
    };
    expect((await lookUp({ servers: () => cut })).outcome).toBe('not-found');
    expect((await lookUp({ servers: byType(OK, { ...cut, delayMs: 1 }) })).addresses).toHaveLength(2);
  });

  it('sends options as resolv.conf says', async () => {
    const asked = async (options: string, about = {}) =>
      (await lookUp({ resolvConf: `nameserver 127.0.0.2\noptions ${options}\n`, ...about })).queries;
    expect((await asked('edns0')).map(({ edns }) => edns)).toEqual([1200, 1200]);
    expect((await asked('use-vc')).map(({ proto }) => proto)).toEqual(['tcp', 'tcp']);
    expect((await asked('no-aaaa')).map(({ type }) => type)).toEqual(['A']);
    expect(await asked('no-aaaa', { family: 'inet6', flags: '0' })).toMatchObject([{ type: 'A' }]);
    expect(await asked('attempts:0')).toEqual([]);
  });
});

describe('what glibc makes of answers', () => {
  it('believes an address before its CNAME only until 2.34', async () => {
    const reversed = ({ type }: { type: string }) => ({
      records: [
        {
          owner: 't.test',
          type: type === 'A' ? 1 : 28,
          data: type === 'A' ? Uint8Array.of(192, 0, 2, 1) : new Uint8Array(16),
        },
        { type: 5, data: Uint8Array.of(1, 116, 4, 116, 101, 115, 116, 0) },
      ],
    });
    expect((await lookUp({ servers: reversed, version: '2.31' })).outcome).toBe('ok');
    expect((await lookUp({ servers: reversed, version: '2.36' })).outcome).toBe('not-found');
  });

  it('before 2.34 reads on where the name of a CNAME ends, not where its data does', async () => {
    const target = Buffer.from('\u0001t\u0004test\u0000x', 'latin1');
    const records = [
      { type: 5, data: target },
      { owner: 't.test', type: 1, data: Uint8Array.of(192, 0, 2, 10) },
    ];
    const long = { servers: byType({ records }, NODATA) };
    expect(await lookUp({ ...long, version: '2.31' })).toMatchObject({ outcome: 'not-found' });
    expect(await lookUp({ ...long, version: '2.36' })).toMatchObject({ addresses: ['192.0.2.10'] });
  });

  it.each([
    [OK, NXDOMAIN, 'ok'],
    [NODATA, SERVFAIL, 'no-data'],
    [NODATA, NXDOMAIN, 'not-found'],
    [NODATA, NODATA, 'no-data'],
    [{ cname: ['gone.test'] }, { cname: ['gone.test'] }, 'not-found'],
    [{ ra: false }, { ra: false }, 'try-again'],
  ])('A %o, AAAA %o: %s', async (a, aaaa, outcome) => {
    expect((await lookUp({ servers: byType(a, aaaa) })).outcome).toBe(outcome);
  });
});

describe('which names glibc tries', () => {
  const SEARCH = 'nameserver 127.0.0.2\nsearch s1.test s2.test\n';

  it('begins with the name as it is where it has dots enough, and goes on with the list', async () => {
    const setting = { servers: () => NXDOMAIN, resolvConf: SEARCH };
    expect(candidates(await lookUp({ ...setting, name: 'a.b' }))).toEqual([
      'a.b',
      'a.b.s1.test',
      'a.b.s2.test',
    ]);
    expect(candidates(await lookUp({ ...setting, name: 'a' }))).toEqual(['a.s1.test', 'a.s2.test', 'a']);
    expect(candidates(await lookUp({ ...setting, name: 'a.b.' }))).toEqual(['a.b']);
    const noTld = { ...setting, resolvConf: `${SEARCH}options no-tld-query\n`, name: 'a' };
    expect(candidates(await lookUp(noTld))).toEqual(['a.s1.test', 'a.s2.test']);
  });

  it('skips the rest of the list after REFUSED, not after SERVFAIL', async () => {
    const first = (reply: object) => ({
      servers: ({ name }: { name: string }) => (name === 'a.s1.test' ? reply : NXDOMAIN),
      resolvConf: SEARCH,
      name: 'a',
    });
    expect(candidates(await lookUp(first(REFUSED)))).toEqual(['a.s1.test', 'a']);
    const servfail = await lookUp(first(SERVFAIL));
    expect(candidates(servfail)).toEqual(['a.s1.test', 'a.s2.test', 'a']);
    expect(servfail.outcome).toBe('try-again');
  });

  it('aborts over a search domain that does not fit beside short ones; since 2.41 it ends the list there', async () => {
    const long = Array(5).fill('x'.repeat(60)).join('.');
    const search = (domains: string, version: string) =>
      lookUp({
        version,
        name: 'a',
        resolvConf: `nameserver 127.0.0.2\nsearch ${domains}\n`,
        servers: () => NXDOMAIN,
      });
    const abort = { outcome: 'crash', error: 'SIGABRT', queries: [] };
    expect(await search(long, '2.36')).toMatchObject(abort);
    expect(await search(`s1.test ${long}`, '2.31')).toMatchObject(abort);
    expect((await search(`${'y'.repeat(60)}.test ${long}`, '2.36')).outcome).toBe('not-found');
    expect(candidates(await search(`s1.test ${long} s2.test`, '2.41'))).toEqual(['a.s1.test', 'a']);
  });

  it('ends the search where nobody listens', async () => {
    const record = await lookUp({ servers: {}, resolvConf: SEARCH, name: 'a' });
    expect(record).toMatchObject({ outcome: 'try-again' });
    expect(candidates(record)).toEqual(['a.s1.test']);
  });

  it('asks nothing for a name that is no host name, but for Go with one family', async () => {
    expect(await lookUp({ name: '*.test' })).toMatchObject({ outcome: 'not-found', queries: [] });
    expect((await lookUp({ name: '*.test', family: 'inet' })).queries).toHaveLength(1);
  });

  it('follows HOSTALIASES', async () => {
    const record = await lookUp({
      name: 'web',
      environment: { HOSTALIASES: '/etc/aliases' },
      hostAliases: 'other x.test\nWEB  host.test \n',
    });
    expect(candidates(record)).toEqual(['host.test']);
  });
});

describe('what one process keeps', () => {
  it('reads resolv.conf again when it has changed, unless no-reload is set or 2.31 has fallen back', async () => {
    const servers = { '127.0.0.2': byType(OK, 'silence'), '127.0.0.3': () => OK };
    const resolvConf = ['nameserver 127.0.0.2\n', 'nameserver 127.0.0.3\n'];
    const second = async (version: string, texts = resolvConf) =>
      (await lookUpRepeatedly({ servers, resolvConf: texts, version }, 2))[1]?.queries[0]?.server;
    expect(await second('2.36')).toBe('127.0.0.3:53');
    expect(await second('2.31')).toBe('127.0.0.2:53');
    const [first = '', then = ''] = resolvConf;
    expect(await second('2.36', [`${first}options no-reload\n`, then])).toBe('127.0.0.2:53');
  });

  it('begins with pairs again when resolv.conf has changed', async () => {
    const servers = { '127.0.0.2': byType(OK, 'silence') };
    const resolvConf = ['nameserver 127.0.0.2\n', 'nameserver 127.0.0.2\n\n'];
    const [, again] = await lookUpRepeatedly({ servers, resolvConf }, 2);
    expect(again && perPort(again)).toEqual([4, 1, 1]);
  });

  it('goes round the servers with rotate', async () => {
    const servers = { '127.0.0.2': () => OK, '127.0.0.3': () => OK };
    const records = await lookUpRepeatedly({ servers, resolvConf: `${TWO}options rotate\n` }, 4);
    const asked = records.map(({ queries }) => queries[0]?.server);
    expect(asked[0]).not.toBe(asked[1]);
    expect(asked.slice(2)).toEqual(asked.slice(0, 2));
  });
});

describe('services, hints and order', () => {
  it.each([
    ['hosts:\n', {}, 'system', 'Device or resource busy'],
    ['hosts: [NOTFOUND=return] files dns\n', { family: 'inet6' }, 'system', 'Device or resource busy'],
    ['hosts:\n', { family: 'inet', flags: '0' }, 'not-found', 'Name or service not known'],
    ['hosts: files [NOTFOUND=foo] dns\n', {}, 'not-found', 'Name or service not known'],
    ['hosts: files [NOTFOUND=foo] dns\n', { family: 'inet', flags: '0' }, 'system', 'Invalid argument'],
  ] as const)(
    'since 2.33 fails by a hosts: line without a service or that cannot be read: %j %j',
    async (nsswitch, hints, outcome, error) => {
      expect(await lookUp({ nsswitch, ...hints })).toMatchObject({ outcome, error, queries: [] });
      const before = await lookUp({ nsswitch: 'hosts:\n', ...hints, version: '2.31' });
      expect(before.outcome).toBe('ok');
    },
  );

  it('is EAI_SYSTEM where the last service is not installed', async () => {
    const record = await lookUp({ servers: () => NXDOMAIN, nsswitch: 'hosts: files dns myhostname\n' });
    expect(record).toMatchObject({ outcome: 'system', error: 'Device or resource busy' });
  });

  it('asks DNS only where hosts has nothing', async () => {
    const hosts = '10.0.0.1 host.test\nfd00::1 host.test\n';
    expect(await lookUp({ hosts })).toMatchObject({ addresses: ['fd00::1', '10.0.0.1'], queries: [] });
    const both = await lookUp({ hosts: 'fd00::1 host.test\n', family: 'inet' });
    expect(both.queries).toHaveLength(1);
  });

  it('asks only for families that AI_ADDRCONFIG finds', async () => {
    const addresses = [{ address: '198.51.100.7', prefix: 24 }];
    const types = async (about: object) =>
      (await lookUp({ flags: 'addrconfig', ...about })).queries.map(({ type }) => type);
    expect(await types({ addresses })).toEqual(['A']);
    expect(await types({})).toEqual(['A', 'AAAA']);
    expect(await types({ addresses, family: 'inet6' })).toEqual([]);
  });

  it('gives v4-mapped addresses behind AAAA for ip6, and each address three times without hints', async () => {
    const six = await lookUp({ family: 'inet6' });
    expect(six.addresses.toSorted()).toEqual(['2001:db8::10', '::ffff:192.0.2.10']);
    expect(perPort(six)).toEqual([1, 1]);
    expect((await lookUp({ flags: 'none' })).addresses).toHaveLength(6);
  });

  it('drops v4-mapped addresses out of AAAA answers where the hints want them only for lack of IPv6', async () => {
    const ipv6Only = { flags: 'none' as const, addresses: [{ address: '2001:db8::7', prefix: 64 }] };
    const mapped = '::ffff:192.0.2.77';
    const mixed = await lookUp({ ...ipv6Only, servers: () => ({ aaaa: [mapped, '2001:db8::10'] }) });
    expect(new Set(mixed.addresses)).toEqual(new Set(['2001:db8::10']));
    const none = await lookUp({ ...ipv6Only, servers: () => ({ aaaa: [mapped] }) });
    expect(none).toMatchObject({ outcome: 'not-found', addresses: [] });
    const all = await lookUp({ family: 'inet6', servers: byType(NODATA, { aaaa: [mapped] }) });
    expect(all.addresses).toContain(mapped);
  });

  it('puts reachable addresses, matching labels and near networks first, as gai.conf says', async () => {
    const servers = () => ({ a: ['203.0.113.1', '198.51.100.80'], aaaa: ['2001:db8:9::1', 'fd00::1'] });
    const addresses = [
      { address: '198.51.100.7', prefix: 24 },
      { address: '2001:db8:9::7', prefix: 64 },
    ];
    expect((await lookUp({ servers, addresses })).addresses).toEqual([
      '2001:db8:9::1',
      '198.51.100.80',
      'fd00::1',
      '203.0.113.1',
    ]);
    const v4First = await lookUp({ servers, addresses, gaiConf: 'precedence ::ffff:0:0/96 100\n' });
    expect(v4First.addresses.slice(0, 2)).toEqual(['198.51.100.80', '2001:db8:9::1']);
  });

  it('sorts by sortlist where IPv4 alone is asked for', async () => {
    const record = await lookUp({
      servers: () => ({ a: ['192.0.2.5', '192.0.2.200'] }),
      family: 'inet',
      resolvConf: 'nameserver 127.0.0.2\nsortlist 192.0.2.128/255.255.255.128\n',
    });
    expect(record.addresses).toEqual(['192.0.2.200', '192.0.2.5']);
  });
});
