import { describe, expect, it } from 'vitest';
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
