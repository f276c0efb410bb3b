import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BindConf, readBindConf } from '../../../src/resolver/bind/resolv-conf.ts';

const read = (text: string) => readBindConf({ state: 'ok', text, modified: 0 });

function conf(text: string): BindConf {
  const result = read(text);
  if (result.state === 'failed') throw new Error(result.remarks.at(-1)?.reason);
  return result.conf;
}

const failsAt = (text: string) => {
  const result = read(text);
  return result.state === 'failed' ? result.remarks.at(-1)?.line : undefined;
};

describe('resolv.conf as nslookup and dig read it', () => {
  it('takes addresses in any form of inet_aton, IPv6 with a zone, and 0.0.0.0 as loopback', () => {
    expect(conf('nameserver 127.1\nnameserver fe80::1%eth0 # c\nnameserver 0.0.0.0\n').nameservers).toEqual([
      '127.0.0.1',
      'fe80::1%eth0',
      '127.0.0.1',
    ]);
  });

  it('asks ::1, then 127.0.0.1, where no server is named or there is no file', () => {
    expect(conf('# nothing\n').nameservers).toEqual(['::1', '127.0.0.1']);
    expect(readBindConf({ state: 'absent' })).toMatchObject({
      conf: { nameservers: ['::1', '127.0.0.1'], attempts: 3, ndots: 1 },
    });
  });

  it('does not look at a fourth nameserver or a ninth search domain, and says so', () => {
    const { remarks } = read(
      `search a b c d e f g h i\n${'nameserver 10.0.0.1\n'.repeat(3)}nameserver no-address\n`,
    );
    expect(remarks.map(({ line, text }) => [line, text])).toEqual([
      [1, 'i'],
      [5, 'no-address'],
    ]);
  });

  it.each([
    ['an address with a port', 'nameserver 10.0.0.1:53\n', 1],
    ['a second word', 'search a\nnameserver 10.0.0.1 10.0.0.2\n', 2],
    ['CR LF', 'nameserver 10.0.0.1\r\n', 1],
    ['a search line with a blank only', 'search \n', 1],
    ['two domains', 'domain a b\n', 1],
    ['a prefix length in sortlist', 'sortlist 10.0.0.0/8\n', 1],
    ['a number out of range', 'options ndots:256\n', 1],
    ['a number that is none', 'options timeout:1s\n', 1],
  ])('quits over %s', (_, text, line) => expect(failsAt(text)).toBe(line));

  it('takes the first word of the next line for a keyword that stands alone', () => {
    expect(conf('nameserver\n10.0.0.1\n').nameservers).toEqual(['10.0.0.1']);
  });

  it('lets the later of search and domain win', () => {
    expect(conf('search a b\ndomain c\n').search).toEqual(['c']);
    expect(conf('domain c\nsearch a b ; d\n').search).toEqual(['a', 'b']);
  });

  it('has no time of its own for timeout:0, three tries for attempts:0', () => {
    expect(conf('options timeout:0 attempts:0 ndots: rotate\n')).toMatchObject({
      timeout: 0,
      attempts: 3,
      ndots: 0,
    });
  });

  it('reads any bytes to an end, and never more than three servers', () => {
    const word = fc.constantFrom(
      'nameserver',
      'search',
      'options',
      'sortlist',
      '\n',
      '\r',
      ' ',
      '#',
      '10.0.0.1',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary-ascii' }))), (parts) => {
        const result = read(parts.join(''));
        expect(result.state === 'failed' || result.conf.nameservers.length <= 3).toBe(true);
      }),
    );
  });
});
