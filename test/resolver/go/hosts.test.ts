import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsAddresses, readHosts } from '../../../src/resolver/go/hosts.ts';
import { literalText } from '../../../src/resolver/go/literal.ts';
import { file } from './look-up.ts';

const find = (text: string, name: string) =>
  hostsAddresses(readHosts(file(text), [1, 24]), name).map(literalText);

describe('hosts as Go reads it', () => {
  it.each([
    ['127.0.0.1 localhost', 'localhost', ['127.0.0.1']],
    ['127.0.0.1 localhost', 'LOCALHOST', ['127.0.0.1']],
    ['127.0.0.1 localhost', 'localhost.', []],
    ['10.0.0.1 Db.Test', 'db.test', ['10.0.0.1']],
    ['10.0.0.1 db.test', 'db.test.', ['10.0.0.1']],
    ['10.0.0.1 db.test.', 'db.test', ['10.0.0.1']],
    ['10.0.0.1 a b # c', 'c', []],
    ['10.0.0.1 a\n10.0.0.2 b a\r\n::1\ta', 'a', ['10.0.0.1', '10.0.0.2', '::1']],
    ['10.0.0.1 a a', 'a', ['10.0.0.1', '10.0.0.1']],
    ['fe80::1%lo a', 'a', ['fe80::1%lo']],
  ])('%j has for %s %j', (text, name, addresses) => {
    expect(find(text, name)).toEqual(addresses);
  });

  it('remarks on lines without an address or a name', () => {
    const { remarks } = readHosts(file('localhost 127.0.0.1\n\n# c\n10.0.0.1\n010.0.0.1 a\n'), [1, 24]);
    expect(remarks.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: no IP address: Go ignores the line',
      '4: no name behind the address: ignored',
      '5: no IP address: Go ignores the line',
    ]);
    expect(readHosts(file('010.0.0.1 a\n'), [1, 16]).remarks).toEqual([]);
  });

  it('reads any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => readHosts(file(text), [1, 24])).not.toThrow();
      }),
    );
  });
});
