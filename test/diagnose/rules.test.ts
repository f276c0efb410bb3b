import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import type { Judgement } from '../../src/diagnose/finding.ts';
import { statusOf } from '../../src/diagnose/status.ts';
import { createAppRecord } from '../../src/journal/app-record.ts';
import { createSourceRecord, type SourceState } from '../../src/journal/source-record.ts';
import { understand } from '../../src/watch/logs/understand.ts';
import { JUDGEMENT } from './judgement.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const by: Judgement = { ...JUDGEMENT, now: NOW };

/** What is found in a log whose last line was written `age` ms ago. */
function find(log: string, judgement: Partial<Judgement> = {}, age = 0) {
  const app = createAppRecord('/var/log/app.log');
  for (const line of log.trim().split('\n')) {
    app.lines++;
    understand(app, line.trim(), NOW - age);
  }
  return diagnose({ apps: [app], sources: [] }, { ...by, ...judgement });
}
const ids = (log: string, judgement?: Partial<Judgement>, age?: number) =>
  find(log, judgement, age).map(({ severity, id }) => `${severity} ${id}`);

const GO_TRACE = `
  go package net: confVal.netCgo = false  netGo = false
  go package net: using the Go DNS resolver
  go package net: hostLookupOrder(db) = files,dns`;
const CGO_TRACE = `
  go package net: confVal.netCgo = true  netGo = false
  go package net: GODEBUG setting forcing use of the cgo resolver
  go package net: hostLookupOrder(db) = cgo`;

describe('what a log alone decides', () => {
  it.each<[string, string, string[]]>([
    ['a healthy Go app', GO_TRACE, []],
    ['a healthy cgo app', CGO_TRACE, ['info resolver-forced', 'info cgo-resolver-in-use']],
    [
      'Go, SERVFAIL',
      `${GO_TRACE}\nlookup db on 10.96.0.10:53: server misbehaving`,
      ['critical go-resolver-failing'],
    ],
    [
      'Go, a name that is not there',
      `${GO_TRACE}\nlookup db on 10.96.0.10:53: no such host`,
      ['warning go-resolver-failing'],
    ],
    [
      'glibc',
      `${CGO_TRACE}\nlookup db: Temporary failure in name resolution`,
      ['critical cgo-resolver-failing', 'warning resolver-forced', 'info cgo-resolver-in-use'],
    ],
    [
      'musl',
      `${CGO_TRACE}\nlookup db: Try again`,
      [
        'critical musl-resolver-failing',
        'warning resolver-forced',
        'info musl-resolver-in-use',
        'info cgo-resolver-in-use',
      ],
    ],
    ['the caller gave up', `${GO_TRACE}\nlookup db: operation was canceled`, []],
    [
      'ports, Go',
      `${GO_TRACE}\nlookup db on 10.96.0.10:53: dial udp 10.96.0.10:53: connect: resource temporarily unavailable`,
      ['critical source-ports-exhausted'],
    ],
    [
      'descriptors in lookups',
      `${GO_TRACE}\nlookup db on 10.96.0.10:53: dial udp 10.96.0.10:53: socket: too many open files`,
      ['critical file-descriptors-near-limit'],
    ],
    [
      'descriptors elsewhere',
      `${GO_TRACE}\nhttp: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 5ms`,
      ['warning file-descriptors-near-limit'],
    ],
    ['no loader', 'exec /app: no such file or directory', ['critical loader-missing', 'info trace-off']],
    ['no trace', 'hello\nworld', ['info trace-off']],
    ['no trace, a timeout of either resolver', 'lookup db: i/o timeout', ['warning trace-off']],
    [
      'cgo asked for, not there',
      `go package net: confVal.netCgo = true  netGo = false
       go package net: ignoring GODEBUG=netdns=cgo as the binary was compiled without support for the cgo resolver`,
      ['warning resolver-not-as-configured'],
    ],
    [
      'EDNS0 off, shown by the app',
      `${GO_TRACE}\nbuild DefaultGODEBUG=netedns0=0,panicnil=1`,
      ['info edns0-disabled'],
    ],
    [
      'EDNS0 off, an old Go',
      'go package net: dynamic selection of DNS resolver\ngo package net: hostLookupOrder(db) = files,dns',
      ['info edns0-disabled'],
    ],
  ])('%s', (_, log, expected) => {
    expect(ids(log)).toEqual(expected);
  });

  it('expects the resolver that target.resolver names', () => {
    expect(ids(CGO_TRACE, { expected: 'go' })).toContain('warning resolver-not-as-configured');
    expect(ids(GO_TRACE, { expected: 'cgo' })).toContain('warning resolver-not-as-configured');
    expect(ids(GO_TRACE, { expected: 'go' })).toEqual([]);
    expect(ids('lookup db: Try again', { expected: 'go' })).toContain('warning resolver-not-as-configured');
  });

  it('attributes by the trace what the text leaves open', () => {
    expect(ids(`${CGO_TRACE}\nlookup db: i/o timeout`)).toContain('critical cgo-resolver-failing');
    expect(ids(`${GO_TRACE}\nlookup db: i/o timeout`)).toContain('critical go-resolver-failing');
  });
});

describe('failures count for the window, then health recovers', () => {
  const log = `${GO_TRACE}\nlookup db on 10.96.0.10:53: server misbehaving`;
  it('fails within the window', () => {
    expect(statusOf(find(log, {}, 299_000))).toBe('fail');
  });
  it('passes after it', () => {
    expect(statusOf(find(log, {}, 301_000))).toBe('pass');
  });
});

describe('a finding can be acted upon', () => {
  const [finding] = find(`${CGO_TRACE}\nlookup db: Try again\nlookup db: Try again\nlookup x: Try again`);
  it('carries names, counts and times as evidence', () => {
    expect(finding?.title).toContain('db');
    expect(finding?.evidence.join('\n')).toMatch(/2 × `lookup db: Try again`, last 2026-11-23T10:00:00Z/);
    expect(finding?.evidence.join('\n')).toContain('mode cgo');
  });
  it('says what to change, and where to read on', () => {
    expect(finding?.fix).toContain('GODEBUG=netdns=go');
    expect(finding?.runbook).toBe('docs/findings/musl-resolver-failing.md');
    expect(finding?.subject).toBe('/var/log/app.log');
  });
});

describe('a log source that cannot be read', () => {
  const stalled = (state: SourceState, since: number) => {
    const source = { ...createSourceRecord('/var/log/app.log', since), state };
    return diagnose({ apps: [], sources: [source] }, by).map(({ id }) => id);
  };
  const missing: SourceState = { state: 'missing', why: '/var/log/app.log does not exist' };
  it('is a finding once it has lasted', () => {
    expect(stalled(missing, NOW - 9_000)).toEqual([]);
    expect(stalled(missing, NOW - 11_000)).toEqual(['log-source-stalled']);
    expect(stalled({ state: 'ok' }, NOW - 11_000)).toEqual([]);
  });
});

it('says when what it tells of was first and last seen, and how often; of a state it does not count', () => {
  const app = createAppRecord('/var/log/app.log');
  const error = 'lookup db on 10.96.0.10:53: server misbehaving';
  for (const age of [40_000, 30_000, 10_000]) understand(app, error, NOW - age);
  const [failing] = diagnose({ apps: [app], sources: [] }, by);
  expect(failing).toMatchObject({
    id: 'go-resolver-failing',
    since: new Date(NOW - 40_000).toISOString(),
    lastSeen: new Date(NOW - 10_000).toISOString(),
    count: 3,
  });
  const [forced] = find(CGO_TRACE);
  expect(forced).toMatchObject({ id: 'resolver-forced', lastSeen: new Date(NOW).toISOString(), count: null });
});
