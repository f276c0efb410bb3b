import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBytes, addressText } from '../../src/dns/address.ts';

/** Pieces of which addresses, and what only looks like one, are made. */
const piece = fc.constantFrom(
  '0',
  '1',
  '00',
  '255',
  '256',
  '01',
  'ffff',
  '10000',
  'g',
  '',
  ':',
  '::',
  '.',
  '192.0.2.1',
  'fe80',
  'A',
);
const nearly = fc
  .array(piece, { maxLength: 14 })
  .chain((parts) => fc.constantFrom('', ':', '.').map((between) => parts.join(between)));

describe('addressBytes', () => {
  it('takes what inet_pton takes, and nothing else', () => {
    const text = fc.oneof(nearly, fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(text, (address) => {
        fc.pre(!address.includes('%'));
        const length = { 0: undefined, 4: 4, 6: 16 }[isIP(address)];
        expect(addressBytes(address)?.length).toBe(length);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
    '1::8',
    '::',
    'fe80::1%eth0',
    '::192.0.2.1',
    '1:2:3:4:5:6:192.0.2.1',
  ])('%s', (text) => {
    expect(addressBytes(text)).toHaveLength(16);
  });

  it.each([
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    ':1::',
    '1:2:3:4:5:6:7',
    '192.0.2.1:53',
    '::192.0.2.1:1',
    '1:2:3:4:5:6:7:1.2.3.4',
    '',
  ])('not %s', (text) => {
    expect(addressBytes(text)).toBeUndefined();
  });
});

describe('addressText', () => {
  it('writes what addressBytes reads as the same bytes', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const sparse = fc
      .array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 })
      .map((a) => Uint8Array.from(a));
    fc.assert(
      fc.property(fc.oneof(bytes, sparse, fc.uint8Array({ minLength: 4, maxLength: 4 })), (address) => {
        expect(addressBytes(addressText(address))).toEqual(address);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
  ])('RFC 5952: %s is %s', (text, canonical) => {
    expect(addressText(addressBytes(text) ?? new Uint8Array())).toBe(canonical);
  });
});
