import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseResolvConf, type ResolvConfSources } from '../../../src/resolver/glibc/resolv-conf.ts';
import { rulesOf } from '../../../src/resolver/glibc/rules.ts';
import { ABSENT, file } from './look-up.ts';

function read(text: string, about: Partial<ResolvConfSources> & { version?: number[] } = {}) {
  const { version = [2, 43], ...rest } = about;
  return parseResolvConf(
    { resolvConf: file(text), environment: {}, hostname: 'pod', ...rest },
    rulesOf(version),
  );
}
const addresses = (text: string) => read(text).servers.map(({ address }) => address);
const reasons = (text: string, version?: number[]) =>
  read(text, version && { version }).remarks.map(({ line, reason }) => `${line}: ${reason}`);

describe('resolv.conf as glibc reads it', () => {
  it('asks 127.0.0.1 where no nameserver is given or the file is not there', () => {
    const plain = {
      servers: [{ address: '127.0.0.1', port: 53 }],
      ndots: 1,
      timeout: 5,
      attempts: 2,
      search: [],
    };
    expect(read('')).toMatchObject(plain);
    expect(read('', { resolvConf: ABSENT })).toMatchObject(plain);
  });

  it('takes three nameservers, in any form of inet_aton or with a zone, and ignores what follows the address', () => {
    expect(
      addresses('nameserver 127.1\nnameserver\t0x0a000001\nnameserver fe80::1%eth0 # gateway\n'),
    ).toEqual(['127.0.0.1', '10.0.0.1', 'fe80::1%eth0']);
    expect(
      reasons('nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4\n'),
    ).toEqual(['4: a fourth nameserver or later: only the first three are used']);
  });

  it.each([
    ['nameserver 1.1.1.1:53', 'an address with a port is no address: the line is ignored'],
    ['nameserver 1.1.1.1\r', 'a carriage return after the address: the line is ignored'],
    ['nameserver ns.example', 'no IP address: the line is ignored'],
    ['nameserver ', 'no address: the line is ignored'],
    ['nameserver', 'nothing follows: the line is ignored'],
    [' nameserver 1.1.1.1', 'blanks before the keyword: the line is ignored'],
    ['nameservers 1.1.1.1', 'no such keyword: the line is ignored'],
    ['search ', 'no domain: the line is ignored'],
    ['sortlist 10.0.0.0/8 x', 'x is no IPv4 network'],
    ['nameserver 1.1.1.1 # c', 'what follows the address is ignored: # c'],
  ])('says why %j is not heeded as it stands', (line, reason) => {
    expect(reasons(`\n${line}\n`)).toEqual([`2: ${reason}`]);
  });

  it('passes over comments and empty lines without a word', () => {
    expect(reasons('# a\n; b\n\nnameserver 1.1.1.1\n')).toEqual([]);
  });

  it('heeds the last search or domain line, of a domain line only its first word', () => {
    const text = 'search a.test  b.test\ndomain c.test d.test\n';
    expect(read(text).search).toEqual(['c.test']);
    expect(reasons(text)).toEqual(['1: ignored: line 2 has search or domain again, and the last counts']);
    expect(read('search a\tb  c \n').search).toEqual(['a', 'b', 'c']);
  });

  it('has no limit on the search list', () => {
    const domains = Array.from({ length: 50 }, (_, at) => `${'x'.repeat(60)}${at}.test`);
    expect(read(`search ${domains.join(' ')}\n`).search).toEqual(domains);
  });

  it("takes the host name's domain where there is no search line, and LOCALDOMAIN before all", () => {
    expect(read('', { hostname: 'pod.corp.test' }).search).toEqual(['corp.test']);
    expect(read('search a.test\n', { hostname: 'pod.corp.test' }).search).toEqual(['a.test']);
    const environment = { LOCALDOMAIN: 'x.test y.test' };
    const { search, remarks } = read('search a.test\n', { environment });
    expect(search).toEqual(['x.test', 'y.test']);
    expect(remarks).toMatchObject([{ line: 1, reason: 'ignored: LOCALDOMAIN is set' }]);
    expect(read('', { environment: { LOCALDOMAIN: '' }, hostname: 'pod.corp.test' }).search).toEqual(['']);
  });

  it.each([
    ['ndots:16', { ndots: 15 }, 'more than 15: 15 is used'],
    ['timeout:31', { timeout: 30 }, 'more than 30: 30 is used'],
    ['timeout:0', { timeout: 0 }, 'less than a second: 1 s is used'],
    ['attempts:6', { attempts: 5 }, 'more than 5: 5 is used'],
    ['attempts:0', { attempts: 0 }, 'no attempts: no query is ever sent'],
    ['ndots:x', { ndots: 0 }, 'no number: taken as 0'],
    ['ndots:-1', { ndots: 15 }, 'no number: taken as -1'],
    ['timeout:3s', { timeout: 3 }, 'no number: taken as 3'],
    ['frobnicate', {}, 'no such option'],
    ['inet6', {}, 'glibc has had no such option since 2.30'],
    ['rotated', { flags: new Set(['rotate']) }, 'read as rotate: only the beginning is compared'],
    ['single-request-reopen2', { flags: new Set(['single-request-reopen']) }, expect.any(String)],
  ])('takes the option %s for %o and says so', (word, expected, reason) => {
    const { remarks, ...conf } = read(`options ${word}\n`);
    expect(conf).toMatchObject(expected);
    expect(remarks).toEqual([{ file: 'resolv.conf', line: 1, text: word, reason }]);
  });

  it('applies RES_OPTIONS after the file', () => {
    const { timeout, ndots, remarks } = read('options timeout:3 ndots:2\n', {
      environment: { RES_OPTIONS: 'ndots:5 bogus' },
    });
    expect({ timeout, ndots }).toEqual({ timeout: 3, ndots: 5 });
    expect(remarks).toEqual([
      { file: 'environment', line: 0, text: 'bogus', reason: 'RES_OPTIONS: no such option' },
    ]);
  });

  it('knows the options of its release', () => {
    const flags = (version: number[]) => [
      ...read('options no-aaaa strict-error rotate -rotate\n', { version }).flags,
    ];
    expect(flags([2, 31])).toEqual(['rotate']);
    expect(flags([2, 36])).toEqual(['no-aaaa', 'rotate']);
    expect(flags([2, 41])).toEqual(['no-aaaa', 'strict-error']);
    expect(reasons('options no-aaaa\n', [2, 35])).toEqual(['1: this release of glibc has no such option']);
  });

  it('reads masks of sortlist, or those of the address class', () => {
    expect(
      read('sortlist 192.0.2.128/255.255.255.128 10.0.0.0&255.0.0.0 130.1.0.0 ; 1.0.0.0\n').sortlist,
    ).toEqual([
      { address: 0xc0000280, mask: 0xffffff80 },
      { address: 0x0a000000, mask: 0xff000000 },
      { address: 0x82010000, mask: 0xffff0000 },
    ]);
  });

  it('reads any text without a fault, and every server it names is an address', () => {
    const word = fc.constantFrom(
      'nameserver',
      'search',
      'domain',
      'options',
      'sortlist',
      ' ',
      '\t',
      '\r',
      '1.1.1.1',
      'ndots:',
      '9',
      '\0',
      'é',
      '#',
      ';',
      '/',
      '%',
    );
    const text = fc.array(fc.oneof(word, fc.string(), fc.constant('\n'))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (any) => {
        const { servers, ndots, remarks } = read(any);
        expect(servers.length).toBeGreaterThan(0);
        expect(servers.length).toBeLessThan(4);
        expect(ndots >= 0 && ndots <= 15).toBe(true);
        const lines = any.split('\n').length;
        expect(remarks.every(({ line, reason }) => line >= 1 && line <= lines && reason !== '')).toBe(true);
      }),
    );
  });
});
