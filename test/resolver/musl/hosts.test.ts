import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText } from '../../../src/resolver/address.ts';
import type { Family } from '../../../src/resolver/model.ts';
import { findInHosts, hostsRemarks } from '../../../src/resolver/musl/hosts.ts';

function find(text: string, name: string, family: Family = 'unspec') {
  const { addresses, unusable } = findInHosts(text, name, family, undefined);
  return { addresses: addresses.map(({ bytes }) => addressText(bytes)), unusable };
}
const found = (text: string, name: string) => find(text, name).addresses;

describe('/etc/hosts as musl reads it', () => {
  it('takes every line that has the name, aliases too', () => {
    expect(found('10.0.0.1 web www\nfd00::1\twww\r\n10.0.0.2 other\n127.1 www # local\n', 'www')).toEqual([
      '10.0.0.1',
      'fd00::1',
      '127.0.0.1',
    ]);
  });

  it('minds case, whole names and the dot at the end', () => {
    const text = '10.0.0.1 Web web.test xweb webx\n';
    for (const name of ['web', 'WEB', 'web.test.', '10.0.0.1']) expect(found(text, name)).toEqual([]);
    expect(found(text, 'Web')).toEqual(['10.0.0.1']);
  });

  it('ends a line at its comment, and finds the name right before it', () => {
    expect(found('10.0.0.1 web#c\n10.0.0.2 a # web\n', 'web')).toEqual(['10.0.0.1']);
  });

  it('does not find the last name of a file without a newline', () => {
    expect(found('10.0.0.1 web www', 'www')).toEqual([]);
    expect(found('10.0.0.1 web www', 'web')).toEqual(['10.0.0.1']);
    expect(hostsRemarks('10.0.0.1 web www')).toMatchObject([
      { line: 1, reason: expect.stringContaining('no newline') },
    ]);
  });

  it('does not heed lines that are indented or begin with no address', () => {
    const text = ' 10.0.0.1 web\nbogus web\n\n# 10.0.0.3 web\n';
    expect(found(text, 'web')).toEqual([]);
    expect(hostsRemarks(text).map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '1: blanks before the address: musl ignores the line',
      '2: does not begin with an IP address: musl ignores the line',
    ]);
  });

  it('reads a line of more than 511 bytes as several, of which only the first has the address', () => {
    const text = `10.0.0.1 first ${'x'.repeat(510)} last\n`;
    expect(found(text, 'first')).toEqual(['10.0.0.1']);
    expect(found(text, 'last')).toEqual([]);
    expect(hostsRemarks(text)).toMatchObject([
      { line: 1, reason: expect.stringContaining('longer than 511 bytes') },
    ]);
  });

  it('says where all addresses are of the other family', () => {
    expect(find('10.0.0.1 web\n', 'web', 'inet6')).toEqual({ addresses: [], unusable: true });
    expect(find('10.0.0.1 web\nfd00::1 web\n', 'web', 'inet6')).toEqual({
      addresses: ['fd00::1'],
      unusable: true,
    });
  });

  it('takes at most 48 addresses', () => {
    expect(found('10.0.0.1 web\n'.repeat(60), 'web')).toHaveLength(48);
  });

  it('finds a name wherever it stands behind an address', () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 8 }),
        word,
        fc.array(word, { maxLength: 8 }),
        (before, name, after) => {
          expect(found(`192.0.2.1 ${[...before, name, ...after].join('\t ')}\n`, name)).toEqual([
            '192.0.2.1',
          ]);
        },
      ),
    );
  });
});
