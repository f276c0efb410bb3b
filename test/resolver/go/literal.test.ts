import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalText, readLiteral } from '../../../src/resolver/go/literal.ts';
import { rulesOf } from '../../../src/resolver/go/rules.ts';

const read = (text: string, version = '1.24') => {
  const literal = readLiteral(text, rulesOf(version.split('.').map(Number)));
  return literal && literalText(literal);
};

describe('addresses as Go reads them', () => {
  it('takes what is an address, and nothing else', () => {
    const pieces = fc.constantFrom(
      '0',
      '1',
      '01',
      '255',
      '256',
      '10',
      'ffff',
      'a',
      '00001',
      '.',
      ':',
      '::',
      '',
    );
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.array(pieces, { maxLength: 17 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (each) => {
        expect(read(each) !== undefined).toBe(isIP(each) > 0);
      }),
    );
  });

  it('reads its own text back', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const first = read(text);
        expect(read(first ?? '')).toBe(first);
      }),
    );
  });

  it.each([
    ['010.0.0.1', '1.16', '10.0.0.1'],
    ['010.0.0.1', '1.17', undefined],
    ['1.2.3', '1.15', undefined],
    ['0x7f.1', '1.24', undefined],
    ['::ffff:192.0.2.1', '1.24', '192.0.2.1'],
    ['fe80::1%eth0', '1.24', 'fe80::1%eth0'],
    ['fe80::1%', '1.19', 'fe80::1'],
    ['fe80::1%', '1.20', undefined],
    ['2001:00db8::1', '1.22', '2001:db8::1'],
    ['2001:00db8::1', '1.23', undefined],
    ['1:2:3:4:5:6:7::8', '1.24', undefined],
    ['2001:DB8::A', '1.24', '2001:db8::a'],
  ])('%s is to Go %s %s', (text, version, address) => {
    expect(read(text, version)).toBe(address);
  });
});
