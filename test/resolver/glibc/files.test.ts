import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameLength } from '../../../src/dns/wire.ts';
import { addressText } from '../../../src/resolver/address.ts';
import { parseGaiConf } from '../../../src/resolver/glibc/gai-conf.ts';
import { isAskable, labelsOf } from '../../../src/resolver/glibc/host-name.ts';
import { hostsAddresses, parseHosts } from '../../../src/resolver/glibc/hosts.ts';
import { isFailedLiteral, literalOf } from '../../../src/resolver/glibc/literal.ts';
import { parseNsSwitch } from '../../../src/resolver/glibc/nsswitch.ts';
import { rulesOf } from '../../../src/resolver/glibc/rules.ts';
import { file } from './look-up.ts';

describe('/etc/hosts as nss_files reads it', () => {
  const HOSTS =
    '10.0.0.1 web Alias # c\n\tfd00::1 WEB\nbogus web\n::1 six\nfe80::1%eth0 web\n::ffff:10.0.0.9 six\n10.0.0.2\tweb\n';
  const find = (name: string, family: 'unspec' | 'inet' | 'inet6') =>
    hostsAddresses(parseHosts(HOSTS).entries, name, family).map(addressText);

  it('gives all lines of a name in order, in either case, aliases too', () => {
    expect(find('Web', 'unspec')).toEqual(['10.0.0.1', 'fd00::1', '10.0.0.2']);
    expect(find('alias', 'inet6')).toEqual([]);
    expect(find('alias', 'inet')).toEqual(['10.0.0.1']);
    expect(find('web.', 'unspec')).toEqual([]);
  });

  it('makes IPv4 of ::1 and of v4-mapped lines where only IPv4 is asked for', () => {
    expect(find('six', 'inet')).toEqual(['127.0.0.1', '10.0.0.9']);
    expect(find('six', 'unspec')).toEqual(['::1', '::ffff:10.0.0.9']);
  });

  it('says which lines are skipped', () => {
    expect(parseHosts(HOSTS).remarks.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      '3: no IP address: the line is skipped',
      '5: an address with a zone: the line is skipped',
    ]);
    expect(parseHosts('10.0.0.1\n').remarks).toMatchObject([
      { line: 1, reason: 'no name after the address' },
    ]);
  });

  it('reads any text without a fault', () => {
    fc.assert(
      fc.property(fc.string(), (text) => parseHosts(text).entries.every(({ names }) => names.length > 0)),
    );
  });
});

describe('nsswitch.conf', () => {
  const services = (text: string | undefined, version = [2, 43]) =>
    parseNsSwitch(text, rulesOf(version)).services?.map(({ name, actions }) => {
      const changed = Object.entries(actions).filter(
        ([status, action]) => (action === 'return') !== (status === 'success'),
      );
      return [name, ...changed.map(([status, action]) => `${status}=${action}`)].join(' ');
    });

  it('takes the services of the hosts line with their actions', () => {
    expect(services('passwd: files\nhosts:\tfiles mdns4_minimal [NOTFOUND=return] dns\n')).toEqual([
      'files',
      'mdns4_minimal notfound=return',
      'dns',
    ]);
    expect(services('hosts: dns [!UNAVAIL=return] files')).toEqual([
      'dns notfound=return tryagain=return',
      'files',
    ]);
    expect(services('hosts: files [ SUCCESS = continue ] dns')).toEqual(['files success=continue', 'dns']);
  });

  it('has a default that changed with 2.33', () => {
    for (const text of [undefined, '', 'passwd: files\n']) {
      expect(services(text)).toEqual(['files', 'dns']);
      expect(services(text, [2, 31])).toEqual(['dns notfound=return tryagain=return', 'files']);
    }
  });

  it('heeds the last of several hosts lines, and says so', () => {
    const text = 'hosts: files\nhosts: dns\n';
    expect(services(text)).toEqual(['dns']);
    expect(services(text, [2, 31])).toEqual(['dns']);
    expect(parseNsSwitch(text, rulesOf([2, 36])).remarks).toMatchObject([
      { line: 1, reason: 'ignored: line 2 has hosts: again' },
    ]);
  });

  it('fails all lookups over a line that cannot be read; before 2.33 it ends there', () => {
    expect(services('hosts: files [NOTFOUND=bogus] dns')).toBeUndefined();
    expect(services('hosts: dns files [NOTFOUND=bogus] dns', [2, 31])).toEqual(['dns']);
    expect(parseNsSwitch('hosts: files [', rulesOf([2, 36])).remarks).toMatchObject([
      { line: 1, reason: 'cannot be read: every lookup fails' },
    ]);
  });

  it('takes a comment for services since 2.33', () => {
    expect(services('hosts: files # dns')).toEqual(['files', '#', 'dns']);
    expect(services('hosts: files # dns', [2, 31])).toEqual(['files']);
  });

  it('reads any text without a fault', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => parseNsSwitch(`hosts: ${text}`, rulesOf([2, 36])).remarks.length < 99,
      ),
    );
  });
});

describe('names', () => {
  it.each([
    ['host.test', ['host', 'test']],
    ['host.test.', ['host', 'test']],
    ['.', []],
    ['a\\.b', ['a.b']],
    ['\\104ost', ['host']],
    ['a..b', undefined],
    ['.a', undefined],
    ['', []],
    ['a\\.b\\032c', ['a.b c']],
    ['a\\..', ['a.']],
    ['\\255', ['\xff']],
    ['\\256', undefined],
    ['a\\9', undefined],
    ['a\\12x', undefined],
    ['a\\', undefined],
    [`${'x'.repeat(64)}.test`, undefined],
    [Array(4).fill('x'.repeat(63)).join('.'), undefined],
  ])('makes the labels of %j', (name, labels) => {
    expect(labelsOf(name)).toEqual(labels);
  });

  it('never makes a name of more than 255 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 400 }), (text) => {
        expect(nameLength(labelsOf(text) ?? [])).toBeLessThanOrEqual(255);
      }),
    );
  });

  it.each([
    ['_a-b.test', true],
    ['-a.test', false],
    ['a.-b', true],
    ['*.test', false],
    ['a b', false],
    ['\xc3\xa9.test', false],
    ['', true],
  ])('asks DNS for %j: %s', (name, askable) => {
    expect(isAskable(name)).toBe(askable);
  });

  it.each([
    ['127.1', 'unspec', '127.0.0.1'],
    ['127.1', 'inet6', '::ffff:127.0.0.1'],
    ['::1', 'inet', 'EAI_ADDRFAMILY'],
    ['::ffff:1.2.3.4', 'inet', '1.2.3.4'],
    ['fe80::1%lo', 'unspec', 'fe80::1'],
    ['fe80::1%nosuch', 'unspec', 'EAI_NONAME'],
    ['256.1.1.1', 'inet', undefined],
    ['1.2.3.4 ', 'inet', undefined],
  ] as const)('takes %s for an address (%s): %s', (name, family, expected) => {
    const literal = literalOf(name, family, { v4Mapped: true });
    expect(literal && ('error' in literal ? literal.error : addressText(literal.address))).toBe(expected);
  });

  it('has no v4-mapped address without the flag, and asks nobody for a failed literal', () => {
    expect(literalOf('127.1', 'inet6', { v4Mapped: false })).toEqual({ error: 'EAI_ADDRFAMILY' });
    expect(['256.1.1.1', '1.2.3.', 'a:b', ':', 'abc'].map(isFailedLiteral)).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('gai.conf', () => {
  it('adds the last row of a table that has none of its length, and sorts by length', () => {
    const { labels, precedences, scopes, reload } = parseGaiConf(
      file(
        'precedence ::ffff:0:0/96 100 # v4 first\nlabel 2001:db8::/32 9\nlabel 2001:db8:1::/48 8\nscopev4 10.0.0.0/8 5\nreload yes\n',
      ),
    );
    const short = (rows: typeof labels) => rows.map(({ bits, value }) => [bits, value]);
    expect(short(precedences)).toEqual([
      [96, 100],
      [0, 40],
    ]);
    expect(short(labels)).toEqual([
      [48, 8],
      [32, 9],
      [0, 1],
    ]);
    expect(short(scopes)).toEqual([
      [104, 5],
      [96, 14],
    ]);
    expect(reload).toBe(true);
  });

  it('keeps the built-in tables where no row can be read', () => {
    const plain = parseGaiConf({ state: 'absent' });
    expect(
      parseGaiConf(file('label x 1\nlabel ::/129 1\nprecedence ::1 x\nscopev4 ::1/96 2\nbogus\n')),
    ).toEqual(plain);
  });
});
