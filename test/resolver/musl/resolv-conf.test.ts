import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResolvConf } from '../../../src/resolver/musl/resolv-conf.ts';
import { file } from './look-up.ts';

const read = (text: string) => readResolvConf(file(text), new Set(['eth0']));
const reasons = (text: string) => read(text).remarks.map(({ line, reason }) => `${line}: ${reason}`);
const addresses = (text: string) => read(text).servers.map(({ address }) => address);

describe('resolv.conf as musl reads it', () => {
  it('asks 127.0.0.1 where no nameserver is given, the file is missing or not readable', () => {
    for (const conf of [read(''), readResolvConf({ state: 'absent' }), readResolvConf({ state: 'denied' })])
      expect(conf).toMatchObject({
        servers: [{ address: '127.0.0.1', port: 53 }],
        ndots: 1,
        timeout: 5,
        attempts: 2,
      });
  });

  it('takes three nameservers, in all forms of inet_aton and with a scope', () => {
    expect(
      addresses('nameserver 127.1\nnameserver\t0x0a000001\r\nnameserver fe80::1%eth0 # gateway'),
    ).toEqual(['127.0.0.1', '10.0.0.1', 'fe80::1%eth0']);
    expect(reasons('nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4')).toEqual(
      ['4: only the first 3 nameservers are used'],
    );
  });

  it.each(['1.2.3', '1.1.1.1:53', '08.1.1.1', 'ns.example', 'fe80::1%nosuch', '[::1]', ''])(
    'passes over the nameserver %s if that is no address',
    (text) => {
      const valid = text === '1.2.3';
      expect(addresses(`nameserver ${text}`)).toEqual([valid ? '1.2.0.3' : '127.0.0.1']);
      if (!valid)
        expect(reasons(`\nnameserver ${text}`)).toEqual([expect.stringMatching(/^2: no IP address/)]);
    },
  );

  it('asks a nameserver twice that is given twice', () => {
    expect(addresses('nameserver 10.0.0.1\nnameserver 10.1')).toEqual(['10.0.0.1', '10.0.0.1']);
    expect(reasons('nameserver 10.0.0.1\nnameserver 10.1')).toEqual([
      '2: the same nameserver again: musl asks it twice',
    ]);
  });

  it('heeds the last search or domain line', () => {
    const text = 'search a.test b.test\ndomain c.test d.test\n';
    expect(read(text).search).toEqual(['c.test', 'd.test']);
    expect(reasons(text)).toEqual(['1: replaced by line 2: the last search or domain line counts']);
  });

  it('takes a comment behind search domains for domains', () => {
    expect(read('search a.test # mine').search).toEqual(['a.test', '#', 'mine']);
    expect(reasons('search a.test # mine')).toEqual([expect.stringContaining('no comment begins here')]);
  });

  it('ignores a line whose newline is not among the first 255 bytes', () => {
    const search = (bytes: number) => `search ${'x'.repeat(bytes - 8)}\nnameserver 10.0.0.1\n`;
    expect(read(search(255)).search).toHaveLength(1);
    expect(read(search(256))).toMatchObject({ search: [], servers: [{ address: '10.0.0.1' }] });
    expect(reasons(search(256))).toEqual(['1: longer than 254 bytes: musl ignores the whole line']);
    expect(read(`search ${'x'.repeat(247)}`).search).toHaveLength(1);
    expect(read(`search ${'x'.repeat(248)}`).search).toEqual([]);
  });

  it('loses the line after one with a NUL byte', () => {
    expect(read('search a.test\0\nsearch b.test\nsearch c.test').search).toEqual(['c.test']);
    expect(reasons('search a.test\0\nsearch b.test')).toEqual([
      '1: a NUL byte: musl ignores this line and the next one',
    ]);
  });

  it('ignores indented lines and keywords it does not know, comments and empty lines without a word', () => {
    expect(
      reasons(' nameserver 10.0.0.1\nsortlist 10.0.0.0\nnameservers 10.0.0.1\n# a\n; b\n\n \t\n'),
    ).toEqual([
      '1: blanks before the keyword: musl ignores the line',
      '2: musl knows only nameserver, search, domain and options: the line is ignored',
      '3: musl knows only nameserver, search, domain and options: the line is ignored',
    ]);
  });

  it('knows ndots, timeout and attempts, with its own limits', () => {
    expect(read('options ndots:16 timeout:61 attempts:11')).toMatchObject({
      ndots: 15,
      timeout: 60,
      attempts: 10,
    });
    expect(reasons('options ndots:16 timeout:61 attempts:11')).toEqual([
      '1: musl takes at most 15',
      '1: musl takes at most 10',
      '1: musl takes at most 60',
    ]);
    expect(read('options timeout:99999999999999999999').timeout).toBe(60);
  });

  it('finds options anywhere in the line, but only the first of each', () => {
    expect(read('options xndots:3attempts:4')).toMatchObject({ ndots: 3, attempts: 4 });
    expect(read('options ndots:x ndots:3').ndots).toBe(1);
    expect(read('options ndots:2 ndots:3').ndots).toBe(2);
    expect(read('options ndots:2\noptions ndots:3').ndots).toBe(3);
    expect(read('options timeout:.5').timeout).toBe(5);
    expect(read('optionsndots:3').ndots).toBe(1);
  });

  it('says which options it ignores and which are fatal', () => {
    expect(reasons('options edns0 timeout:0 attempts:0')).toEqual([
      expect.stringContaining('SIGFPE'),
      expect.stringContaining('EAI_AGAIN'),
      '1: musl knows only ndots, timeout and attempts: the option is ignored',
    ]);
    expect(reasons('options ndots: ndots:2')).toEqual([expect.stringContaining('no number after ndots:')]);
    expect(reasons('options ndots:1 ndots:2')).toEqual([
      expect.stringContaining('the first of a line, ndots:1'),
    ]);
  });

  it('stays within its limits whatever the file holds', () => {
    const line = fc
      .tuple(
        fc.constantFrom('nameserver', 'search', 'domain', 'options', 'sortlist', ' ', '#', ''),
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('\n', '\r\n', '\0\n', ''),
      )
      .map(([keyword, rest, end]) => `${keyword} ${Buffer.from(rest, 'utf8').toString('latin1')}${end}`);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('');
        const conf = read(text);
        expect(conf.servers.length).toBeGreaterThan(0);
        expect(conf.servers.length).toBeLessThanOrEqual(3);
        expect(conf.ndots).toBeLessThanOrEqual(15);
        expect(conf.timeout).toBeLessThanOrEqual(60);
        expect(conf.attempts).toBeLessThanOrEqual(10);
        expect(conf.search.join(' ').length).toBeLessThan(256);
        for (const remark of conf.remarks) expect(remark.line).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });
});
