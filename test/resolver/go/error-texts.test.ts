/** What real programs printed (test/fixtures/go), against what the model says in the same circumstances. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/dns/script.ts';
import { lookUp, NODATA, NXDOMAIN, OK, REFUSED, SERVFAIL, type Setting } from './look-up.ts';

interface Row {
  name: string;
  versions: string[];
  error: string;
  flags: string[];
}

const ROWS: Row[] = readFileSync(new URL('../../fixtures/go/errors.tsv', import.meta.url), 'utf8')
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))
  .filter(([, resolver]) => resolver === 'go')
  .map(([name = '', , versions = '', error = '', flags = '']) => ({
    name,
    versions: versions.split(','),
    error,
    flags: flags.split(','),
  }));

/** One record of the type asked for, its data cut; no OPT. */
const cutRecord: Rule = ({ message }) => {
  const asked = message.subarray(0, message.length - (message[11] ?? 0) * 11);
  const type = asked.subarray(-4, -2);
  const reply = Buffer.concat([asked, Buffer.of(0xc0, 12), type, Buffer.from('00010000000100107f00', 'hex')]);
  reply.writeUInt16BE(0x8180, 2);
  reply.writeUInt16BE(1, 6);
  reply.writeUInt16BE(0, 10);
  return { raw: reply };
};
const overTcp =
  (reply: ReturnType<Rule>): Rule =>
  ({ proto }) =>
    proto === 'udp' ? { tc: true } : reply;

const CONF = 'nameserver 127.0.0.53\noptions timeout:1 attempts:2\n';
const at = (rule: Rule, more: Setting = {}): Setting => ({
  servers: { '127.0.0.53': rule },
  resolvConf: CONF,
  ...more,
});
const named = (name: string, rule: Rule, more: Setting = {}) => at(rule, { name, ...more });
const unroutable = (address: string, errno: string): Setting => ({
  name: 'ok.test',
  resolvConf: `nameserver ${address}\n`,
  faults: { udp: errno },
});

/** Cases of the file that a scripted network can make. Left out: those whose error is a race, and other lookups than of addresses. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  'default-timeout': named('timeout.test', () => 'silence', { resolvConf: 'nameserver 127.0.0.53\n' }),
  'emfile-cold': {
    name: 'ok.test',
    resolvConf: { state: 'failed', errno: 'EMFILE' },
    hosts: { state: 'failed', errno: 'EMFILE' },
    faults: { udp: 'EMFILE' },
  },
  'emfile-warm': named('ok.test', () => OK, { faults: { udp: 'EMFILE' } }),
  'five-ns': {
    name: 'timeout.test',
    servers: Object.fromEntries([54, 55, 56, 57, 58].map((n) => [`127.0.0.${n}`, () => 'silence' as const])),
    resolvConf: `${[54, 55, 56, 57, 58].map((n) => `nameserver 127.0.0.${n}\n`).join('')}options timeout:1\n`,
  },
  'formerr-edns-only': {
    name: 'x.test',
    servers: { '127.0.0.65': ({ edns }) => (edns === undefined ? OK : { rcode: 1 }) },
    resolvConf: 'nameserver 127.0.0.65\n',
  },
  'ip4-nx': named('nx.test', () => NXDOMAIN, { family: 'inet' }),
  'ip4-v6only': named('v6only.test', () => ({ aaaa: ['::1'] }), { family: 'inet' }),
  'ip6-v4only': named('v4only.test', () => ({ a: ['127.0.0.1'] }), { family: 'inet6' }),
  'name-badvers': named('badvers.test', () => ({ rcode: 16 })),
  'name-cnamedangle': named('cnamedangle.test', () => ({ cname: ['target.test'] })),
  'name-cnamenx': named('cnamenx.test', () => ({ cname: ['target.test'], rcode: 3 })),
  'name-cutans': named('cutans.test', cutRecord),
  'name-garbage': named('garbage.test', () => ({ raw: Buffer.from('garbage that is no DNS message') })),
  'name-lame': named('lame.test', () => ({ ra: false, opt: false })),
  'name-lameopt': named('lameopt.test', () => ({ ra: false })),
  'name-nodata': named('nodata.test', () => NODATA),
  'name-norecnx': named('norecnx.test', () => ({ ra: false, rcode: 3 })),
  'name-refused': named('refused.test', () => REFUSED),
  'name-servfail': named('servfail.test', () => SERVFAIL),
  'name-short': named('short.test', () => ({ raw: Buffer.of(0) })),
  'name-tcpart': named('tcpart.test', () => ({ ...OK, tc: true })),
  'name-tcpclose': named('tcpclose.test', overTcp('close')),
  'name-tcpgarbage': named('tcpgarbage.test', overTcp({ raw: Buffer.from('garbage') })),
  'name-tcphang': named('tcphang.test', overTcp('silence')),
  'name-tcpwrongid': named('tcpwrongid.test', overTcp({ ...OK, wrongId: true })),
  'name-wrongid': named('wrongid.test', () => ({ ...OK, wrongId: true })),
  'name-wrongq': named('wrongq.test', () => ({ ...OK, question: 'other' })),
  'name-yxdomain': named('yxdomain.test', () => ({ rcode: 6 })),
  'ndots1-search-servfail': named(
    'servfail.test',
    ({ name }) => (name === 'servfail.test' ? SERVFAIL : NXDOMAIN),
    {
      resolvConf: `${CONF}search a.test b.test c.test\n`,
    },
  ),
  'ndots5-nx': named('nx', () => NXDOMAIN, { resolvConf: `${CONF}search a.test b.test\noptions ndots:5\n` }),
  'nft-in-drop': named('ok.test', () => 'silence'),
  'nft-in-reject-admin-prohibited': named('ok.test', () => OK, { faults: { receive: 'EHOSTUNREACH' } }),
  'nft-in-reject-port-unreachable': named('ok.test', () => OK, { faults: { receive: 'ECONNREFUSED' } }),
  'nft-in-reject-prot-unreachable': named('ok.test', () => OK, { faults: { receive: 'ENOPROTOOPT' } }),
  'nft-out-droptcp': named('tc.test', overTcp(OK), { tcp: { '127.0.0.53': 'drop' } }),
  'nft-out-reject': named('ok.test', () => OK, { faults: { send: 'EPERM' } }),
  'nft-out-rejecttcp': named('tc.test', overTcp(OK), { tcp: { '127.0.0.53': 'refuse' } }),
  'ports-exhausted-tcp': named('tc.test', overTcp(OK), { faults: { tcp: 'EADDRNOTAVAIL' } }),
  'rc-empty': { name: 'ok.test', servers: {}, resolvConf: '' },
  'rc-nons': { name: 'ok.test', servers: {}, resolvConf: 'search test\nnameserver dns.test\n' },
  'rc-noperm-dir': { name: 'ok.test', servers: {}, resolvConf: { state: 'denied' } },
  'route-blackhole': unroutable('10.1.1.3', 'EINVAL'),
  'route-none': unroutable('10.1.1.4', 'ENETUNREACH'),
  'route-prohibit': unroutable('10.1.1.1', 'EACCES'),
  'route-unreach': unroutable('10.1.1.2', 'EHOSTUNREACH'),
  'srv-closed': { name: 'ok.test', servers: {}, resolvConf: 'nameserver 127.0.0.9\n' },
  'srv-noTCP-usevc': {
    name: 'ok.test',
    servers: { '127.0.0.54': () => OK },
    resolvConf: 'nameserver 127.0.0.54\noptions use-vc\n',
    tcp: { '127.0.0.54': 'refuse' },
  },
  'two-nx-then-ok': {
    name: 'x.test',
    servers: { '127.0.0.63': () => NXDOMAIN, '127.0.0.53': () => OK },
    resolvConf: 'nameserver 127.0.0.63\nnameserver 127.0.0.53\n',
  },
  'v6-nameserver-noroute': { name: 'ok.test', resolvConf: 'nameserver fd00::1\n' },
};

const CASES = ROWS.filter(({ name }) => SETTINGS[name]).flatMap((row) =>
  row.versions.map((version) => ({ ...row, version })),
);

describe('errors that real Go programs printed', () => {
  it('every setting has its row', () => {
    const known = new Set(ROWS.map(({ name }) => name));
    expect(Object.keys(SETTINGS).filter((name) => !known.has(name))).toEqual([]);
    expect(CASES.length).toBeGreaterThan(200);
  });

  it.each(CASES)('$name by Go $version: $error', async ({ name, version, error, flags }) => {
    const record = await lookUp({ ...SETTINGS[name], version });
    expect(record.error.replace(/:\d{4,5}->/, ':41234->')).toBe(error);
    expect(record.outcome).toBe(outcomeOf(flags));
  });

  it('no free source port counts as a timeout, though nothing was waited for', async () => {
    const { outcome, error, durationMs } = await lookUp(
      named('ok.test', () => OK, { faults: { udp: 'EAGAIN' } }),
    );
    expect(error).toBe(
      'lookup ok.test on 127.0.0.53:53: dial udp 127.0.0.53:53: connect: resource temporarily unavailable',
    );
    expect(outcome).toBe('timeout');
    expect(durationMs).toBe(0);
  });

  it('a reset connection', async () => {
    const { error } = await lookUp(named('x.test', overTcp(OK), { tcp: { '127.0.0.53': 'eof' } }));
    expect(error).toMatch(/: read tcp 127\.0\.0\.1:\d+->127\.0\.0\.53:53: read: connection reset by peer$/);
  });
});

function outcomeOf(flags: string[]): string {
  if (flags.includes('IsNotFound')) return 'not-found';
  if (flags.includes('IsTimeout')) return 'timeout';
  return flags.includes('IsTemporary') ? 'try-again' : 'failed';
}
