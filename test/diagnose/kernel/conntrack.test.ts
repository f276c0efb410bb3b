import { describe, expect, it } from 'vitest';
import {
  appWith,
  conntrackKernel,
  failedLookup,
  found,
  kernelWith,
  NODE_URL,
  NOW,
  POD_STAT,
  probesWith,
  SERVER,
  short,
  timed,
  times,
} from './seen.ts';

const NODE = `the node (${NODE_URL})`;
const POD = "this pod's network namespace";
const text = (evidence: readonly string[] = []) => evidence.join('\n');

describe('conntrack-near-full', () => {
  const near = (entries: readonly (number | undefined)[], limit: number | undefined = 1_000) =>
    found('conntrack-near-full', {
      kernel: conntrackKernel(
        entries.map((each) => ({
          ...(each !== undefined && { entries: each }),
          ...(limit !== undefined && { limit }),
        })),
      ),
    });

  it('opens, is critical from 95 %, and closes', () => {
    expect(near([700, 790, 799])).toEqual([]);
    expect(short(near([700, 800, 810]))).toEqual([`warning ${NODE}`]);
    expect(short(near([900, 950, 960]))).toEqual([`critical ${NODE}`]);
    expect(short(near([950, 960, ...times(4, 920)]))).toEqual([`critical ${NODE}`]);
    expect(short(near([950, 960, ...times(5, 920)]))).toEqual([`warning ${NODE}`]);
    expect(near([950, 960, ...times(5, 740)])).toEqual([]);
  });

  it('says how full, whose, and when it will be full', () => {
    const rising = Array.from({ length: 11 }, (_, index) => ({ entries: 700 + index * 20, limit: 1_000 }));
    const kernel = conntrackKernel(rising, {
      settings: { buckets: 250, udpTimeout: 30, udpTimeoutStream: 120 },
      dns: { at: NOW, replied: 100, unreplied: 400 },
    });
    const [finding] = found('conntrack-near-full', { kernel });
    expect(finding?.title).toContain('90 % full: 900 of 1,000 entries');
    expect(finding?.evidence).toEqual([
      '900 of 1,000 entries (90 %), 2026-11-23T10:00:00Z; it grows by 10 a second: full in about 10 s',
      `whose: the node’s, from ${NODE_URL}`,
      '500 flows of UDP to port 53 (55 % of all entries), 400 of them UNREPLIED (80 %), 2026-11-23T10:00:00Z',
      'nf_conntrack_udp_timeout 30 s, nf_conntrack_udp_timeout_stream 120 s, nf_conntrack_buckets 250 (4.0 entries a bucket when full)',
    ]);
    expect(finding?.since).toBe('2026-11-23T09:59:50.000Z');
  });

  it('holds the pod’s own entries against the machine’s limit, and says so', () => {
    const kernel = conntrackKernel(times(3, { entries: 900, limit: 1_000 }), { scope: 'pod' });
    const [finding] = found('conntrack-near-full', { kernel });
    expect(finding?.subject).toBe(POD);
    expect(text(finding?.evidence)).toContain('one for the machine');
    expect(text(finding?.evidence)).toContain(
      `this pod’s own network namespace, from ${POD_STAT}; it says nothing of the node’s`,
    );
  });

  it('knows no ratio without both numbers, or where there is no limit', () => {
    expect(near([900, 900, 900], 0)).toEqual([]);
    expect(near(times(3, undefined))).toEqual([]);
    expect(found('conntrack-near-full', { kernel: conntrackKernel(times(3, { entries: 900 })) })).toEqual([]);
    expect(found('conntrack-near-full', { kernel: kernelWith() })).toEqual([]);
    expect(found('conntrack-near-full', {})).toEqual([]);
  });

  it('judges by no number that is older than a minute', () => {
    const kernel = conntrackKernel(times(3, { entries: 900, limit: 1_000 }));
    expect(found('conntrack-near-full', { kernel }, { now: NOW + 59_000 })).toHaveLength(1);
    expect(found('conntrack-near-full', { kernel }, { now: NOW + 61_000 })).toEqual([]);
  });

  it('counts hostNetwork’s own namespace once, as the node’s', () => {
    const samples = timed(times(3, { entries: 900, limit: 1_000 }));
    const pod = { scope: 'pod' as const, from: POD_STAT, samples };
    const node = { scope: 'node' as const, from: NODE_URL, samples };
    const conntrack = (...records: (typeof pod | typeof node)[]) =>
      new Map(records.map((record) => [record.scope, record]));
    const of = (...records: (typeof pod | typeof node)[]) =>
      short(
        found('conntrack-near-full', {
          kernel: kernelWith({ isNode: true, conntrack: conntrack(...records) }),
        }),
      );
    expect(of(pod)).toEqual([`warning the node (${POD_STAT})`]);
    expect(of(pod, node)).toEqual([`warning ${NODE}`]);
  });
});

/** Counters that stand at these values, and a table that is full. */
const counters = (values: readonly object[]) =>
  values.map((each) => ({
    entries: 200,
    limit: 200,
    counters: { insert_failed: 0, drop: 0, early_drop: 0, ...each },
  }));

describe('conntrack-dropping', () => {
  const dropping = (values: readonly object[], more = {}, by = {}) =>
    found('conntrack-dropping', { kernel: conntrackKernel(counters(values)), ...more }, by);

  it('opens by one packet, says how many, and closes when none is dropped for long enough', () => {
    expect(dropping(times(5, { drop: 298 }))).toEqual([]);
    const [finding] = dropping([{}, { drop: 290, early_drop: 2 }, { drop: 298, early_drop: 2 }]);
    expect(finding).toMatchObject({ severity: 'warning', subject: NODE, since: '2026-11-23T09:59:58.000Z' });
    expect(finding?.evidence.slice(0, 2)).toEqual([
      'packets dropped for want of an entry (drop less insert_failed): grew by 298, from 2026-11-23T09:59:58Z to 2026-11-23T10:00:00Z',
      'flows thrown out before their time to make room (early_drop): grew by 2, 2026-11-23T09:59:58Z',
    ]);
    expect(text(finding?.evidence)).toContain('200 of 200 entries (100 %), 2026-11-23T10:00:00Z');
    expect(dropping([{}, { drop: 1 }], {}, { now: NOW + 300_000 })).toHaveLength(1);
    expect(dropping([{}, { drop: 1 }], {}, { now: NOW + 301_000 })).toEqual([]);
  });

  it('leaves races that were lost, which count as drop too, to conntrack-insert-failed', () => {
    expect(dropping([{}, { drop: 3, insert_failed: 3 }])).toEqual([]);
    expect(dropping([{}, { drop: 5, insert_failed: 3 }])[0]?.title).toContain('2 packets');
  });

  it('is opened by flows that were thrown out alone', () => {
    expect(dropping([{}, { early_drop: 1 }])).toHaveLength(1);
  });

  it('is not opened by counters that are missing, or begin anew', () => {
    const missing = (values: readonly object[]) =>
      found('conntrack-dropping', { kernel: conntrackKernel(values.map((each) => ({ counters: each }))) });
    expect(missing([{}, { drop: 5, insert_failed: 0 }])).toEqual([]);
    expect(missing([{ drop: 0 }, { drop: 5 }])).toEqual([]);
    expect(dropping([{ drop: 50 }, {}, {}])).toEqual([]);
    expect(dropping([{ insert_failed: 9 }, { drop: 4 }])).toEqual([]);
  });

  describe('held against lookups of the same seconds', () => {
    const dropped = [...times(20, {}), { drop: 7 }, { drop: 9 }, ...times(20, { drop: 9 })];
    /** Between these two looks the counter grew first. */
    const during = NOW - 41_000;
    const answered = [NOW - 75_000, NOW - 60_000, NOW - 15_000].map((at) => [at, true] as const);

    it('is critical while probe queries had no reply, and names them', () => {
      const probes = probesWith([...answered, [during, false], [during + 500, false]]);
      const [finding] = dropping(dropped, { probes });
      expect(finding?.severity).toBe('critical');
      expect(text(finding?.evidence)).toContain(
        'in the same seconds: 2 probe queries without a reply (A of api.test to 10.96.0.10:53 at 09:59:19.000Z, A of api.test to 10.96.0.10:53 at 09:59:19.500Z)',
      );
    });

    it('takes the time each query of a lookup was sent, and each lookup once', () => {
      const probes = probesWith(answered);
      const lookup = failedLookup(during);
      probes.failing.push(lookup);
      probes.targets.set('api.test', {
        name: 'api.test',
        origin: 'configured',
        comparisons: [],
        models: new Map([['go-1.24', { model: 'go-1.24', lookups: [lookup] }]]),
      });
      const [finding] = dropping(dropped, { probes });
      expect(finding?.severity).toBe('critical');
      expect(text(finding?.evidence)).toContain('1 probe query without a reply');
      probes.failing = [failedLookup(during - 30_000)];
      probes.targets.clear();
      expect(dropping(dropped, { probes })[0]?.severity).toBe('warning');
    });

    it('is critical while lookups of the log ended without an answer, until ten seconds later', () => {
      const line = 'lookup api.test: Try again';
      const at = (...when: number[]) => ({ apps: [appWith(when.map((each) => [line, each] as const))] });
      const [finding] = dropping(dropped, at(during + 5_000, during + 9_000));
      expect(finding?.severity).toBe('critical');
      expect(text(finding?.evidence)).toContain(
        'in the same seconds: 2 lookups of the log that ended without an answer',
      );
      const [other] = dropping(dropped, at(NOW));
      expect(other?.severity).toBe('warning');
      expect(text(other?.evidence)).toContain(
        'no lookup is known to have failed in the same seconds (no probe query is known of them, none in the log)',
      );
    });

    it('stays critical however long packets are dropped', () => {
      const all = Array.from({ length: 300 }, (_, index) => ({ drop: index * 20 }));
      const failures = Array.from({ length: 600 }, (_, index) => NOW - index * 1_000);
      const apps = [appWith(failures.map((at) => ['lookup api.test: Try again', at] as const))];
      for (const failureWindow of [5_000, 60_000, 300_000])
        expect(dropping(all, { apps }, { failureWindow })[0]?.severity).toBe('critical');
    });

    it('does not blame it for a server that is silent all the time, nor for failures that come all the time', () => {
      const silent = [...answered.map(([at]) => [at, false] as const), [during, false] as const];
      const [finding] = dropping(dropped, { probes: probesWith(silent) });
      expect(finding?.severity).toBe('warning');
      expect(text(finding?.evidence)).toContain('1 probe query without a reply');
      expect(text(finding?.evidence)).toContain('at other times too');
      const many = [...times(20, {}), { drop: 500 }, { drop: 900 }, ...times(20, { drop: 900 })];
      const lines = Array.from(
        { length: 80 },
        (_, index) => ['lookup a: Try again', NOW - index * 1_000] as const,
      );
      expect(dropping(many, { apps: [appWith(lines)] })[0]?.severity).toBe('warning');
    });

    it('does not blame it for more than it has dropped', () => {
      const lines = times(200, ['lookup a: Try again', during + 6_000] as const);
      expect(dropping(dropped, { apps: [appWith(lines)] })[0]?.severity).toBe('warning');
    });

    it('nor for more queries than that, and a query the kernel refused is none that was lost', () => {
      const probes = (count: number) => probesWith([...answered, ...times(count, [during, false] as const)]);
      expect(dropping(dropped, { probes: probes(9) })[0]?.severity).toBe('critical');
      expect(dropping(dropped, { probes: probes(10) })[0]?.severity).toBe('warning');
      const refused = probesWith(answered);
      const [query] = failedLookup(during).queries;
      if (query) {
        const queries = [{ ...query, unanswered: { untilMs: 10_000, errno: 'ECONNREFUSED' } }];
        refused.failing.push(failedLookup(during, { queries }));
      }
      expect(text(dropping(dropped, { probes: refused })[0]?.evidence)).toContain('no probe query is known');
    });

    it('counts the second query of a lookup when it was sent, and half a pair', () => {
      const probes = probesWith(answered);
      const [query] = failedLookup(during).queries;
      const late = failedLookup(during - 5_000, { queries: query ? [{ ...query, atMs: 5_000 }] : [] });
      probes.failing.push(late);
      expect(text(dropping(dropped, { probes })[0]?.evidence)).toContain('1 probe query without a reply');
      probes.failing = [];
      probes.servers.get(SERVER)?.pairs.push({
        at: during,
        name: 'api.test',
        onePort: 'aaaa',
        twoPorts: 'none',
        first: 'A',
      });
      const [finding] = dropping(dropped, { probes });
      expect(finding?.severity).toBe('critical');
      expect(text(finding?.evidence)).toContain('1 probe query without a reply (AAAA of api.test to');
    });

    it('says that none failed, or that nothing would have shown it', () => {
      const [well] = dropping(dropped, { probes: probesWith([...answered, [during, true]]) });
      expect(text(well?.evidence)).toContain(
        'no lookup is known to have failed in the same seconds (1 probe query answered)',
      );
      const [blind] = dropping(dropped);
      expect(text(blind?.evidence)).toContain('whether a lookup failed by it is not known');
    });

    it('knows no same seconds of two looks that are far apart', () => {
      const kernel = conntrackKernel(counters([{}, { drop: 9 }]), {}, 120_000);
      const probes = probesWith([[NOW - 60_000, false]]);
      const [finding] = found('conntrack-dropping', { kernel, probes });
      expect(finding?.severity).toBe('warning');
      expect(text(finding?.evidence)).toContain('too far apart');
    });
  });
});

describe('conntrack-insert-failed', () => {
  const insertFailed = (values: readonly object[], more = {}) =>
    found('conntrack-insert-failed', { kernel: conntrackKernel(counters(values)), ...more });

  it('opens where a packet was lost, and says what was repaired', () => {
    const [finding] = insertFailed([
      { clash_resolved: 1 },
      { clash_resolved: 60, insert_failed: 3, drop: 3 },
    ]);
    expect(finding).toMatchObject({ severity: 'warning', subject: NODE });
    expect(finding?.title).toContain('lost 3 packets');
    expect(text(finding?.evidence)).toContain('insert_failed: grew by 3');
    expect(text(finding?.evidence)).toMatch(/repaired, nothing lost \(clash_resolved\): grew by 59/);
  });

  it('is not opened by races that were repaired', () => {
    expect(insertFailed([{ clash_resolved: 0 }, { clash_resolved: 59 }])).toEqual([]);
  });

  it('quotes SYNs that were sent again', () => {
    const kernel = conntrackKernel(counters([{}, { insert_failed: 1, drop: 1 }]));
    kernel.tcpSynRetransmits = 12;
    const [finding] = found('conntrack-insert-failed', { kernel });
    expect(text(finding?.evidence)).toContain(`TCP SYNs sent again in ${POD} since it is there: 12`);
  });

  it('is info where an old kernel may have repaired them, and a warning while lookups fail', () => {
    const old = [{}, { insert_failed: 4 }];
    const [finding] = insertFailed(old);
    expect(finding?.severity).toBe('info');
    expect(text(finding?.evidence)).toContain('before Linux 5.10');
    expect(insertFailed(old, { probes: probesWith([[NOW - 1_000, false]]) })[0]?.severity).toBe('warning');
    expect(insertFailed([{}, { insert_failed: 4, drop: 1 }])[0]?.severity).toBe('warning');
  });

  it('is critical while queries had no reply in the same seconds', () => {
    const probes = probesWith([
      [NOW - 30_000, true],
      [NOW - 1_000, false],
    ]);
    expect(insertFailed([...times(20, {}), { insert_failed: 1, drop: 1 }], { probes })[0]?.severity).toBe(
      'critical',
    );
  });
});

describe('conntrack-not-observable', () => {
  const observable = (part: Parameters<typeof kernelWith>[0]) =>
    found('conntrack-not-observable', { kernel: kernelWith(part) });
  const pod = { scope: 'pod' as const, from: POD_STAT, samples: timed([{ entries: 0, limit: 262_144 }]) };
  const node = { scope: 'node' as const, from: NODE_URL, samples: timed([{ entries: 15, limit: 262_144 }]) };

  it('says that a zero of the pod is no health, and how to see the node', () => {
    const [finding] = observable({ conntrack: new Map([['pod', pod]]) });
    expect(finding).toMatchObject({ severity: 'info', subject: POD });
    expect(text(finding?.evidence)).toContain('0 entries in this namespace');
    expect(text(finding?.evidence)).toContain('0 is neither');
    expect(finding?.fix).toContain('node: {metricsUrl: "http://$(HOST_IP):9100/metrics"}');
    expect(finding?.fix).toContain('fieldRef: {fieldPath: status.hostIP}');
    expect(finding?.fix).toContain('hostPath: {path: /proc}');
  });

  it('says why the node was not seen', () => {
    const look = {
      watcher: 'node' as const,
      state: 'failed' as const,
      reason: 'unreachable' as const,
      why: `${NODE_URL}: connection refused`,
    };
    const [finding] = observable({ conntrack: new Map([['pod', pod]]), looks: new Map([['node', look]]) });
    expect(text(finding?.evidence)).toContain(`the node: ${NODE_URL}: connection refused`);
  });

  it('closes with the first number of the node, and opens when they cease to come', () => {
    const kernel = kernelWith({ conntrack: new Map([['node', node]]) });
    expect(found('conntrack-not-observable', { kernel })).toEqual([]);
    expect(found('conntrack-not-observable', { kernel }, { now: NOW + 61_000 })).toHaveLength(1);
    const silent = { ...node, samples: timed([{ limit: 262_144 }]) };
    expect(observable({ conntrack: new Map([['node', silent]]) })).toHaveLength(1);
  });

  it('is none on the node itself, nor before the kernel was looked at', () => {
    expect(observable({ isNode: true, conntrack: new Map([['pod', pod]]) })).toEqual([]);
    const { lastSample: _, ...unseen } = kernelWith();
    expect(found('conntrack-not-observable', { kernel: unseen })).toEqual([]);
    expect(found('conntrack-not-observable', {})).toEqual([]);
  });
});
