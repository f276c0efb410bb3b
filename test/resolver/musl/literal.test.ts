import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText } from '../../../src/resolver/address.ts';
import { readLiteral } from '../../../src/resolver/musl/literal.ts';

const interfaces = new Set(['eth0']);
const read = (text: string) => {
  const literal = readLiteral(text, 'unspec', interfaces);
  return typeof literal === 'object'
    ? addressText(literal.address.bytes) + (literal.address.scope && `%${literal.address.scope}`)
    : literal;
};

describe('address literals as musl reads them', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['127.1', '127.0.0.1'],
    ['1.2.3', '1.2.0.3'],
    ['1.2.65535', '1.2.255.255'],
    ['10', '0.0.0.10'],
    ['4294967295', '255.255.255.255'],
    ['0x7f000001', '127.0.0.1'],
    ['0X7F.1', '127.0.0.1'],
    ['0177.0.0.01', '127.0.0.1'],
    ['::1', '::1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['fe80::1', 'fe80::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['fe80::1%7', 'fe80::1%7'],
    ['2001:db8::1%7', '2001:db8::1%7'],
    ['ff02::1%eth0', 'ff02::1%eth0'],
  ])('%s is %s', (text, address) => expect(read(text)).toBe(address));

  it.each([
    '',
    '.',
    '1.',
    '1..2',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.65536',
    '4294967296',
    '08',
    '0x',
    '1.2.3.4 ',
    '+1',
    '-1',
    'host',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '::1.2.3.04',
    ':1',
    `${'1'.repeat(64)}%eth0`,
  ])('%j is none', (text) => expect(read(text)).toBeUndefined());

  it.each(['fe80::1%eth1', 'fe80::1%', '2001:db8::1%eth0', 'fe80::1%4294967296', '::1%x'])(
    '%s has a scope that is not there',
    (text) => expect(read(text)).toBe('bad-scope'),
  );

  it('fails for the other family at once', () => {
    expect(readLiteral('127.1', 'inet6', interfaces)).toBe('other-family');
    expect(readLiteral('::1', 'inet', interfaces)).toBe('other-family');
    expect(readLiteral('::1%nosuch', 'inet', interfaces)).toBe('other-family');
  });

  it('reads every IPv4 address in every base', () => {
    const number = fc
      .nat({ max: 255 })
      .chain((value) =>
        fc
          .constantFrom(String(value), `0x${value.toString(16)}`, `0${value.toString(8)}`)
          .map((text) => ({ value, text })),
      );
    fc.assert(
      fc.property(fc.array(number, { minLength: 4, maxLength: 4 }), (numbers) => {
        expect(read(numbers.map(({ text }) => text).join('.'))).toBe(
          numbers.map(({ value }) => value).join('.'),
        );
      }),
    );
  });
});
