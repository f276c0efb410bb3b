import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResolvConf } from '../../../src/resolver/go/resolv-conf.ts';
import { file } from './look-up.ts';

const read = (text: string, version = '1.24', hostname = 'pod') =>
  readResolvConf({ resolvConf: file(text), hostname }, version.split('.').map(Number));
const remarks = (text: string, version?: string) =>
  read(text, version).remarks.map((remark) => `${remark.line}: ${remark.text}: ${remark.reason}`);

describe('resolv.conf as Go reads it', () => {
  it('takes nameservers, search and options from anywhere in the file, indented, with CRLF', () => {
    const conf = read(
      ' nameserver\t10.0.0.1\r\nsearch a.test b.test.\r\noptions ndots:5 timeout:3\r\noptions attempts:4 rotate\r\n',
    );
    expect(conf).toMatchObject({
      ndots: 5,
      timeout: 3000,
      attempts: 4,
      rotate: true,
      search: ['a.test.', 'b.test.'],
    });
    expect(conf.servers.map(({ written }) => written)).toEqual(['10.0.0.1:53']);
    expect(conf.remarks).toEqual([]);
  });

  it('takes 127.0.0.1 and ::1 where there is no nameserver', () => {
    for (const conf of [
      read(''),
      readResolvConf({ resolvConf: { state: 'absent' }, hostname: 'pod' }, [1, 24]),
    ]) {
      expect(conf.servers.map(({ written }) => written)).toEqual(['127.0.0.1:53', '[::1]:53']);
      expect(conf).toMatchObject({ usesDefaults: true, ndots: 1, timeout: 5000, attempts: 2, search: [] });
    }
  });

  it('takes the domain of the host name where there is no search line', () => {
    expect(read('', '1.24', 'pod.ns.test').search).toEqual(['ns.test.']);
    expect(read('search\n', '1.24', 'pod.ns.test').search).toEqual(['ns.test.']);
    expect(read('', '1.24', 'pod.').search).toEqual([]);
  });

  it('keeps how a nameserver is written, for errors name it so', () => {
    const [mapped, zone, any] = read(
      'nameserver 2001:DB8::1\nnameserver fe80::1%eth0\nnameserver 0.0.0.0\n',
    ).servers;
    expect(mapped).toMatchObject({ written: '[2001:DB8::1]:53', dialled: '[2001:db8::1]:53' });
    expect(zone?.peer).toEqual({ address: 'fe80::1%eth0', port: 53 });
    expect(any).toMatchObject({ dialled: '0.0.0.0:53', peer: { address: '127.0.0.1', port: 53 } });
  });

  it.each([
    ['ndots:16', { ndots: 15 }, '1: ndots:16: read as 15'],
    ['ndots:-1', { ndots: 0 }, '1: ndots:-1: read as 0'],
    ['ndots:5x', { ndots: 5 }, '1: ndots:5x: read as 5'],
    ['timeout:0', { timeout: 1000 }, '1: timeout:0: read as 1'],
    ['timeout:99999999999', { timeout: 16_777_215_000 }, '1: timeout:99999999999: read as 16777215'],
    ['attempts:', { attempts: 1 }, '1: attempts:: read as 1'],
    ['usevc', { useTcp: true }, undefined],
    ['single-request-reopen', { singleRequest: true }, undefined],
    ['edns0', {}, '1: edns0: has no effect: Go sends EDNS0 anyway'],
  ])('options %s', (option, effect, remark) => {
    expect(read(`options ${option}\n`)).toMatchObject(effect);
    expect(remarks(`options ${option}\n`)).toEqual(remark === undefined ? [] : [remark]);
  });

  it.each([
    ['nameserver 10.0.0.1:53', '1: 10.0.0.1:53: no IP address (a name or a port is not possible): ignored'],
    ['nameserver', '1: nameserver: no address: ignored'],
    ['nameserver 10.0.0.1 # main', '1: # main: one word is read of this line: ignored'],
    ['domain', '1: domain: no domain: ignored'],
    ['search a.test # b', '1: #: no comment begins here: Go takes it and what follows for domains'],
    ['search a.test .', '1: .: the root is no search domain to Go: left out'],
    ['lookup file bind', '1: lookup file bind: has no effect on Linux'],
    [
      'sortlist 10.0.0.0',
      '1: sortlist 10.0.0.0: a keyword that Go does not know: ignored (a cgo build leaves all lookups to libc)',
    ],
    [
      'options inet6',
      '1: inet6: an option that Go does not know: ignored (a cgo build leaves all lookups to libc)',
    ],
    ['search a.test\ndomain b.test', '1: a.test.: replaced by line 2: the last search or domain line counts'],
    [
      'nameserver 10.0.0.1\nnameserver 10.0.0.1',
      '2: 10.0.0.1: the same nameserver again: Go asks it again where the first fails',
    ],
    [
      [1, 2, 3, 4].map((n) => `nameserver 10.0.0.${n}`).join('\n'),
      '4: 10.0.0.4: only the first 3 nameservers are used',
    ],
    [
      `nameserver 10.0.0.1\n${'x'.repeat(70_000)}\nnameserver 10.0.0.2`,
      `2: ${'x'.repeat(40)}…: longer than 64 kB: Go reads no further`,
    ],
  ])('remarks on %j', (text, remark) => {
    expect(remarks(text)).toEqual([remark]);
  });

  it('comments are no remarks', () => {
    expect(remarks('# a\n; b\n\n   \nnameserver 10.0.0.1\n')).toEqual([]);
  });

  it('what is known depends on the release', () => {
    expect(read('options trust-ad no-reload', '1.19')).toMatchObject({ trustAd: false, noReload: false });
    expect(remarks('options trust-ad', '1.19')).toEqual([
      '1: trust-ad: an option that Go knows from 1.20 on: ignored (a cgo build leaves all lookups to libc)',
    ]);
    expect(read('options trust-ad no-reload', '1.20')).toMatchObject({ trustAd: true, noReload: true });
    expect(read('search a.test .', '1.19').search).toEqual(['a.test.', '.']);
    expect(read('search a.test .', '1.20').search).toEqual(['a.test.']);
  });

  it('gives a usable configuration for any text', () => {
    const word = fc.constantFrom(
      'nameserver',
      'search',
      'domain',
      'options',
      '1.2.3.4',
      '::1',
      'a.',
      'ndots:99',
      '#',
      '.',
    );
    const gap = fc.constantFrom(' ', '\t', '\n', '\r\n');
    const part = fc.tuple(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 8 })), gap);
    const text = fc.array(part, { maxLength: 30 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('1.15', '1.19', '1.20', '1.27'), (each, version) => {
        const conf = read(each, version);
        expect(conf.servers.length).toBeGreaterThan(0);
        expect(conf.servers.length).toBeLessThanOrEqual(3);
        expect(conf.search.every((domain) => domain.endsWith('.'))).toBe(true);
        expect(conf.timeout).toBeGreaterThanOrEqual(1000);
        expect(conf.attempts).toBeGreaterThan(0);
        expect(conf.ndots >= 0 && conf.ndots <= 15).toBe(true);
      }),
    );
  });
});
