import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../src/resolver/busybox/query-name.ts';
import { readBusyboxConf } from '../../../src/resolver/busybox/resolv-conf.ts';

const read = (text: string, hostname = 'pod') =>
  readBusyboxConf({ state: 'ok', text, modified: 0 }, hostname);
const servers = (text: string) => {
  const conf = read(text);
  return 'fatal' in conf ? conf.fatal : conf.servers.map(({ server }) => `${server.address} ${server.port}`);
};
const search = (text: string, hostname?: string) => {
  const conf = read(text, hostname);
  return 'fatal' in conf ? conf.fatal : conf.search;
};

describe('resolv.conf as busybox nslookup reads it', () => {
  it.each([
    ['nameserver 127.0.0.2 # comment\n', ['127.0.0.2 53']],
    ['nameserver 127.0.0.2\r\n', ['127.0.0.2 53']],
    [' nameserver 127.1:5353\n', ['127.0.0.1 5353']],
    ['nameserver [::1]:5353\nnameserver ::2\n', ['::1 5353', '::2 53']],
    ['options ndots:5\n', ['127.0.0.1 53']],
    ['nameserver ::1 # comment\n', "nslookup: bad address '::1 # comment'"],
    ['nameserver  127.0.0.2\n', "nslookup: bad address ' 127.0.0.2'"],
    ['nameserver 127.0.0.2:dns\n', "nslookup: bad port 'dns'"],
  ])('%j', (text, expected) => expect(servers(text)).toEqual(expected));

  it('has no limit on servers', () => {
    expect(servers('nameserver 10.0.0.1\n'.repeat(6))).toHaveLength(6);
  });

  it('takes the last search line, domain only before one, else the domain of the hostname', () => {
    expect(search('search a\nsearch b c\ndomain d\n')).toBe('b c');
    expect(search('domain d\nsearch a\n')).toBe('a');
    expect(search('', 'pod.example.test')).toBe('example.test');
    expect(search('domain .\n', 'pod.example.test')).toBeUndefined();
  });

  it('says what it does not heed', () => {
    expect(read('options ndots:5\nsearch a\ndomain d\n').remarks.map(({ line }) => line)).toEqual([1, 3]);
  });
});

describe('names as busybox puts them into queries', () => {
  it.each([
    ['', []],
    ['host.test.', ['host', 'test']],
    ['a\\.b\\032c', ['a.b c']],
    ['a..b', undefined],
    ['.a', undefined],
    ['x'.repeat(64), undefined],
    ['a\\9', undefined],
  ])('%j', (text, expected) => expect(labelsOf(text)).toEqual(expected));

  it('never makes a name of more than 255 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 400 }), (text) => {
        const labels = labelsOf(text) ?? [];
        expect(labels.reduce((sum, label) => sum + 1 + label.length, 1)).toBeLessThanOrEqual(255);
      }),
    );
  });
});
