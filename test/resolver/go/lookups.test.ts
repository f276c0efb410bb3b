import { describe, expect, it } from 'vitest';
import { uint16 } from '../../../src/dns/wire.ts';
import {
  byType,
  createProcess,
  file,
  lookUp,
  NODATA,
  NXDOMAIN,
  OK,
  REFUSED,
  SERVFAIL,
  sent,
} from './look-up.ts';

const TWO = 'nameserver 127.0.0.2\nnameserver 127.0.0.3\n';

describe('how Go asks', () => {
  it('asks both types at once, each from a port of its own, with EDNS0 from 1.19', async () => {
    for (const [version, edns] of [
      ['1.18', null],
      ['1.19', 1232],
      ['1.27', 1232],
    ] as const) {
      const record = await lookUp({ version });
      expect(sent(record)).toBe('AAAA 0, A 0');
      expect(new Set(record.queries.map(({ sourcePort }) => sourcePort)).size).toBe(2);
      expect(record.queries.map((query) => query.edns)).toEqual([edns, edns]);
    }
  });

  it('leaves EDNS0 out for GODEBUG=netedns0=0, from 1.21', async () => {
    const environment = { GODEBUG: 'netedns0=1,http2debug=1,netedns0=0' };
    const edns = async (version: string) => (await lookUp({ version, environment })).queries[0]?.edns;
    expect(await edns('1.19')).toBe(1232);
    expect(await edns('1.21')).toBe(null);
  });

  it('one after the other with single-request', async () => {
    const record = await lookUp({
      servers: () => ({ ...OK, delayMs: 50 }),
      resolvConf: 'nameserver 127.0.0.2\noptions single-request\n',
    });
    expect(sent(record)).toBe('A 0, AAAA 50');
  });

  it('asks for one family its type alone, both until 1.16', async () => {
    expect(sent(await lookUp({ family: 'inet6', version: '1.17' }))).toBe('AAAA 0');
    const old = await lookUp({ family: 'inet6', version: '1.16' });
    expect(sent(old)).toBe('AAAA 0, A 0');
    expect(old.addresses).toEqual(['2001:db8::10']);
  });

  it('goes round all servers as often as attempts say, a whole timeout each', async () => {
    const silent = () => 'silence' as const;
    const record = await lookUp({
      servers: { '127.0.0.2': silent, '127.0.0.3': silent },
      resolvConf: `${TWO}options timeout:2 attempts:2\n`,
      family: 'inet',
    });
    expect(record.queries.map(({ server, atMs }) => `${server} ${atMs}`)).toEqual([
      '127.0.0.2:53 0',
      '127.0.0.3:53 2000',
      '127.0.0.2:53 4000',
      '127.0.0.3:53 6000',
    ]);
    expect(record.durationMs).toBe(8000);
    expect(record.outcome).toBe('timeout');
  });

  it('asks the next server after REFUSED and SERVFAIL, none after NXDOMAIN or no record', async () => {
    for (const [first, queries] of [
      [REFUSED, 2],
      [SERVFAIL, 2],
      [NXDOMAIN, 1],
      [NODATA, 1],
    ] as const) {
      const record = await lookUp({
        servers: { '127.0.0.2': () => first, '127.0.0.3': () => OK },
        resolvConf: TWO,
        family: 'inet',
      });
      expect(record.queries.length).toBe(queries);
      expect(record.outcome).toBe(queries === 2 ? 'ok' : 'not-found');
    }
  });

  it('begins at the next server with rotate, for each type anew, for the life of the process', async () => {
    const go = createProcess({
      servers: { '127.0.0.2': () => OK, '127.0.0.3': () => OK },
      resolvConf: `${TWO}options rotate single-request\n`,
    });
    const servers = async () => (await go.lookUp()).queries.map(({ server }) => server);
    expect(await servers()).toEqual(['127.0.0.2:53', '127.0.0.3:53']);
    expect(await servers()).toEqual(['127.0.0.2:53', '127.0.0.3:53']);
    expect((await go.lookUp({ family: 'inet' })).queries[0]?.server).toBe('127.0.0.2:53');
    expect((await go.lookUp({ family: 'inet' })).queries[0]?.server).toBe('127.0.0.3:53');
  });

  it('sets AD with trust-ad from 1.20', async () => {
    const seen: boolean[] = [];
    const servers = ({ message }: { message: Uint8Array }) => {
      seen.push((uint16(message, 2) & 0x20) !== 0);
      return OK;
    };
    const resolvConf = 'nameserver 127.0.0.2\noptions trust-ad\n';
    await lookUp({ version: '1.19', servers, resolvConf, family: 'inet' });
    await lookUp({ version: '1.20', servers, resolvConf, family: 'inet' });
    expect(seen).toEqual([false, true]);
  });

  it('takes the truncated to TCP, each query a connection, a whole timeout each', async () => {
    const record = await lookUp({
      servers: ({ proto }) => (proto === 'udp' ? { tc: true, delayMs: 900 } : { ...OK, delayMs: 900 }),
      resolvConf: 'nameserver 127.0.0.2\noptions timeout:1\n',
    });
    expect(sent(record)).toBe('AAAA 0, A 0, AAAA tcp 900, A tcp 900');
    expect(record.outcome).toBe('ok');
  });

  it('reads no more than 1232 bytes of a datagram, 512 until 1.17', async () => {
    const a = Array.from({ length: 40 }, (_, n) => `192.0.2.${n}`);
    const texts = ['1.17', '1.18'].map((version) =>
      lookUp({ version, servers: () => ({ a }), family: 'inet' }),
    );
    const [old, recent] = await Promise.all(texts);
    // What was read of the answer is used: the records before the cut.
    expect(old?.addresses.length).toBe(30);
    expect(recent?.addresses.length).toBe(40);
  });

  it('passes over what is no reply to its question, until the timeout', async () => {
    const record = await lookUp({
      servers: () => [
        { ...OK, wrongId: true },
        { ...OK, question: 'none' },
        { ...OK, delayMs: 300 },
      ],
      family: 'inet',
    });
    expect(record.durationMs).toBeCloseTo(300, 0);
    expect(record.addresses).toEqual(['192.0.2.10']);
  });
});

describe('which names Go asks', () => {
  const names = async (setting: Parameters<typeof lookUp>[0]) => {
    const { queries } = await lookUp({ servers: () => NXDOMAIN, family: 'inet', ...setting });
    return queries.map(({ name }) => name);
  };

  it('the suffixed ones first where there are fewer dots than ndots', async () => {
    const resolvConf = 'nameserver 127.0.0.2\nsearch a.test b.test\noptions ndots:2\n';
    expect(await names({ name: 'x.y', resolvConf })).toEqual(['x.y.a.test', 'x.y.b.test', 'x.y']);
    expect(await names({ name: 'x.y.z', resolvConf })).toEqual(['x.y.z', 'x.y.z.a.test', 'x.y.z.b.test']);
    expect(await names({ name: 'x.y.', resolvConf })).toEqual(['x.y']);
  });

  it.each([
    'a..b',
    '-a.test',
    'a-.test',
    '1.2.3',
    'a b',
    'a\u00e9.test',
    `${'a'.repeat(64)}.test`,
    '0x7f.1-',
  ])('sends nothing for %j', async (name) => {
    const record = await lookUp({ name });
    expect(record).toMatchObject({ outcome: 'not-found', queries: [] });
  });

  it('the root from 1.17', async () => {
    expect(await names({ name: '.', version: '1.16' })).toEqual([]);
    expect(await names({ name: '.', version: '1.17' })).toEqual(['']);
  });

  it('.onion under no name, from 1.22 with suffixes', async () => {
    const resolvConf = 'nameserver 127.0.0.2\nsearch a.test\n';
    expect(await names({ name: 'x.onion', version: '1.21', resolvConf })).toEqual([]);
    expect(await names({ name: 'x.onion', version: '1.22', resolvConf })).toEqual(['x.onion.a.test']);
    expect((await lookUp({ name: 'x.onion' })).error).toBe('address x.onion: no suitable address found');
  });

  it('fails where a suffix makes no name, and says so of each server', async () => {
    const resolvConf = 'nameserver 127.0.0.2\nsearch a..test\noptions ndots:2\n';
    const record = await lookUp({ name: 'x', resolvConf, servers: () => NXDOMAIN, family: 'inet' });
    expect(record.queries.map(({ name }) => name)).toEqual(['x']);
    expect(record.because.join('\n')).toContain('cannot marshal DNS message');
    expect(record.error).toBe('lookup x on 127.0.0.2:53: no such host');
  });

  it('the error of the name as it was given is preferred', async () => {
    const record = await lookUp({
      servers: ({ name }) => (name === 'x.y' ? REFUSED : NXDOMAIN),
      name: 'x.y',
      resolvConf: 'nameserver 127.0.0.2\nsearch a.test\n',
      family: 'inet',
    });
    expect(record.error).toBe('lookup x.y on 127.0.0.2:53: server misbehaving');
  });
});

describe('what Go makes of answers', () => {
  it('takes addresses of any owner, and those of the other type behind the first', async () => {
    const { addresses } = await lookUp({ servers: () => ({ ...OK, both: true }), family: 'unspec' });
    expect(addresses).toEqual(['192.0.2.10', '2001:db8::10', '2001:db8::10']);
  });

  it('is content with one type, whatever became of the other', async () => {
    for (const other of [NXDOMAIN, SERVFAIL, NODATA, 'silence' as const]) {
      const { addresses } = await lookUp({ servers: byType(OK, other) });
      expect(addresses).toEqual(['192.0.2.10']);
    }
  });

  it('is content with the addresses in front of what it cannot read', async () => {
    const half = [
      { type: 1, data: Uint8Array.of(192, 0, 2, 9) },
      { type: 5, data: Uint8Array.of(0x80) },
    ];
    const { addresses } = await lookUp({ servers: () => ({ records: half }), family: 'inet' });
    expect(addresses).toEqual(['192.0.2.9']);
  });

  it('takes v4-mapped addresses for IPv4', async () => {
    const mapped = { type: 28, data: Uint8Array.from([...Array(10).fill(0), 255, 255, 192, 0, 2, 1]) };
    const servers = byType(NODATA, { records: [mapped] });
    expect((await lookUp({ servers })).addresses).toEqual(['192.0.2.1']);
    expect((await lookUp({ servers, family: 'inet6' })).error).toBe(
      'address host.test: no suitable address found',
    );
  });

  it('sorts by RFC 6724, IPv4 left in order', async () => {
    const interfaces = [
      { address: '127.0.0.1', prefix: 8 },
      { address: '198.51.100.7', prefix: 24 },
      { address: '2001:db8:1::7', prefix: 64 },
    ];
    const servers = () => ({
      a: ['192.0.2.1', '198.51.100.200', '198.51.100.6'],
      aaaa: ['2001:db8:2::1', '2001:db8:1::200', '2001:db8:1::6'],
    });
    expect((await lookUp({ servers, interfaces })).addresses).toEqual([
      '2001:db8:1::200',
      '2001:db8:1::6',
      '198.51.100.200',
      '198.51.100.6',
      '192.0.2.1',
      '2001:db8:2::1',
    ]);
  });
});

describe('what Go does before DNS', () => {
  it('takes addresses as they are, without their zone', async () => {
    expect(await lookUp({ name: 'fe80::1%lo' })).toMatchObject({ addresses: ['fe80::1'], queries: [] });
    expect((await lookUp({ name: '::' })).addresses).toEqual(['::', '0.0.0.0']);
    expect((await lookUp({ name: '192.0.2.1', family: 'inet6' })).error).toBe(
      'address 192.0.2.1: no suitable address found',
    );
  });

  it('refuses the empty name from 1.21', async () => {
    expect(await lookUp({ name: '', version: '1.20' })).toMatchObject({
      outcome: 'ok',
      addresses: ['<nil>'],
    });
    expect(await lookUp({ name: '', version: '1.21' })).toMatchObject({
      outcome: 'not-found',
      error: 'lookup : no such host',
    });
  });

  it('since 1.20 fails where the first name of a line of hosts is no name of DNS', async () => {
    const line = (bytes: number) => `10.0.0.1 ${'x'.repeat(bytes)} host.test\n`;
    const failure = {
      outcome: 'failed',
      error: 'lookup host.test: insufficient data for calculated length type',
    };
    for (const version of ['1.20', '1.27'] as const) {
      expect(await lookUp({ version, hosts: line(256) })).toMatchObject(failure);
      expect(await lookUp({ version, hosts: line(255) })).toMatchObject({ addresses: ['10.0.0.1'] });
      // It is the first line with the name that counts.
      const second = await lookUp({ version, hosts: `10.0.0.2 host.test\n${line(256)}` });
      expect(second.addresses).toHaveLength(2);
    }
    expect(await lookUp({ version: '1.19', hosts: line(256) })).toMatchObject({ outcome: 'ok' });
  });

  it('takes hosts first, and of the other family alone finds nothing suitable', async () => {
    const hosts = '10.0.0.1 host.test\n';
    expect(await lookUp({ hosts })).toMatchObject({ addresses: ['10.0.0.1'], queries: [] });
    expect((await lookUp({ hosts, family: 'inet6' })).error).toBe(
      'address host.test: no suitable address found',
    );
  });

  it('goes by nsswitch.conf, where there is none from 1.16 by files and DNS', async () => {
    const hosts = '10.0.0.1 host.test\n';
    const first = async (version: string, nsswitch?: string) =>
      (await lookUp({ version, hosts, ...(nsswitch !== undefined && { nsswitch }) })).addresses[0];
    expect(await first('1.15')).not.toBe('10.0.0.1');
    expect(await first('1.16')).toBe('10.0.0.1');
    expect(await first('1.24', 'hosts: dns files\n')).not.toBe('10.0.0.1');
    const fallback = await lookUp({ hosts, nsswitch: 'hosts: dns files\n', servers: () => NXDOMAIN });
    expect(fallback.addresses).toEqual(['10.0.0.1']);
  });

  it('finds nothing with files alone, and says so from 1.21', async () => {
    const said = async (version: string) => await lookUp({ version, nsswitch: 'hosts: files\n' });
    expect(await said('1.20')).toMatchObject({
      outcome: 'failed',
      error: 'address host.test: no suitable address found',
    });
    expect(await said('1.21')).toMatchObject({
      outcome: 'not-found',
      error: 'lookup host.test: no such host',
    });
  });
});

describe('what a Go process keeps', () => {
  const ok = () => OK;
  const servers = { '127.0.0.1': ok, '127.0.0.2': ok, '127.0.0.3': ok };
  const asked = (record: Awaited<ReturnType<typeof lookUp>>) => record.queries[0]?.server;
  const old = file('nameserver 127.0.0.2\n', 1);
  const changed = { resolvConf: file('nameserver 127.0.0.3\n', 2) };

  it('resolv.conf for five seconds', async () => {
    const go = createProcess({ servers, resolvConf: old });
    await go.lookUp();
    go.network.sleep(4_900);
    expect(asked(await go.lookUp(changed))).toBe('127.0.0.2:53');
    go.network.sleep(200);
    expect(asked(await go.lookUp(changed))).toBe('127.0.0.3:53');
  });

  it('for good with no-reload', async () => {
    const go = createProcess({ servers, resolvConf: file('nameserver 127.0.0.2\noptions no-reload\n', 1) });
    await go.lookUp();
    go.network.sleep(60_000);
    expect(asked(await go.lookUp(changed))).toBe('127.0.0.2:53');
  });

  it('not while it has no nameserver, from 1.27', async () => {
    for (const [version, second] of [
      ['1.26', '127.0.0.1:53'],
      ['1.27', '127.0.0.3:53'],
    ] as const) {
      const go = createProcess({ version, servers, resolvConf: { state: 'absent' } });
      expect(asked(await go.lookUp())).toBe('127.0.0.1:53');
      expect(asked(await go.lookUp(changed))).toBe(second);
    }
  });

  it('hosts for five seconds, and one that went away for good until 1.20', async () => {
    for (const [version, kept] of [
      ['1.20', true],
      ['1.21', false],
    ] as const) {
      const go = createProcess({ version, hosts: file('10.0.0.1 host.test\n', 1), servers: ok });
      const gone = { hosts: { state: 'absent' } as const };
      await go.lookUp();
      expect((await go.lookUp(gone)).addresses).toEqual(['10.0.0.1']);
      go.network.sleep(5_100);
      expect((await go.lookUp(gone)).addresses.includes('10.0.0.1')).toBe(kept);
    }
  });

  it('nsswitch.conf for good until 1.19', async () => {
    for (const [version, kept] of [
      ['1.19', true],
      ['1.20', false],
    ] as const) {
      const go = createProcess({
        version,
        servers: ok,
        hosts: '10.0.0.1 host.test\n',
        nsswitch: 'hosts: files\n',
      });
      await go.lookUp();
      go.network.sleep(5_100);
      const later = await go.lookUp({ nsswitch: file('hosts: dns\n', 1) });
      expect(later.addresses.includes('10.0.0.1')).toBe(kept);
    }
  });
});
