import { describe, expect, it } from 'vitest';
import type { ScriptedAction } from '../../../src/dns/script.ts';
import { byType, file, lookUp, NODATA, NXDOMAIN, OK, SERVFAIL } from './look-up.ts';

const names = ({ queries }: { queries: { name: string }[] }) => [...new Set(queries.map(({ name }) => name))];

describe('what musl makes of the answers', () => {
  it.each([
    { aaaa: NXDOMAIN, versions: ['1.2.1', '1.2.3', '1.2.6'], outcome: 'not-found' },
    { aaaa: SERVFAIL, versions: ['1.2.1', '1.2.3', '1.2.6'], outcome: 'try-again' },
    { aaaa: NXDOMAIN, versions: ['1.1.24', '1.2.0'], outcome: 'ok' },
    { aaaa: SERVFAIL, versions: ['1.1.24', '1.2.0'], outcome: 'ok' },
    { aaaa: NODATA, versions: ['1.1.24', '1.2.3', '1.2.6'], outcome: 'ok' },
  ])('A answered, AAAA $aaaa.rcode: $outcome in $versions', async ({ aaaa, versions, outcome }) => {
    for (const version of versions)
      expect(await lookUp({ version, servers: byType({ a: ['192.0.2.10'] }, aaaa) })).toMatchObject({
        outcome,
      });
  });

  it.each([
    ['1.1.12', 'failed', 'Non-recoverable error'],
    ['1.2.3', 'not-found', 'Name does not resolve'],
    ['1.2.4', 'no-data', 'Name has no usable address'],
  ])('NODATA is for %s %s', async (version, outcome, error) => {
    expect(await lookUp({ version, servers: () => NODATA })).toMatchObject({ outcome, error, addresses: [] });
  });

  it('says which name and type decided', async () => {
    const { because } = await lookUp({ servers: byType(OK, NXDOMAIN) });
    expect(because.at(-1)).toBe(
      'AAAA of host.test is NXDOMAIN: there is no such name, whatever another type or server says',
    );
  });

  it('says what was heard instead of an answer', async () => {
    const last = async (aaaa: ScriptedAction, tcp?: 'refuse') => {
      const setting = { servers: byType(OK, aaaa), ...(tcp && { tcp: { '127.0.0.2': tcp } }) };
      return (await lookUp(setting)).because.at(-1);
    };
    const end = 'of host.test: EAI_AGAIN, no other name is tried; musl wants both A and AAAA answered';
    expect(await last(SERVFAIL)).toBe(`nothing but SERVFAIL within 5 s to AAAA ${end}`);
    expect(await last('silence')).toBe(`no answer within 5 s to AAAA ${end}`);
    expect(await last({ tc: true }, 'refuse')).toBe(`no answer over TCP to AAAA ${end}`);
  });

  it('lets A decide before AAAA', async () => {
    expect(await lookUp({ servers: byType(NXDOMAIN, SERVFAIL) })).toMatchObject({ outcome: 'not-found' });
    expect(await lookUp({ servers: byType(SERVFAIL, NXDOMAIN) })).toMatchObject({ outcome: 'try-again' });
  });
});

describe('search', () => {
  const conf = (options = '') => `nameserver 127.0.0.2\nsearch a.test b.test\noptions ${options}\n`;

  it('tries the list, then the name as it is', async () => {
    expect(names(await lookUp({ name: 'web', servers: () => NXDOMAIN, resolvConf: conf() }))).toEqual([
      'web.a.test',
      'web.b.test',
      'web',
    ]);
  });

  it.each([
    ['web.prod', ''],
    ['web.', ''],
    ['a.b.c', 'ndots:2'],
  ])('never tries the list for %s (%s)', async (name, options) => {
    const record = await lookUp({ name, servers: () => NXDOMAIN, resolvConf: conf(options) });
    expect(record.outcome).toBe('not-found');
    expect(record.queries).toHaveLength(2);
  });

  it('goes on after NXDOMAIN only', async () => {
    for (const [first, outcome] of [
      [NODATA, 'no-data'],
      [SERVFAIL, 'try-again'],
      ['silence', 'try-again'],
    ] as const) {
      const record = await lookUp({
        name: 'web',
        servers: ({ name }) => (name === 'web.a.test' ? first : OK),
        resolvConf: conf(),
      });
      expect(record.outcome).toBe(outcome);
      expect(names(record)).toEqual(['web.a.test']);
    }
  });

  it('passes over what makes no query since 1.2.4, and fails for it before', async () => {
    const setting = {
      name: 'web',
      servers: () => OK,
      resolvConf: `nameserver 127.0.0.2\nsearch a..b c.test\n`,
    };
    expect(names(await lookUp(setting))).toEqual(['web.c.test']);
    expect(await lookUp({ ...setting, version: '1.2.3' })).toMatchObject({
      outcome: 'not-found',
      queries: [],
    });
  });

  it('sends a malformed query for `search .` before 1.2.4', async () => {
    const setting = {
      name: 'web',
      servers: () => OK,
      resolvConf: 'nameserver 127.0.0.2\nsearch .\noptions timeout:1\n',
    };
    expect(await lookUp(setting)).toMatchObject({ outcome: 'ok' });
    const old = await lookUp({ ...setting, version: '1.2.3' });
    expect(old).toMatchObject({ outcome: 'try-again' });
    expect(old.queries.map(({ reply }) => reply)).toEqual([null, null, null, null]);
  });

  it('passes over a domain that makes the name longer than 255 bytes', async () => {
    const long = `${'x'.repeat(60)}.`.repeat(3);
    const record = await lookUp({
      name: 'y'.repeat(60).concat('.', 'z'.repeat(20)),
      servers: () => OK,
      resolvConf: `nameserver 127.0.0.2\nsearch ${long}test b.test\noptions ndots:5\n`,
    });
    expect(names(record)[0]).toMatch(/b\.test$/);
  });

  it('knows no search list before 1.1.13', async () => {
    expect(
      names(await lookUp({ version: '1.1.12', name: 'web', servers: () => OK, resolvConf: conf() })),
    ).toEqual(['web']);
  });
});

describe('names', () => {
  it.each([
    '',
    '.',
    '..',
    'host..',
    'a..b',
    '.host',
    'x'.repeat(64),
    `${'x'.repeat(50)}.`.repeat(5),
    'x'.repeat(255),
  ])('asks nothing for %j', async (name) => {
    expect(await lookUp({ name })).toMatchObject({ outcome: 'not-found', queries: [] });
  });

  it('asks for names of up to 253 bytes, a last dot not counted', async () => {
    const longest = `${'x'.repeat(49)}.`.repeat(5).concat('yyy');
    for (const [name, queries] of [
      [longest, 2],
      [`${longest}.`, 2],
      [`${longest}y`, 0],
    ] as const)
      expect((await lookUp({ name })).queries).toHaveLength(queries);
  });

  it.each(['*', 'a b', '-x', '_x', '\xc3\xa9'])('asks for %j as it is', async (name) => {
    expect(await lookUp({ name })).toMatchObject({ outcome: 'ok' });
  });
});

describe('files', () => {
  it('asks no DNS for a name that hosts has for the other family, since 1.1.15', async () => {
    const setting = { hosts: '10.0.0.1 host.test\n', family: 'inet6', flags: '0' } as const;
    expect(await lookUp(setting)).toMatchObject({ outcome: 'no-data', queries: [] });
    expect(await lookUp({ ...setting, version: '1.2.3' })).toMatchObject({
      outcome: 'not-found',
      queries: [],
    });
    expect(await lookUp({ ...setting, version: '1.1.14' })).toMatchObject({ outcome: 'ok' });
  });

  it('goes on without files that are missing or denied', async () => {
    for (const hosts of [
      { state: 'absent' },
      { state: 'denied' },
      { state: 'failed', errno: 'EISDIR' },
    ] as const)
      expect(await lookUp({ hosts })).toMatchObject({ outcome: 'ok' });
    const local = { servers: { '127.0.0.1': () => OK } };
    expect(await lookUp({ ...local, resolvConf: { state: 'denied' } })).toMatchObject({ outcome: 'ok' });
  });

  it('fails where a file cannot be opened: with errno for hosts, as if flags were wrong for resolv.conf', async () => {
    const emfile = { state: 'failed', errno: 'EMFILE' } as const;
    expect(await lookUp({ hosts: emfile })).toMatchObject({
      outcome: 'system',
      error: 'No file descriptors available',
    });
    expect(await lookUp({ resolvConf: emfile })).toMatchObject({ outcome: 'failed', error: 'Invalid flags' });
    const old = { version: '1.1.12', servers: { '127.0.0.1': () => OK } };
    expect(await lookUp({ ...old, hosts: emfile, resolvConf: emfile })).toMatchObject({ outcome: 'ok' });
  });

  it('says which lines of resolv.conf it does not heed', async () => {
    const { because } = await lookUp({ resolvConf: file('nameserver 127.0.0.2\noptions edns0\n') });
    expect(because).toContain(
      'resolv.conf line 2, "edns0": musl knows only ndots, timeout and attempts: the option is ignored',
    );
  });
});

describe('families and flags', () => {
  it('gives each address twice for NULL hints, whatever the family', async () => {
    expect(
      await lookUp({ flags: 'none', family: 'inet6', servers: () => ({ a: ['192.0.2.10'] }) }),
    ).toMatchObject({
      addresses: ['192.0.2.10', '192.0.2.10'],
    });
  });

  it('asks for both types for AF_INET6 with AI_V4MAPPED', async () => {
    const record = await lookUp({ family: 'inet6', addresses: [{ address: '2001:db8::7', prefix: 64 }] });
    expect(record.addresses).toEqual(['2001:db8::10', '::ffff:192.0.2.10']);
    expect(await lookUp({ family: 'inet6', flags: '0' })).toMatchObject({ addresses: ['2001:db8::10'] });
  });

  it('is not to have literals of the other family', async () => {
    const v4 = { name: '127.1', family: 'inet6', flags: '0' } as const;
    expect(await lookUp(v4)).toMatchObject({ outcome: 'no-data' });
    expect(await lookUp({ ...v4, version: '1.2.3' })).toMatchObject({ outcome: 'not-found' });
    expect(await lookUp({ name: '127.1', family: 'inet6' })).toMatchObject({
      addresses: ['::ffff:127.0.0.1'],
    });
  });

  it('leaves out a family for AI_ADDRCONFIG whose loopback has no route', async () => {
    const setting = { flags: 'addrconfig', ipv6: false } as const;
    const types = ({ queries }: { queries: { type: string }[] }) => queries.map(({ type }) => type);
    expect(types(await lookUp(setting))).toEqual(['A']);
    expect(types(await lookUp({ ...setting, ipv6: true }))).toEqual(['A', 'AAAA']);
    expect(types(await lookUp({ ...setting, version: '1.1.19' }))).toEqual(['A', 'AAAA']);
    const six = { ...setting, family: 'inet6' } as const;
    expect(await lookUp(six)).toMatchObject({ outcome: 'no-data', queries: [{ type: 'A' }] });
    expect(await lookUp({ ...six, version: '1.2.3' })).toMatchObject({ outcome: 'not-found', queries: [] });
  });
});

describe('order', () => {
  const v6 = { address: '2001:db8:1::7', prefix: 64 };
  const v4 = { address: '198.51.100.7', prefix: 24 };

  it('keeps the order of the answer where all is IPv4', async () => {
    const a = ['203.0.113.1', '198.51.100.80', '192.0.2.1'];
    expect((await lookUp({ servers: () => ({ a }), addresses: [v4] })).addresses).toEqual(a);
  });

  it('puts what can be reached first, then by precedence and shared prefix', async () => {
    const reply = { a: ['198.51.100.9'], aaaa: ['2001:db8:2::1', 'fd00::1', '2001:db8:1::1'] };
    expect((await lookUp({ servers: () => reply, addresses: [v4] })).addresses[0]).toBe('198.51.100.9');
    expect((await lookUp({ servers: () => reply, addresses: [v4, v6] })).addresses).toEqual([
      '2001:db8:1::1',
      '198.51.100.9',
      '2001:db8:2::1',
      'fd00::1',
    ]);
  });

  it('puts a smaller scope before a larger one', async () => {
    const aaaa = ['2600::1', 'fec0::1'];
    expect((await lookUp({ servers: () => ({ aaaa }) })).addresses).toEqual(['fec0::1', '2600::1']);
  });

  it('does not sort before 1.1.3', async () => {
    const reply = { a: ['203.0.113.1'], aaaa: ['2001:db8:1::1'] };
    expect((await lookUp({ version: '1.1.2', servers: () => reply, addresses: [v6] })).addresses).toEqual([
      '203.0.113.1',
      '2001:db8:1::1',
    ]);
  });
});
