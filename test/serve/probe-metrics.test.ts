import { describe, expect, it } from 'vitest';
import { createJournal } from '../../src/journal/journal.ts';
import { noteCheck, noteLookups, notePair } from '../../src/journal/probe-notes.ts';
import type { CheckResult, ProbeLookup, ServerRecord, TargetRecord } from '../../src/journal/probe-record.ts';
import { createMetrics } from '../../src/serve/metrics.ts';

const nothing = () => [];

function setUp() {
  const journal = createJournal(Date.now);
  const findings = () => {
    throw new Error('a scrape is to judge nothing anew: that is most of what it would cost');
  };
  const view = {
    journal,
    findings,
    lastFindings: nothing,
    past: nothing,
    apps: nothing,
    ready: () => true,
  };
  const registry = createMetrics(view);
  return { record: journal.probes, metrics: () => registry.metrics() };
}

function target(name: string, origin: TargetRecord['origin'] = 'configured'): TargetRecord {
  return { name, origin, models: new Map(), comparisons: [] };
}

function lookup(name: string, over: Partial<ProbeLookup> = {}): ProbeLookup {
  return {
    outcome: 'ok',
    error: '',
    durationMs: 1,
    addresses: [],
    queries: [],
    because: [],
    target: name,
    model: 'go-1.27',
    at: 0,
    asExpected: true,
    ...over,
  };
}

describe('the histogram of lookups', () => {
  it("has CoreDNS's buckets, and edges around the steps at which resolvers ask again", async () => {
    const { record, metrics } = setUp();
    noteLookups(record, target('a.test'), [lookup('a.test', { durationMs: 5_003 })], undefined);
    noteLookups(record, target('a.test'), [lookup('a.test', { durationMs: 0.25 })], undefined);
    noteLookups(record, target('a.test'), [lookup('a.test', { durationMs: 60_000 })], undefined);
    const buckets = [
      ...(await metrics()).matchAll(/probe_lookup_duration_seconds_bucket\{le="([^"]+)".*\} (\d+)/g),
    ];
    expect(buckets.map(([, le]) => le)).toEqual(
      '0.00025 0.0005 0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128 0.256 0.512 1.024 2.048 2.4 2.6 4.096 4.9 5.1 8.192 9.9 10.1 15.1 +Inf'.split(
        ' ',
      ),
    );
    const counts = Object.fromEntries(buckets.map(([, le, count]) => [le, count]));
    expect(counts).toMatchObject({ '0.00025': '1', 4.9: '1', 5.1: '2', 15.1: '2', '+Inf': '3' });
    expect(await metrics()).toContain(
      'netdns_probe_lookup_duration_seconds_sum{target="a.test",model="go-1.27"} 65.00325',
    );
    expect(await metrics()).toContain(
      'netdns_probe_lookup_duration_seconds_count{target="a.test",model="go-1.27"} 3',
    );
  });
});

describe('what is kept', () => {
  it('is the last twenty transcripts of failures, and ten lookups of a model', () => {
    const { record } = setUp();
    const one = target('a.test');
    for (let at = 0; at < 50; at++)
      noteLookups(record, one, [lookup('a.test', { at, outcome: 'timeout', asExpected: false })], undefined);
    expect(record.failing.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, nth) => 30 + nth));
    expect(one.models.get('go-1.27')?.lookups.map(({ at }) => at)).toEqual([
      40, 41, 42, 43, 44, 45, 46, 47, 48, 49,
    ]);
  });

  it('is a failure that another model does not have, although nobody expected the name', () => {
    const { record } = setUp();
    const lookups = [lookup('a.test', { outcome: 'not-found' }), lookup('a.test', { model: 'nslookup' })];
    noteLookups(record, target('a.test', 'log'), lookups, { at: 0, text: 'they differ' });
    expect(record.failing).toMatchObject([{ model: 'go-1.27' }]);
  });
});

describe('labels', () => {
  it('of nameservers and rcodes are capped', async () => {
    const { record, metrics } = setUp();
    for (let nth = 0; nth < 60; nth++) {
      const server: ServerRecord = { server: `10.0.0.${nth}:53`, position: 0, checks: [], pairs: [] };
      const result: CheckResult = {
        kind: 'reply',
        rcode: `RCODE${nth}`,
        tc: false,
        ra: true,
        aa: false,
        opt: false,
        answers: 0,
        addresses: [],
        order: 'no-cname',
        bytes: 12,
      };
      noteCheck(record, server, {
        at: 0,
        proto: 'udp',
        edns: false,
        type: 'A',
        name: '',
        durationMs: 1,
        result,
      });
      notePair(record, server, { at: 0, name: '', first: 'A', onePort: 'aaaa', twoPorts: 'none' });
    }
    const text = await metrics();
    const values = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, value]) => value));
    expect(values(/netdns_probe_queries_total\{server="([^"]+)"/g).size).toBe(17);
    expect(values(/netdns_probe_queries_total\{.*rcode="([^"]+)"/g).size).toBe(25);
    expect(text).toContain('netdns_probe_pairs_half_lost_total{server="other",lost="aaaa"} 44');
    expect(text).toContain('netdns_probe_pairs_half_lost_total{server="10.0.0.0:53",lost="a"} 0');
  });

  it('of the watcher are there only where something is probed', async () => {
    const { record, metrics } = setUp();
    expect(await metrics()).not.toContain('netdns_watcher_up{');
    record.intervalMs = 15_000;
    expect(await metrics()).toContain('netdns_watcher_up{watcher="probes"} 0');
    record.lastRound = Date.now();
    expect(await metrics()).toContain('netdns_watcher_up{watcher="probes"} 1');
  });
});
