import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/golang/config-file.ts';
import { lookupOrder } from '../../src/golang/lookup-order.ts';
import { type Circumstances, TAGS, type Tag } from '../../src/golang/lookup-order-case.ts';
import { changesOf } from '../../src/golang/lookup-order-changes.ts';

interface Machine {
  resolvConf?: string | null;
  nsswitch?: string | null;
  environment?: Circumstances['environment'];
  preferGo?: boolean;
}

const fixture = (name: string) => readFileSync(new URL(`../fixtures/go/${name}`, import.meta.url), 'utf8');
const machines = JSON.parse(fixture('lookup-order-cases.json')) as Record<string, Machine>;
const [, ...recorded] = fixture('lookup-orders.tsv')
  .trim()
  .split('\n')
  .map((row) => row.split('\t'));

const file = (text: string | null | undefined): ConfigFile =>
  text === null || text === undefined ? { state: 'absent' } : { state: 'ok', text };

/** The machine of a recorded case; cases without one of their own had the common one. */
function machineOf(name: string): Machine {
  const option = /^rcopt-(.+)$/.exec(name)?.[1];
  const special = machines[option ? 'rcopt-*' : name] ?? {};
  const resolvConf =
    option && special.resolvConf ? special.resolvConf.replace('*', option) : special.resolvConf;
  return { ...machines.base, ...special, ...(resolvConf !== undefined && { resolvConf }) };
}

describe('what real programs of each release chose', () => {
  it.each(recorded)(
    '%s, %s, %s, Go %s',
    (name = '', builds = '', godebugs = '', versions = '', lines = '') => {
      const machine = machineOf(name);
      const chosen = [...lines.matchAll(/(host|addr)LookupOrder\((.*?)\) = ([a-z,]+)/g)];
      expect(chosen.length).toBeGreaterThan(0);
      for (const build of builds.split(' ')) {
        for (const GODEBUG of godebugs.split(' ')) {
          for (const version of versions.split(' ')) {
            const orders = chosen.map(([, func, asked = '']) => {
              return lookupOrder(func === 'addr' ? '' : asked, {
                go: Number(version.slice(2)),
                cgo: build !== 'nocgo',
                tags: TAGS.filter((tag) => build.split(/[+-]/).includes(tag)),
                preferGo: machine.preferGo ?? false,
                environment: { GODEBUG, ...machine.environment },
                resolvConf: file(machine.resolvConf),
                nsswitch: file(machine.nsswitch),
                mdnsAllow: false,
                hostname: 'pod-1',
              }).order;
            });
            expect({ build, GODEBUG, version, orders }).toMatchObject({
              orders: chosen.map((line) => line[3]),
            });
          }
        }
      }
    },
  );
});

const PLAIN: Circumstances = {
  go: 24,
  cgo: true,
  tags: [],
  environment: {},
  resolvConf: file('nameserver 192.0.2.53\n'),
  nsswitch: file('hosts: files dns\n'),
  mdnsAllow: false,
  hostname: 'pod-1',
};
const order = (more: Partial<Circumstances>, name = 'db.prod') => lookupOrder(name, { ...PLAIN, ...more });
const hosts = (sources: string): Partial<Circumstances> => ({ nsswitch: file(`hosts: ${sources}\n`) });

/** Read in the source of each release; not among the recorded programs. */
describe('what the sources of each release say', () => {
  it.each<[string, string, string, Partial<Circumstances>, string?]>([
    ['netgo heeded no nsswitch.conf', 'files,dns', '6', { tags: ['netgo'], ...hosts('dns files') }],
    ['and has since', 'dns,files', '7', { tags: ['netgo'], ...hosts('dns files') }],
    ['PreferGo is asked for late', 'cgo', '10', { preferGo: true, tags: ['netcgo'] }],
    ['PreferGo wins over netcgo', 'files,dns', '11', { preferGo: true, tags: ['netcgo'] }],
    ['myhostname had every name without a dot', 'cgo', '7', hosts('files myhostname dns'), 'db'],
    ['and none with one', 'files,dns', '7', hosts('files myhostname dns'), 'db.'],
    ['gateway', 'cgo', '19', hosts('files myhostname dns'), 'GateWay.'],
    ['gateway', 'files,dns', '20', hosts('files myhostname dns'), 'gateway'],
    ['_gateway', 'files,dns', '19', hosts('files myhostname dns'), '_gateway'],
    ['_gateway', 'cgo', '20', hosts('files myhostname dns'), '_gateway'],
    ['_outbound', 'cgo', '20', hosts('files myhostname dns'), '_outbound'],
    ['the own name', 'cgo', '24', hosts('files myhostname dns'), 'POD-1'],
    ['another name', 'files,dns', '24', hosts('files myhostname dns'), 'pod-2'],
    ['an address with myhostname', 'files,dns', '20', hosts('files myhostname dns'), ''],
    ['an address with myhostname', 'cgo', '21', hosts('files myhostname dns'), ''],
    ['.local', 'cgo', '22', {}, 'a.LOCAL.'],
    ['.local', 'files,dns', '23', {}, 'a.local'],
    ['.local with mdns', 'cgo', '23', hosts('files mdns4_minimal dns'), 'a.local.'],
    ['mdns.allow', 'cgo', '24', { mdnsAllow: true, ...hosts('files mdns4 dns') }],
    ['mdns.allow without mdns', 'files,dns', '24', { mdnsAllow: true }],
    ['no nsswitch.conf', 'dns,files', '15', { nsswitch: { state: 'absent' } }],
    ['no nsswitch.conf', 'files,dns', '16', { nsswitch: { state: 'absent' } }],
    ['nsswitch.conf denied', 'cgo', '24', { nsswitch: { state: 'denied' } }],
    ['nsswitch.conf denied, no cgo', 'files,dns', '24', { nsswitch: { state: 'denied' }, cgo: false }],
    ['nsswitch.conf a directory', 'cgo', '19', { nsswitch: { state: 'failed', errno: 'EISDIR' } }],
    ['nsswitch.conf a directory', 'files,dns', '20', { nsswitch: { state: 'failed', errno: 'EISDIR' } }],
    ['resolv.conf denied', 'files,dns', '24', { resolvConf: { state: 'denied' } }],
    ['resolv.conf broken', 'cgo', '24', { resolvConf: { state: 'failed', errno: 'EIO' } }],
    ['a source no libc is there for', 'dns', '21', { cgo: false, ...hosts('resolve') }],
    ['a source no libc is there for', 'files,dns', '20', { cgo: false, ...hosts('resolve') }],
    ['it stands for dns', 'dns,files', '24', { cgo: false, ...hosts('resolve [!UNAVAIL=return] files') }],
    ['but not where libc is there', 'files', '24', hosts('mdns4 files')],
    ['nor before', 'files', '20', { cgo: false, ...hosts('files myhostname') }],
    ['but for nothing beside dns', 'files,dns', '24', { cgo: false, ...hosts('resolve files dns') }],
    ['criteria, no cgo', 'dns,files', '24', { cgo: false, ...hosts('dns [SUCCESS=continue] files') }],
    ['criteria, no cgo', 'files,dns', '20', { cgo: false, ...hosts('dns [SUCCESS=continue] files') }],
    ['the last setting of GODEBUG', 'cgo', '20', { environment: { GODEBUG: 'netdns=go,netdns=cgo' } }],
    ['the first setting of GODEBUG', 'files,dns', '19', { environment: { GODEBUG: 'netdns=go,netdns=cgo' } }],
    ['a mode that is none', 'files,dns', '24', { environment: { GODEBUG: 'netdns=go+cgo+2' } }],
    ['an empty RES_OPTIONS', 'files,dns', '24', { environment: { RES_OPTIONS: '' } }],
    ['an empty LOCALDOMAIN', 'cgo', '24', { environment: { LOCALDOMAIN: '' } }],
    ['an indented comment is a keyword', 'cgo', '24', { resolvConf: file(' # note\n') }],
    ['a comment', 'files,dns', '24', { resolvConf: file('; sortlist\n#x\n\r\n') }],
  ])('%s: %s in Go 1.%s', (_, expected, go, more, name) => {
    expect(order({ go: Number(go), ...more }, name).order).toBe(expected);
  });
});

describe('the decider', () => {
  it('is the line of resolv.conf, and says since when the word is known', () => {
    const resolvConf = file('# written by hand\nnameserver 192.0.2.53\noptions ndots:5 edns0 \n');
    const { decidedBy, because } = order({ go: 19, resolvConf });
    expect(decidedBy).toEqual({ by: 'resolv.conf', line: 3, text: 'options ndots:5 edns0' });
    expect(because.join()).toContain('known since 1.20');
  });

  it('is the line of nsswitch.conf, and names the source', () => {
    const nsswitch = file('passwd: files\nhosts:\tfiles\tdns # tabs\n');
    const { order: chosen, decidedBy, because } = order({ nsswitch });
    expect(chosen).toBe('cgo');
    expect(decidedBy).toEqual({ by: 'nsswitch.conf', line: 2, text: 'hosts:\tfiles\tdns # tabs' });
    expect(because.join()).toContain('a tab does not separate');
  });

  it('is what forces Go’s resolver, beside the line that orders its sources', () => {
    const { forcedBy, decidedBy } = order({ environment: { GODEBUG: 'netdns=go+1' }, ...hosts('dns files') });
    expect(forcedBy).toEqual({ by: 'godebug', text: 'netdns=go' });
    expect(decidedBy).toMatchObject({ by: 'nsswitch.conf', line: 1 });
  });

  /** Each is strong enough to be seen only when all before it are gone. */
  it('is the first of several that would do', () => {
    const all: Circumstances = {
      ...PLAIN,
      tags: ['netcgo'],
      environment: { GODEBUG: 'netdns=cgo', LOCALDOMAIN: 'x', RES_OPTIONS: 'ndots:2', HOSTALIASES: '/x' },
      resolvConf: file('options inet6\n'),
      ...hosts('files resolve dns'),
    };
    const { RES_OPTIONS = '', HOSTALIASES = '' } = all.environment;
    const steps: [Partial<Circumstances>, string][] = [
      [{}, 'tag'],
      [{ tags: [] }, 'godebug'],
      [{ tags: [], environment: { LOCALDOMAIN: 'x', RES_OPTIONS, HOSTALIASES } }, 'environment'],
      [{ tags: [], environment: {} }, 'name'],
    ];
    for (const [more, by] of steps) {
      expect(lookupOrder('a%b', { ...all, ...more }).decidedBy.by).toBe(by);
    }
    const free = { ...all, tags: [], environment: {} };
    expect(lookupOrder('ab', free).decidedBy.by).toBe('resolv.conf');
    expect(lookupOrder('a%b', { ...free, go: 19 }).decidedBy.by).toBe('resolv.conf');
    expect(lookupOrder('ab', { ...free, resolvConf: file('') }).decidedBy.by).toBe('nsswitch.conf');
  });
});

describe('what would change it', () => {
  it('is tried, and told with the order it gives', () => {
    expect(changesOf('db.local', { ...PLAIN, go: 22 })).toEqual([
      { change: 'GODEBUG=netdns=go', order: 'files,dns' },
      { change: 'CGO_ENABLED=0', order: 'files,dns' },
      { change: 'Go 1.23-1.27', order: 'files,dns' },
    ]);
  });
  it('names the line only if going without it is enough', () => {
    const changes = (text: string) =>
      changesOf('db', { ...PLAIN, resolvConf: file(text) }).map(({ change }) => change);
    expect(changes('options inet6\n')).toContain('resolv.conf without line 1');
    expect(changes('options inet6\nsortlist 10.0.0.0\n')).not.toContain('resolv.conf without line 1');
  });
});

describe('whatever the circumstances', () => {
  const anything = fc.record({
    go: fc.integer({ min: 5, max: 27 }),
    cgo: fc.boolean(),
    tags: fc.subarray<Tag>([...TAGS]),
    preferGo: fc.boolean(),
    environment: fc.constantFrom(
      {},
      { LOCALDOMAIN: '' },
      { GODEBUG: 'netdns=cgo+2' },
      { GODEBUG: 'netdns=go' },
    ),
    resolvConf: fc.constantFrom<ConfigFile>(file(null), file('options inet6'), {
      state: 'failed',
      errno: 'EIO',
    }),
    nsswitch: fc
      .string({ unit: fc.constantFrom(...('hosts: files dns mdns4[]=!#\n'.match(/\w+|./gs) ?? [])) })
      .map(file),
    mdnsAllow: fc.boolean(),
    hostname: fc.constant('pod-1'),
  });
  it('a binary without cgo never takes libc, and there is always a reason', () => {
    fc.assert(
      fc.property(anything, fc.string(), (circumstances, name) => {
        const found = lookupOrder(name, circumstances);
        if (!circumstances.cgo || circumstances.tags.includes('netgo')) expect(found.order).not.toBe('cgo');
        expect(found.because.every((line) => line !== '')).toBe(true);
        expect(found.because.length).toBeGreaterThan(0);
      }),
    );
  });
});
