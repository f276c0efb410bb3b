import { describe, expect, it } from 'vitest';
import type { Step } from '../../../src/resolver/model.ts';
import { byType, lookUp, NXDOMAIN, OK, REFUSED, SERVFAIL, sent } from './look-up.ts';

const TWO = 'nameserver 127.0.0.2\nnameserver 127.0.0.3\n';

describe('how musl asks', () => {
  it('asks all nameservers at once from one socket, A first', async () => {
    const { queries } = await lookUp({
      servers: { '127.0.0.2': () => OK, '127.0.0.3': () => OK, '127.0.0.4': () => OK },
      resolvConf: `${TWO}nameserver 127.0.0.4\nnameserver 127.0.0.5\n`,
    });
    expect(queries.map(({ type, server }) => `${type} ${server}`)).toEqual([
      'A 127.0.0.2:53',
      'A 127.0.0.3:53',
      'A 127.0.0.4:53',
      'AAAA 127.0.0.2:53',
      'AAAA 127.0.0.3:53',
      'AAAA 127.0.0.4:53',
    ]);
    expect(new Set(queries.map(({ sourcePort }) => sourcePort)).size).toBe(1);
    expect(queries.every(({ edns }) => edns === null)).toBe(true);
  });

  it('takes the first NOERROR or NXDOMAIN of any server', async () => {
    const { outcome, durationMs, because } = await lookUp({
      servers: { '127.0.0.2': () => ({ ...OK, delayMs: 5 }), '127.0.0.3': () => NXDOMAIN },
      resolvConf: TWO,
    });
    expect(outcome).toBe('not-found');
    expect(durationMs).toBeLessThan(1);
    expect(because).toContain(
      'A got NXDOMAIN from 127.0.0.3 first: what the other servers say no longer counts',
    );
  });

  it('passes over REFUSED and takes the other server, without a second sending', async () => {
    const record = await lookUp({
      servers: { '127.0.0.2': () => REFUSED, '127.0.0.3': () => ({ ...OK, delayMs: 100 }) },
      resolvConf: TWO,
    });
    expect(record).toMatchObject({ outcome: 'ok' });
    expect(sent(record)).toBe('A 0, A 0, AAAA 0, AAAA 0');
  });

  it('sends what is not answered again every timeout/attempts and gives up at the timeout', async () => {
    const record = await lookUp({
      servers: byType(OK, 'silence'),
      resolvConf: 'nameserver 127.0.0.2\noptions timeout:3 attempts:3\n',
    });
    expect(record).toMatchObject({ outcome: 'try-again', error: 'Try again' });
    expect(sent(record)).toBe('A 0, AAAA 0, AAAA 1001, AAAA 2002');
    expect(Math.round(record.durationMs / 10)).toBe(300);
  });

  it.each([
    // 142 ms seven times leave 6 ms of a second: one sending more, and its whole period is waited.
    { timeout: 1, attempts: 7, sendings: 8, ms: 1138 },
    // 111 ms nine times leave 1 ms: less than the kernel sleeps longer.
    { timeout: 1, attempts: 9, sendings: 9, ms: 1001 },
    { timeout: 3, attempts: 7, sendings: 8, ms: 3428 },
    { timeout: 5, attempts: 3, sendings: 3, ms: 5003 },
  ])(
    'timeout:$timeout attempts:$attempts: $sendings sendings',
    async ({ timeout, attempts, sendings, ms }) => {
      const record = await lookUp({
        servers: () => 'silence',
        family: 'inet',
        resolvConf: `nameserver 127.0.0.2\noptions timeout:${timeout} attempts:${attempts}\n`,
      });
      expect(record.queries).toHaveLength(sendings);
      expect(Math.abs(record.durationMs - ms)).toBeLessThan(4);
    },
  );

  it('asks again at once after SERVFAIL, twice for each query and period', async () => {
    const both = await lookUp({ servers: () => SERVFAIL });
    expect(both).toMatchObject({ outcome: 'try-again' });
    expect(both.queries).toHaveLength(12);
    expect(both.queries.filter(({ atMs }) => atMs < 10)).toHaveLength(6);
    const one = await lookUp({ servers: () => SERVFAIL, family: 'inet' });
    expect(one.queries).toHaveLength(6);
    const shared = await lookUp({ servers: byType(OK, SERVFAIL) });
    expect(shared.queries.filter(({ type }) => type === 'AAAA')).toHaveLength(10);
    expect(shared.because).toContain(
      'AAAA got SERVFAIL from 127.0.0.2: asked again at once, 3 such resends are left until the next sending',
    );
  });

  it('ends well when a resend is answered', async () => {
    const record = await lookUp({ servers: ({ nth }) => (nth > 2 ? OK : SERVFAIL) });
    expect(record).toMatchObject({ outcome: 'ok', addresses: ['2001:db8::10', '192.0.2.10'] });
    expect(record.durationMs).toBeLessThan(1);
  });

  it('believes only a server that was asked and only the right id, but any question', async () => {
    const spoofed = await lookUp({
      servers: () => [
        { a: ['203.0.113.66'], aaaa: ['2001:db8::bad'], from: { address: '127.0.0.77', port: 53 } },
        { a: ['203.0.113.66'], aaaa: ['2001:db8::bad'], from: { address: '127.0.0.2', port: 54 } },
        { a: ['203.0.113.66'], aaaa: ['2001:db8::bad'], wrongId: true },
        { ...OK, delayMs: 20, question: 'other' as const },
      ],
    });
    expect(spoofed.addresses).toEqual(['2001:db8::10', '192.0.2.10']);
    expect(spoofed.because).toContain('a reply from 127.0.0.77 port 53, which was not asked: ignored');
    const noQuestion = await lookUp({ servers: () => ({ ...OK, question: 'none' }) });
    expect(noQuestion.outcome).toBe('ok');
  });

  it('gives A and AAAA ids that lie close together, since 1.2.4 in other high bytes', async () => {
    for (const version of ['1.2.3', '1.2.4']) {
      let sameHighByte = 0;
      for (let seed = 1; seed <= 200; seed++) {
        const ids: number[] = [];
        const server = ({ message }: { message: Uint8Array }) => {
          ids.push(((message[0] ?? 0) << 8) | (message[1] ?? 0));
          return OK;
        };
        await lookUp({ version, seed, servers: server });
        const [first = 0, second = 0] = ids;
        expect((second - first) & 0xffff).toBeGreaterThan(0);
        expect((second - first) & 0xffff).toBeLessThan(1024);
        if (first >> 8 === second >> 8) sameHighByte++;
      }
      if (version === '1.2.4') expect(sameHighByte).toBe(0);
      else expect(sameHighByte).toBeGreaterThan(0);
    }
  });

  it('asks IPv4 and IPv6 nameservers from one IPv6 socket', async () => {
    const record = await lookUp({
      servers: { '127.0.0.2': () => REFUSED, '::1': () => OK },
      resolvConf: 'nameserver 127.0.0.2\nnameserver ::1\n',
      refused: (step) => (step.do === 'open' && 'family' in step && step.family === 4 ? 'EMFILE' : undefined),
    });
    expect(record.outcome).toBe('ok');
    expect(new Set(record.queries.map(({ sourcePort }) => sourcePort)).size).toBe(1);
  });

  it('asks only IPv4 nameservers where the kernel has no IPv6, since 1.2.4', async () => {
    const setting = {
      resolvConf: 'nameserver ::1\nnameserver 127.0.0.2\n',
      refused: (step: Step) =>
        step.do === 'open' && 'family' in step && step.family === 6 ? 'EAFNOSUPPORT' : undefined,
    };
    expect(await lookUp(setting)).toMatchObject({ outcome: 'ok' });
    const fails = { outcome: 'system', error: 'Address family not supported by protocol' };
    expect(await lookUp({ ...setting, version: '1.2.3' })).toMatchObject(fails);
    expect(await lookUp({ ...setting, resolvConf: 'nameserver ::1\n' })).toMatchObject(fails);
  });

  it.each([
    ['EMFILE', 'No file descriptors available'],
    ['EADDRINUSE', 'Address in use'],
  ])('fails with errno where there is no socket: %s', async (errno, error) => {
    const refused = (step: Step) => (step.do === 'open' ? errno : undefined);
    expect(await lookUp({ refused })).toMatchObject({ outcome: 'system', error, queries: [] });
  });

  it('hears nothing of a server that is not there', async () => {
    const record = await lookUp({ servers: {}, resolvConf: 'nameserver 127.0.0.9\noptions timeout:1\n' });
    expect(record).toMatchObject({ outcome: 'try-again' });
    expect(sent(record)).toBe('A 0, AAAA 0, A 500, AAAA 500');
  });

  it('never gets a reply of nameserver 0.0.0.0, which answers from another address', async () => {
    const rule = () => ({ ...OK, from: { address: '127.0.0.1', port: 53 } });
    const record = await lookUp({
      servers: { '0.0.0.0': rule },
      addresses: [{ address: '0.0.0.0', prefix: 32 }],
      resolvConf: 'nameserver 0.0.0.0\noptions timeout:1\n',
    });
    expect(record.outcome).toBe('try-again');
  });

  it('does not know the replies of a nameserver with a scope that only link-local addresses have', async () => {
    const setting = {
      servers: { '::1': () => OK, '::1%1': () => ({ ...OK, from: { address: '::1', port: 53 } }) },
    };
    expect(await lookUp({ ...setting, resolvConf: 'nameserver ::1\n' })).toMatchObject({ outcome: 'ok' });
    expect(await lookUp({ ...setting, resolvConf: 'nameserver ::1%1\n' })).toMatchObject({
      outcome: 'try-again',
    });
  });

  it('tells of a flood of replies only so often', async () => {
    const spoof = { ...OK, from: { address: '127.0.0.77', port: 53 }, copies: 5_000 };
    const record = await lookUp({ servers: () => [spoof, { ...OK, delayMs: 1 }] });
    expect(record.outcome).toBe('ok');
    expect(record.because.length).toBeLessThan(30);
  });

  it.each([
    ['attempts:0', { outcome: 'crash', error: 'SIGFPE' }],
    ['timeout:0', { outcome: 'try-again', error: 'Try again' }],
  ])('options %s', async (options, expected) => {
    const record = await lookUp({ resolvConf: `nameserver 127.0.0.2\noptions ${options}\n` });
    expect(record).toMatchObject({ ...expected, queries: [] });
    expect(record.because.join('\n')).toContain(options);
    expect(await lookUp({ name: '192.0.2.1', resolvConf: `options ${options}\n` })).toMatchObject({
      outcome: 'ok',
    });
  });
});

describe('TC and TCP', () => {
  const truncated =
    (tcp: object) =>
    ({ proto }: { proto: string }) =>
      proto === 'udp' ? { tc: true } : tcp;

  it('asks again over TCP since 1.2.4, the truncated type only and that server only', async () => {
    const record = await lookUp({
      servers: {
        '127.0.0.2': ({ type, proto }) =>
          type === 'A' ? OK : proto === 'udp' ? { tc: true } : { aaaa: ['2001:db8::1', '2001:db8::2'] },
        '127.0.0.3': () => 'silence',
      },
      resolvConf: TWO,
    });
    expect(record.addresses).toEqual(['2001:db8::1', '2001:db8::2', '192.0.2.10']);
    expect(record.queries.filter(({ proto }) => proto === 'tcp')).toMatchObject([
      { type: 'AAAA', server: '127.0.0.2:53' },
    ]);
  });

  it('does not know TCP before', async () => {
    const record = await lookUp({ version: '1.2.3', servers: truncated(OK) });
    expect(record).toMatchObject({ outcome: 'not-found', error: 'Name does not resolve' });
    expect(sent(record)).toBe('A 0, AAAA 0');
    const partial = await lookUp({ version: '1.2.3', servers: () => ({ ...OK, tc: true }) });
    expect(partial).toMatchObject({ outcome: 'ok' });
  });

  it('gives up at once where TCP is refused, closed or answers with an error', async () => {
    const refused = await lookUp({ servers: truncated(OK), tcp: { '127.0.0.2': 'refuse' } });
    expect(refused).toMatchObject({ outcome: 'try-again' });
    expect(refused.durationMs).toBeLessThan(1);
    expect(refused.because.join('\n')).toContain('A over TCP to 127.0.0.2: ECONNREFUSED: musl gives up');
    const closed = await lookUp({ servers: truncated(OK), tcp: { '127.0.0.2': 'eof' } });
    expect(closed).toMatchObject({ outcome: 'try-again' });
    const servfail = await lookUp({ servers: truncated(SERVFAIL) });
    expect(servfail).toMatchObject({ outcome: 'try-again' });
    expect(servfail.durationMs).toBeLessThan(1);
  });

  it('takes nothing of less than 13 bytes over TCP', async () => {
    const raw = Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const short = await lookUp({ servers: truncated({ raw }) });
    expect(short).toMatchObject({ outcome: 'try-again' });
    expect(short.durationMs).toBeLessThan(1);
    expect(await lookUp({ servers: truncated({ raw: Uint8Array.of(...raw, 0) }) })).toMatchObject({
      outcome: 'no-data',
    });
  });

  it('waits to the end where connect(2) fails at once', async () => {
    const refused = (step: Step) =>
      step.do === 'open' && step.proto === 'tcp' ? 'EADDRNOTAVAIL' : undefined;
    const record = await lookUp({ servers: truncated(OK), refused });
    expect(record).toMatchObject({ outcome: 'try-again' });
    expect(Math.round(record.durationMs / 100)).toBe(50);
  });

  it('waits for silent TCP as long as for UDP, and does not ask by UDP again', async () => {
    for (const mode of ['silent', 'drop'] as const) {
      const record = await lookUp({ servers: truncated(OK), tcp: { '127.0.0.2': mode } });
      expect(record).toMatchObject({ outcome: 'try-again' });
      expect(record.queries.filter(({ proto }) => proto === 'udp')).toHaveLength(2);
      expect(Math.round(record.durationMs / 100)).toBe(50);
    }
  });

  it('takes NXDOMAIN over TCP, and a truncated answer over TCP as it is', async () => {
    expect(await lookUp({ servers: truncated(NXDOMAIN) })).toMatchObject({ outcome: 'not-found' });
    expect(await lookUp({ servers: truncated({ ...OK, tc: true }) })).toMatchObject({ outcome: 'ok' });
  });

  it.each([
    ['1.2.4', 43, 0],
    ['1.2.4', 50, 1],
    ['1.2.5', 50, 0],
    ['1.2.5', 300, 1],
  ])('%s: %i addresses in a datagram: %i TCP queries', async (version, count, tcp) => {
    const a = Array.from({ length: count }, (_, i) => `192.0.${i >> 8}.${i & 255}`);
    const { queries } = await lookUp({ version, family: 'inet', servers: () => ({ a }) });
    expect(queries.filter(({ proto }) => proto === 'tcp')).toHaveLength(tcp);
  });
});
