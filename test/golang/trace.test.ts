import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ORDERS, parseTraceLines } from '../../src/golang/debug-lines.ts';
import { createTrace } from '../../src/golang/trace.ts';
import type { TraceSummary } from '../../src/golang/trace-summary.ts';

interface Recorded {
  go: string;
  build: string;
  godebug: string;
  case: string;
  stderr: string;
}

const recorded: Recorded[] = readFileSync(new URL('../fixtures/go/traces.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

function readAll(stderr: string): TraceSummary {
  const trace = createTrace();
  for (const line of stderr.split('\n')) trace.read(line);
  return trace.summary();
}

const minor = (run: Recorded) => Number(run.go.split('.')[1]);
const hasCgo = (run: Recorded) => !/^(nocgo|netgo)/.test(run.build);
/** The mode part of GODEBUG=netdns as Go's goDebugNetDNS reads it. */
const askedMode = (run: Recorded) =>
  run.godebug
    .replace(/^netdns=/, '')
    .split('+')
    .find((part) => part !== '' && !/^\d/.test(part));

/** What the process did, from how it was made: tags, CGO_ENABLED, GODEBUG, environment, version. */
function expectedMode(run: Recorded): TraceSummary['mode'] {
  const asked = askedMode(run);
  if (!hasCgo(run)) return 'go';
  if (asked === 'go') return 'go';
  if (asked === 'cgo' || run.build.startsWith('netcgo')) return 'cgo';
  // The once-only line tells of the environment only up to 1.23.
  if (run.case.startsWith('env-') && minor(run) <= 23) return 'cgo';
  // An unreadable resolv.conf forced cgo up to 1.19.
  if (run.case === 'rc-noperm-dir' && minor(run) <= 19) return 'cgo';
  return 'dynamic';
}

describe('every recorded trace is understood as it was made', () => {
  test.each(recorded.map((run) => [`${run.go} ${run.build} ${run.godebug} ${run.case}`, run] as const))(
    '%s',
    (_, run) => {
      const got = readAll(run.stderr);
      expect(got.seen).toBe(true);
      expect(got.mode).toBe(expectedMode(run));
      expect(got.goVersion.min ?? 0).toBeLessThanOrEqual(minor(run));
      expect(got.goVersion.max ?? 99).toBeGreaterThanOrEqual(minor(run));
      const perLookup = run.stderr
        .split('\n')
        .filter((line) => / = [a-z]+(,[a-z]+)?$/.test(line) && line.includes('Order('));
      const counts: Record<string, number> = {};
      for (const line of perLookup) {
        const order = line.slice(line.lastIndexOf(' = ') + 3);
        counts[order] = (counts[order] ?? 0) + 1;
      }
      expect(got.lookups).toEqual(counts);
      const askedLevel = Number(/\d/.exec(run.godebug)?.[0] ?? 0);
      // Level 2 of an old Go shows nothing more than level 1 where it makes no host lookup.
      expect(got.level).toBe(askedLevel >= 2 && (minor(run) >= 19 || perLookup.length > 0) ? 2 : 1);
      if (got.cgoCapable !== undefined) expect(got.cgoCapable).toBe(hasCgo(run));
      else expect(run.stderr).toContain("forcing use of Go's resolver");
    },
  );
});

describe('the Go version told by the wording is as narrow as the wording allows', () => {
  const line = (text: string) => `go package net: ${text}`;
  test.each<[string, string[], { min?: number; max?: number }]>([
    ['1.24 wording', ['using the Go DNS resolver'], { min: 24 }],
    ['nocgo since 1.21', ["cgo resolver not supported; using Go's DNS resolver"], { min: 21, max: 23 }],
    [
      'config line',
      ['confVal.netCgo = false  netGo = false', 'dynamic selection of DNS resolver'],
      { min: 19 },
    ],
    [
      'config line and old mode line',
      ['confVal.netCgo = true  netGo = false', 'using cgo DNS resolver'],
      { min: 19, max: 23 },
    ],
    [
      'lookups without a config line',
      ['dynamic selection of DNS resolver', 'hostLookupOrder(a) = cgo'],
      { min: 5, max: 18 },
    ],
    ['mode alone', ['dynamic selection of DNS resolver'], { min: 5 }],
    [
      'the empty host of canUseCgo',
      [
        'confVal.netCgo = false  netGo = false',
        'dynamic selection of DNS resolver',
        'hostLookupOrder() = files,dns',
      ],
      { min: 19, max: 20 },
    ],
    [
      'addrLookupOrder with old wording',
      ['confVal.netCgo = true  netGo = false', 'using cgo DNS resolver', 'addrLookupOrder(10.0.0.1) = cgo'],
      { min: 21, max: 23 },
    ],
    ['addrLookupOrder alone', ['addrLookupOrder(10.0.0.1) = cgo'], { min: 21 }],
  ])('%s', (_, lines, expected) => {
    expect(readAll(lines.map(line).join('\n')).goVersion).toEqual(expected);
  });
});

describe('lines that did not come whole', () => {
  it('finds a trace line behind any prefix', () => {
    const got = readAll('2026-11-23T10:00:00Z stderr F [app] go package net: hostLookupOrder(db.prod) = cgo');
    expect(got.lookups).toEqual({ cgo: 1 });
  });

  it('reads hosts with parentheses, spaces and what looks like an order', () => {
    const host = (text: string) => parseTraceLines(text).map((line) => line.kind === 'lookup' && line.host);
    expect(host('go package net: hostLookupOrder(a) b) = files,dns')).toEqual(['a) b']);
    expect(host('go package net: hostLookupOrder(a) = cgo) = files')).toEqual(['a) = cgo']);
    expect(host('go package net: hostLookupOrder() = files,dns')).toEqual(['']);
    expect(
      host('go package net: hostLookupOrder(a) = files,dnsgo package net: hostLookupOrder(b) = dns'),
    ).toEqual(['a', 'b']);
  });

  it('knows a mode line by its beginning, if no other begins so', () => {
    expect(readAll('go package net: dynamic sel').mode).toBe('dynamic');
    expect(readAll('go package net: using the ').mode).toBe('unknown');
    expect(readAll('go package net: using the ').seen).toBe(true);
  });

  // Go 1.19 and 1.27 under strace: five write(2) calls a line.
  const pieces = ['go package net: hostLookupOrder(', 'ok.test', ') = ', 'files,dns', '\n'];
  const foreign = fc
    .array(fc.stringMatching(/^[a-zA-Z0-9 :/.=()"-]{0,40}$/), { minLength: 1, maxLength: 5 })
    .map((lines) => lines.map((line) => `2026/11/23 10:00:00 ${line}\n`).join(''))
    .filter((text) => !text.includes('package net') && !ORDERS.some((order) => text.includes(`= ${order}`)));

  it('counts a lookup whose pieces another writer came between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), foreign, (gap, text) => {
        const written = [...pieces.slice(0, gap), text, ...pieces.slice(gap)].join('');
        const trace = createTrace();
        for (const line of written.split('\n')) trace.read(line);
        expect(trace.summary().lookups).toEqual({ 'files,dns': 1 });
        if (gap === 1 || gap > 2) expect(trace.orderOf('ok.test')).toBe('files,dns');
      }),
    );
  });

  it('says whether the next line is wanted', () => {
    const trace = createTrace();
    expect(trace.read('go package net: hostLookupOrder(2026/11/23 hello')).toBe(true);
    expect(trace.read('another line')).toBe(true);
    expect(trace.read('db) = cgo')).toBe(false);
    expect(trace.summary().lookups).toEqual({ cgo: 1 });
  });

  it('gives a torn line up after some lines, and keeps only a few', () => {
    const trace = createTrace();
    for (let i = 0; i < 1000; i++) trace.read('go package net: hostLookupOrder(x');
    let wanted = 0;
    while (trace.read('something else')) wanted++;
    expect(wanted).toBeLessThan(100);
  });
});

describe('a process that starts anew', () => {
  it('tells of its present run', () => {
    const got = readAll(
      [
        'go package net: using cgo DNS resolver',
        'go package net: hostLookupOrder(a) = cgo',
        'go package net: confVal.netCgo = false  netGo = false',
        'go package net: using the Go DNS resolver',
        'go package net: hostLookupOrder(a) = files,dns',
      ].join('\n'),
    );
    expect(got).toMatchObject({
      mode: 'go',
      cgoCapable: false,
      goVersion: { min: 24 },
      lookups: { cgo: 1, 'files,dns': 1 },
    });
  });
});

describe('what was asked for and is not done', () => {
  it.each([
    [
      '1.24 nocgo',
      [
        'confVal.netCgo = true  netGo = false',
        'ignoring GODEBUG=netdns=cgo as the binary was compiled without support for the cgo resolver',
      ],
    ],
    [
      '1.22 nocgo',
      ['confVal.netCgo = true  netGo = false', "cgo resolver not supported; using Go's DNS resolver"],
    ],
    [
      '1.24 bogus mode',
      ['GODEBUG=netdns contains an invalid dns mode, ignoring it', 'dynamic selection of DNS resolver'],
    ],
  ])('%s', (_, lines) => {
    expect(readAll(lines.map((text) => `go package net: ${text}`).join('\n')).contradiction).toBeTruthy();
  });

  it('is silent where all is as asked', () => {
    expect(
      readAll('go package net: confVal.netCgo = true  netGo = false\ngo package net: using cgo DNS resolver')
        .contradiction,
    ).toBeUndefined();
  });
});

test('random text never throws', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.constantFrom('go package net: ', 'hostLookupOrder(', ') = ', 'cgo', 'confVal.netCgo'),
        ),
      ),
      (parts) => {
        readAll(parts.join(''));
      },
    ),
  );
});
