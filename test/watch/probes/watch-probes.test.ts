import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { BinaryFacts } from '../../../src/binary/binary-facts.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';
import type { ImageFacts } from '../../../src/image/image-facts.ts';
import { createJournal } from '../../../src/journal/journal.ts';
import { understand } from '../../../src/watch/logs/understand.ts';
import type { ProbeSettings } from '../../../src/watch/probes/round.ts';
import { watchProbes } from '../../../src/watch/probes/watch-probes.ts';
import { createRealWorld } from '../../../src/watch/probes/world.ts';
import { createFakeWorld, type FakeWorld, START, sourcesWith } from './fake-world.ts';

const SERVER = '127.0.0.53';
const found: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.10'] } : { aaaa: ['2001:db8::10'] });
const missing: Rule = () => ({ rcode: RCODE.NXDOMAIN, soa: true });
/** musl fails on it, Go and nslookup do not. */
const aaaaServfail: Rule = (query) => (query.type === 'AAAA' ? { rcode: RCODE.SERVFAIL } : found(query));

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function settingsOf(probes: object, expected?: 'go' | 'cgo'): ProbeSettings {
  const config = loadConfig([{ input: { probes }, where: () => 'a test' }]);
  return { ...config.probes, root: '/', ...(expected && { expected }) };
}

async function probe(world: FakeWorld, probes: object, expected?: 'go' | 'cgo') {
  const journal = createJournal(world.clock);
  const watcher = watchProbes(journal, pino({ level: 'silent' }), world);
  stops.push(watcher.stop);
  const log = (line: string) => understand(journal.app('app', 'app.log'), line, world.clock());
  const use = (next: object) => watcher.use(settingsOf(next, expected));
  return { watcher, record: journal.probes, journal, log, use, start: () => use(probes) };
}

const queriesTo = (world: FakeWorld) => world.networks.flatMap(({ seen }) => seen);
const counts = (series: { entries(): Iterable<{ labels: object; value: number }> }) =>
  [...series.entries()].map(({ labels, value }) => ({ ...labels, value }));

describe('a round', () => {
  it('looks targets up by each model, and says where they differ', async () => {
    const world = createFakeWorld({ [SERVER]: aaaaServfail });
    const { record, start } = await probe(world, {
      models: ['musl', 'nslookup'],
      targets: [{ name: 'api.test' }],
    });
    await start();
    await world.advance(100);
    const target = record.targets.get('api.test');
    expect([...(target?.models.keys() ?? [])]).toEqual(['musl-1.2.6', 'nslookup']);
    expect(target?.models.get('musl-1.2.6')?.lookups).toMatchObject([
      { outcome: 'try-again', error: 'Try again', at: START, asExpected: false, target: 'api.test' },
    ]);
    expect(target?.comparisons.at(-1)?.text).toMatch(/^musl-1\.2\.6: try-again .*because AAAA got SERVFAIL/);
    expect(record.failing.map(({ model }) => model)).toContain('musl-1.2.6');
    const transcript = record.failing[0];
    expect(transcript?.queries[0]).toMatchObject({ name: 'api.test', server: `${SERVER}:53`, proto: 'udp' });
    expect(transcript?.because.length).toBeGreaterThan(0);
    expect(counts(record.totals.lookups)).toContainEqual({
      target: 'api.test',
      model: 'musl-1.2.6',
      outcome: 'try-again',
      value: 1,
    });
  });

  it('comes again after the interval, give or take a tenth, and keeps ten', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, start } = await probe(world, { interval: '15s', targets: [{ name: 'api.test' }] });
    const randoms = [0, 0.999];
    world.random = () => randoms[record.rounds % 2] ?? 0;
    await start();
    await world.advance(13_400);
    expect(record.rounds).toBe(1);
    await world.advance(200);
    expect(record.rounds).toBe(2);
    await world.advance(16_300);
    expect(record.rounds).toBe(2);
    await world.advance(200);
    expect(record.rounds).toBe(3);
    await world.advance(600_000);
    expect(record.rounds).toBeGreaterThan(12);
    expect(record.targets.get('api.test')?.models.get('nslookup')?.lookups).toHaveLength(10);
    expect(record.servers.get(`${SERVER}:53`)?.checks).toHaveLength(40);
    expect(record.servers.get(`${SERVER}:53`)?.pairs).toHaveLength(10);
  });

  it('holds targets to what is expected of them', async () => {
    const world = createFakeWorld({ [SERVER]: missing });
    const targets = [{ name: 'gone.test.', expect: 'not-found' }, { name: 'api.test.' }];
    const { record, start } = await probe(world, { models: ['nslookup'], targets });
    await start();
    await world.advance(100);
    expect(record.targets.get('gone.test.')?.models.get('nslookup')?.lookups[0]?.asExpected).toBe(true);
    expect(record.targets.get('api.test.')?.models.get('nslookup')?.lookups[0]?.asExpected).toBe(false);
    expect(record.failing.map(({ target }) => target)).toEqual(['api.test.']);
  });

  it('reads resolv.conf anew, and forgets nameservers that are gone', async () => {
    const world = createFakeWorld({ [SERVER]: found, '127.0.0.54': found });
    const { record, start } = await probe(world, { targets: [{ name: 'api.test' }] });
    await start();
    await world.advance(100);
    expect([...record.servers.keys()]).toEqual(['127.0.0.53:53']);
    expect(record.files?.resolvConfSeen).toBe(START);
    world.resolvConf = 'nameserver 127.0.0.54\nnameserver 127.0.0.53\n';
    await world.advance(16_000);
    expect(
      [...record.servers.values()].map(({ server, position, pairs }) => [server, position, pairs.length]),
    ).toEqual([
      ['127.0.0.54:53', 0, 1],
      ['127.0.0.53:53', 1, 2],
    ]);
    expect(record.files?.resolvConfSeen).toBe(START + 15_000);
    expect(record.files?.dialects.find(({ dialect }) => dialect === 'musl')?.nameservers).toEqual([
      '127.0.0.54:53',
      '127.0.0.53:53',
    ]);
  });

  it('without a target asks nameservers for the search domain', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { start } = await probe(world, {});
    await start();
    await world.advance(100);
    const names = queriesTo(world).flatMap((query) => ('name' in query ? [query.name] : []));
    expect(new Set(names)).toEqual(new Set(['lab.test']));
  });
});

describe('names from the log', () => {
  const lines = [
    'lookup db.prod on 10.96.0.10:53: no such host',
    'lookup 10.1.2.3: no such host',
    'lookup 3.2.1.10.in-addr.arpa.: no such host',
    'lookup 0x7f000001: no such host',
    'go package net: confVal.netCgo = false  netGo = false',
    'go package net: hostLookupOrder(cache.prod) = files,dns',
  ];

  it('are looked up, and nothing of addresses is', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start } = await probe(world, { models: ['nslookup'] });
    for (const line of lines) log(line);
    await start();
    await world.advance(100);
    expect([...record.targets.keys()]).toEqual(['db.prod', 'cache.prod']);
    expect(record.targets.get('db.prod')).toMatchObject({ origin: 'log' });
    expect(record.targets.get('db.prod')?.expect).toBeUndefined();
  });

  it('are no more than configured, and none with 0', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start, use } = await probe(world, { discover: { max: 1 } });
    for (const line of lines) log(line);
    await start();
    await world.advance(100);
    expect([...record.targets.keys()]).toEqual(['db.prod']);
    await use({ discover: { max: 0 } });
    await world.advance(100);
    expect([...record.targets.keys()]).toEqual([]);
  });

  it('stay until one that fails needs the place', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start } = await probe(world, { models: ['nslookup'], discover: { max: 2 } });
    const names = () => [...record.targets.keys()];
    await start();
    for (const name of ['a.test', 'b.test', 'c.test'])
      log(`go package net: hostLookupOrder(${name}) = files,dns`);
    await world.advance(16_000);
    expect(names()).toEqual(['c.test', 'b.test']);
    log('go package net: hostLookupOrder(d.test) = files,dns');
    await world.advance(16_000);
    expect(names()).toEqual(['c.test', 'b.test']);
    log('lookup e.test on 10.96.0.10:53: server misbehaving');
    await world.advance(16_000);
    expect(names()).toEqual(['e.test', 'c.test']);
    expect(record.targets.get('c.test')?.models.get('nslookup')?.lookups.length).toBeGreaterThan(2);
  });

  it('that come when there were too many are `other` in the metrics', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start } = await probe(world, { models: ['nslookup'], discover: { max: 1 } });
    await start();
    log('go package net: hostLookupOrder(one.test) = files,dns');
    await world.advance(16_000);
    log('lookup two.test on 10.96.0.10:53: no such host');
    await world.advance(16_000);
    const targets = counts(record.totals.lookups).map((entry) => 'target' in entry && entry.target);
    expect(new Set(targets)).toEqual(new Set(['one.test', 'other']));
  });
});

describe("the application's model", () => {
  it.each([
    [[], undefined, 'go-1.27', 'default'],
    [[], 'cgo', 'glibc-2.43', 'config'],
    [['go package net: GODEBUG setting forcing use of the Go resolver'], 'cgo', 'go-1.27', 'trace'],
    [["go package net: built with netgo build tag; using Go's DNS resolver"], undefined, 'go-1.23', 'trace'],
    [
      ['go package net: hostLookupOrder(api.test) = cgo', 'lookup db: Try again'],
      'go',
      'musl-1.2.6',
      'trace',
    ],
    [
      ['go package net: hostLookupOrder(api.test) = files,dns', 'lookup db: Try again'],
      'go',
      'go-1.27',
      'trace',
    ],
    [['lookup api.test: Name does not resolve'], 'go', 'musl-1.2.6', 'error'],
    [['lookup api.test: Temporary failure in name resolution'], undefined, 'glibc-2.43', 'error'],
  ] as const)('%j, expected %s: %s by %s', async (lines, expected, model, source) => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start } = await probe(world, { targets: [{ name: 'api.test.' }] }, expected);
    for (const line of lines) log(line);
    await start();
    await world.advance(100);
    const target = record.targets.get('api.test.');
    expect(target?.app).toMatchObject({ model, source });
    expect([...(target?.models.keys() ?? [])]).toEqual([model, 'nslookup']);
  });

  const MUSL = { libc: 'musl', libcFile: '/lib/ld-musl-x86_64.so.1' } as const;
  const text = (of: string) => ({ state: 'ok', text: of, modified: 0 }) as const;
  const FILES = {
    environment: {},
    files: { resolvConf: text('nameserver 10.0.0.1'), hosts: text(''), nsswitch: text('hosts: files dns') },
  };
  const GLIBC_IMAGE: ImageFacts = {
    libcs: [{ libc: 'glibc', version: '2.36', file: '/lib/x86_64-linux-gnu/libc.so.6' }],
    missingLibraries: [],
    missingSymbols: [],
    files: {},
  };
  const built = (cgoResolver: 'present' | 'absent', settings: Record<string, string> = {}): BinaryFacts => ({
    ...{
      arch: 'amd64',
      linkage: 'dynamic',
      needed: [],
      runpath: [],
      imports: [],
      libc: 'glibc',
      isGo: true,
    },
    ...{ cgoResolver, cgoResolverBecause: 'its symbols' },
    build: { goVersion: 'go1.22.5', deps: [], settings: new Map(Object.entries(settings)) },
  });
  const forcing = (netdns: string) => ({ environment: { GODEBUG: `http2debug=1,netdns=${netdns}` } });
  it.each([
    ['forced by its environment', { ...forcing('cgo+1'), ...MUSL }, [], 'go', 'musl-1.2.6', 'process'],
    ['forced to Go', { ...forcing('go'), ...MUSL }, [], 'cgo', 'go-1.27', 'process'],
    [
      'cgo forced where there is no libc',
      { ...forcing('cgo'), libc: 'none' },
      [],
      undefined,
      'go-1.27',
      'default',
    ],
    ['only a level', { ...forcing('1'), ...MUSL }, [], undefined, 'go-1.27', 'default'],
    ['no program of Go', { ...forcing('cgo'), isGo: false }, [], undefined, 'go-1.27', 'default'],
    ['libc mapped', MUSL, [], 'cgo', 'musl-1.2.6', 'config'],
    ['no libc mapped', { libc: 'none' }, [], 'cgo', 'glibc-2.43', 'config'],
    ['built by Go 1.22 without cgo', { binary: built('absent') }, [], 'cgo', 'go-1.22', 'process'],
    [
      'built with netcgo, in an image with glibc 2.36',
      { binary: built('present', { '-tags': 'netcgo' }), image: GLIBC_IMAGE, ...FILES },
      [],
      'go',
      'glibc-2.36',
      'process',
    ],
    ['Go chooses by its files', { binary: built('present'), ...FILES }, [], 'cgo', 'go-1.22', 'process'],
    [
      'Go chooses cgo by its files',
      {
        binary: built('present'),
        ...FILES,
        files: { ...FILES.files, resolvConf: text('options inet6') },
        ...MUSL,
      },
      [],
      'go',
      'musl-1.2.6',
      'process',
    ],
    ['its files cannot be read', { binary: built('present'), ...MUSL }, [], 'cgo', 'musl-1.2.6', 'config'],
    [
      'libc mapped, cgo traced',
      MUSL,
      ['go package net: hostLookupOrder(api.test) = cgo'],
      'go',
      'musl-1.2.6',
      'trace',
    ],
    [
      'a trace of another',
      { ...forcing('cgo') },
      ['go package net: hostLookupOrder(api.test) = files,dns'],
      'cgo',
      'go-1.27',
      'trace',
    ],
    [
      'an error of another libc',
      MUSL,
      ['lookup api.test: Temporary failure in name resolution'],
      'go',
      'glibc-2.43',
      'error',
    ],
  ] as const)('as its process shows it: %s', async (_, seen, lines, expected, model, source) => {
    const world = createFakeWorld({ [SERVER]: found });
    const { journal, record, log, start } = await probe(
      world,
      { targets: [{ name: 'api.test.' }] },
      expected,
    );
    journal.processes.app = { pid: 7, startTicks: 1, comm: 'app', uid: 1, gid: 1, isGo: true, ...seen };
    for (const line of lines) log(line);
    await start();
    await world.advance(100);
    const app = record.targets.get('api.test.')?.app;
    expect(app).toMatchObject({ model, source });
    if (model === 'musl-1.2.6')
      expect(app?.because).toContain('its process has musl mapped: /lib/ld-musl-x86_64.so.1');
  });

  it('is not told by the process of one of several applications', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { journal, record, start } = await probe(world, { targets: [{ name: 'api.test.' }] }, 'cgo');
    journal.processes.app = { pid: 7, startTicks: 1, comm: 'app', uid: 1, gid: 1, ...forcing('go'), ...MUSL };
    journal.app('one', 'one.log');
    journal.app('two', 'two.log');
    await start();
    await world.advance(100);
    expect(record.targets.get('api.test.')?.app).toMatchObject({ model: 'glibc-2.43', source: 'config' });
  });

  it('is forgotten with what it gave when the log tells of another', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, log, start } = await probe(world, { targets: [{ name: 'api.test' }] });
    await start();
    await world.advance(100);
    log('go package net: hostLookupOrder(api.test) = cgo');
    log('lookup db: Try again');
    await world.advance(16_000);
    expect([...(record.targets.get('api.test')?.models.keys() ?? [])]).toEqual(['nslookup', 'musl-1.2.6']);
  });
});

describe('what probing may cost', () => {
  it('is within the budget over time, whatever the targets', async () => {
    const world = createFakeWorld({ [SERVER]: missing });
    const targets = Array.from({ length: 20 }, (_, index) => ({ name: `name${index}` }));
    const { start } = await probe(world, { interval: '1s', budget: 5, targets });
    await start();
    await world.advance(60_000);
    const sent = queriesTo(world).filter((query) => 'name' in query).length;
    // Five a second, the bucket that was full at the start, and what the lookups at work sent beyond their estimate.
    expect(sent).toBeGreaterThan(250);
    expect(sent).toBeLessThan(60 * 5 + 5 + 40);
  });

  it('is nothing once it is stopped or off', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { watcher, record, start, use } = await probe(world, { targets: [{ name: 'api.test' }] });
    await start();
    await world.advance(100);
    const before = world.networks.length;
    await use({ enabled: false });
    await world.advance(60_000);
    expect([world.networks.length, world.pending(), record.intervalMs, record.targets.size]).toEqual([
      before,
      0,
      0,
      0,
    ]);
    expect([record.rounds, record.files, record.lastRound]).toEqual([0, undefined, undefined]);
    await watcher.stop();
  });
});

describe('a standstill of this process', () => {
  it('spoils the samples that were being taken: they count for nothing', async () => {
    const world = createFakeWorld({ [SERVER]: found });
    const { record, start } = await probe(world, { targets: [{ name: 'api.test' }] });
    let still = true;
    // A sample is being taken: the network it goes over has been made.
    world.onNetwork = () => still && queueMicrotask(() => world.standStill(80));
    await start();
    await world.advance(100);
    expect(record.totals.discarded.get('event-loop-stall')).toBeGreaterThan(2);
    expect(record.targets.get('api.test')?.models.size).toBe(0);
    still = false;
    await world.advance(16_000);
    expect(record.targets.get('api.test')?.models.get('nslookup')?.lookups).toHaveLength(1);
  });
});

it('a fault of this program ends one sample, and is counted', async () => {
  const world = createFakeWorld({ [SERVER]: found });
  const { record, start } = await probe(world, { models: ['nslookup'], targets: [{ name: 'api.test' }] });
  world.onNetwork = () => {
    world.onNetwork = () => {};
    throw new Error('a fault');
  };
  await start();
  await world.advance(16_000);
  expect(record.totals.discarded.get('fault')).toBe(1);
  expect(record.rounds).toBe(2);
  expect(record.targets.get('api.test')?.models.get('nslookup')?.lookups).toHaveLength(1);
});

it('a fault of this program outside of samples ends one round, and the next one comes', async () => {
  const world = createFakeWorld({ [SERVER]: found });
  const { sources } = world;
  world.sources = () => {
    throw new Error('a fault');
  };
  const { record, start } = await probe(world, { targets: [{ name: 'api.test' }] });
  await start();
  await world.advance(100);
  expect(record.rounds).toBe(0);
  world.sources = sources;
  await world.advance(17_000);
  expect(record.rounds).toBe(1);
});

it('stopping breaks off a lookup that waits on real sockets, and counts it for nothing', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const nameservers = [{ address: '127.0.0.1', port: silent.address().port }];
  const world = { ...createRealWorld(), sources: () => ({ ...sourcesWith(''), nameservers }) };
  const journal = createJournal(Date.now);
  const watcher = watchProbes(journal, pino({ level: 'silent' }), world);
  await watcher.use(settingsOf({ models: ['go', 'musl'], targets: [{ name: 'api.test.' }] }));
  await once(silent, 'message');
  const began = performance.now();
  await watcher.stop();
  expect(performance.now() - began).toBeLessThan(500);
  expect(journal.probes.targets.get('api.test.')?.models.size).toBe(0);
  silent.close();
});
