import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PortHolder } from '../../../src/journal/kernel-record.ts';
import type { DialectFacts } from '../../../src/journal/probe-record.ts';
import {
  appWith,
  failedLookup,
  found,
  kernelWith,
  NOW,
  portKernel,
  portSamples,
  probesWith,
  processesWith,
  SERVER,
  short,
  times,
} from './seen.ts';

const POD = "this pod's network namespace";
const near = (used: readonly number[], more = {}) =>
  found('source-ports-near-exhaustion', { kernel: portKernel(used), ...more });
const exhausted = (used: readonly number[], more = {}) =>
  found('source-ports-exhausted', { kernel: portKernel(used), ...more });
const text = (evidence: readonly string[] = []) => evidence.join('\n');
/** From 100 ports on, by so many each two seconds. */
const rising = (step: number, count: number, from: number) =>
  Array.from({ length: count }, (_, index) => from + index * step);

describe('source-ports-near-exhaustion', () => {
  it('opens, is critical from 98 %, and closes', () => {
    expect(near(times(5, 790))).toEqual([]);
    expect(near([100, 900, 100])).toEqual([]);
    expect(near([900, 100, 100, 850])).toEqual([]);
    expect(short(near([100, 900, 850]))).toEqual([`warning ${POD}`]);
    expect(short(near([900, 985, 985]))).toEqual([`critical ${POD}`]);
    expect(short(near([900, 850, ...times(30, 770)]))).toEqual([`warning ${POD}`]);
    expect(near([900, 850, ...times(5, 740)])).toEqual([]);
    // None was left for a moment, and lookups that failed by it told of that: this is no sequel.
    expect(near([900, 1_000, ...times(3, 100)])).toEqual([]);
  });

  it('opens at half of that while they rise to their end within five minutes, and says when', () => {
    const [finding] = near(rising(24, 11, 200));
    expect(finding?.severity).toBe('warning');
    expect(finding?.title).toBe('440 of 1,000 source ports are taken (44 %), all of them in about 47 s');
    expect(text(finding?.evidence)).toContain('it grows by 12 a second: full in about 47 s');
    expect(near(rising(24, 8, 200))).toEqual([]);
    // A few a minute, and ports that rise and fall again.
    expect(near(Array.from({ length: 200 }, (_, index) => 400 + Math.floor(index / 20)))).toEqual([]);
    expect(near([...rising(24, 11, 200), ...times(12, 440)])).toEqual([]);
  });

  it('says who holds them, and what a lookup costs', () => {
    const kernel = portKernel(times(3, 900), {
      ports: { low: 40_000, high: 41_009, reserved: 10, usable: 1_000 },
      table: {
        at: NOW,
        tookMs: 3,
        sockets: 900,
        dns: 90,
        portsUsed: 900,
        holders: [
          { uid: 1_000, remotePort: 8_125, sockets: 810, process: 'web (pid 9)' },
          { uid: 65_532, remotePort: 53, sockets: 90 },
        ],
        dropping: [],
      },
      dns: { at: NOW, overMs: 10_000, fresh: 40, reused: 10 },
    });
    const [finding] = found('source-ports-near-exhaustion', {
      kernel,
      processes: processesWith({ libc: 'none' }),
    });
    expect(finding?.evidence).toEqual([
      '900 of 1,000 usable source ports are taken (90 %; range 40000 to 41009, 10 of them reserved), counted in the table of sockets 2026-11-23T10:00:00Z',
      '900 UDP sockets, 90 of them connected to port 53 (10 %), 2026-11-23T10:00:00Z: uid 1000 has 810 towards port 8125 (web (pid 9)); uid 65532 has 90 towards port 53',
      '40 fresh sockets to port 53 in 10.0 s, at least 4.0 a second; 25 % of them on a port that another had within 30 s, 2026-11-23T10:00:00Z',
      'source ports a lookup takes: Go’s resolver one a query, 2 a candidate name (A and AAAA); glibc and musl 1 a candidate name for both. For api.example.com, with ndots:5 and 3 search domains as in a pod: Go 8, glibc and musl 4',
      'the application has no libc mapped: it uses Go’s resolver, unless one is linked into it statically',
    ]);
    expect(finding?.fix).toMatch(/^Close what holds them: uid 1000 has 810 towards port 8125/);
    expect(finding?.fix).toContain('{name: net.ipv4.ip_local_port_range, value: "10000 65535"}');
  });

  describe('what to change', () => {
    const table = (dns: number, holders: readonly Omit<PortHolder, 'uid'>[], sockets = 1_200) => ({
      at: NOW,
      tookMs: 3,
      sockets,
      dns,
      holders: holders.map((holder) => ({ uid: 1_000, ...holder })),
      dropping: [],
    });
    const fix = (udp: Parameters<typeof portKernel>[1], more = {}, used = times(3, 900)) =>
      found('source-ports-near-exhaustion', { kernel: portKernel(used, udp), ...more })[0]?.fix;
    const FEWER = 'Fewer queries: ';

    it('is what holds the ports, and nothing of DNS where none of it is DNS', () => {
      const leak = fix({ table: table(0, [{ remotePort: 8_125, sockets: 400, process: 'web (pid 9)' }]) });
      expect(leak).toMatch(/^Close what holds them: uid 1000 has 400 towards port 8125 \(web \(pid 9\)\); /);
      expect(leak).toContain('Widen the range');
      expect(leak).not.toContain(FEWER);
    });

    it('is fewer queries where DNS holds them, or nothing tells who does', () => {
      for (const udp of [{}, { table: table(1_150, [{ remotePort: 53, sockets: 1_150 }]) }]) {
        expect(fix(udp)).toContain(FEWER);
        expect(fix(udp)).not.toContain('Close what holds them');
      }
    });

    it('is either where they are not connected, unless the application is known not to use musl', () => {
      const unconnected = { table: table(0, [{ remotePort: 0, sockets: 1_200 }]) };
      expect(fix(unconnected)).toMatch(/^Close what holds them: .* not connected;/);
      expect(fix(unconnected)).toContain(
        `If they are lookups of musl, whose sockets are not connected: fewer queries`,
      );
      expect(fix(unconnected, { processes: processesWith({ libc: 'musl' }) })).toContain('fewer queries');
      expect(fix(unconnected, { processes: processesWith({ libc: 'glibc' }) })).not.toMatch(/fewer queries/i);
    });

    it('is not told by a table of which most of them are gone, or not there yet', () => {
      const stale = fix({ table: table(0, [{ remotePort: 8_125, sockets: 100 }], 100) });
      expect(stale).not.toContain('Close what holds them');
      expect(stale).toContain(FEWER);
    });
  });

  it('foretells nothing of ports that are all taken, and calls no number of sockets none in two ways', () => {
    const kernel = portKernel([], {
      samples: portSamples(rising(40, 11, 600), 'estimate'),
      table: { at: NOW, tookMs: 3, sockets: 1_000, dns: 1_000, holders: [], dropping: [] },
      dns: { at: NOW, overMs: 10_000, fresh: 0, reused: 0 },
    });
    const [finding] = found('source-ports-near-exhaustion', { kernel });
    expect(finding?.title).toBe('1,000 of 1,000 source ports are taken (100 %)');
    expect(finding?.evidence.slice(1, 3)).toEqual([
      '1,000 UDP sockets, 1,000 of them connected to port 53 (100 %), 2026-11-23T10:00:00Z',
      'no fresh socket to port 53 in 10.0 s, 2026-11-23T10:00:00Z',
    ]);
  });

  it('counts a lookup’s ports by the resolv.conf there is, and names the resolver that is used', () => {
    const probes = probesWith([]);
    const go: DialectFacts = {
      dialect: 'go',
      nameservers: [SERVER],
      search: ['a.test.'],
      ndots: 1,
      timeout: 5,
      attempts: 2,
      options: [],
      remarks: [],
    };
    const state = { state: 'ok' as const, modified: NOW };
    probes.files = {
      root: '/',
      resolvConf: state,
      hosts: state,
      nsswitch: state,
      environment: {},
      dialects: [go],
      resolvConfSeen: NOW,
      formerNameservers: [],
    };
    const apps = [appWith([['go package net: hostLookupOrder(db) = files,dns', NOW]])];
    const [finding] = near(times(3, 900), { probes, apps });
    expect(text(finding?.evidence)).toContain(
      'ndots:1 and 1 search domain in this resolv.conf: Go 2, glibc and musl 1',
    );
    expect(text(finding?.evidence)).toContain('the application uses go (by its trace)');
  });

  it('says what is only an estimate', () => {
    const kernel = portKernel([], { samples: portSamples(times(3, 900), 'estimate') });
    const [finding] = found('source-ports-near-exhaustion', { kernel });
    expect(text(finding?.evidence)).toContain('carried on from the table by the number of sockets');
  });

  it('knows nothing where ports are not counted, have not been lately, or are none', () => {
    const { ports: _, ...udp } = portKernel(times(3, 900)).udp;
    expect(found('source-ports-near-exhaustion', { kernel: kernelWith({ udp }) })).toEqual([]);
    const uncounted = { samples: times(3, { at: NOW, inuse: 900, errors: {} }) };
    expect(found('source-ports-near-exhaustion', { kernel: portKernel([], uncounted) })).toEqual([]);
    expect(
      found('source-ports-near-exhaustion', { kernel: portKernel(times(3, 900)) }, { now: NOW + 61_000 }),
    ).toEqual([]);
    const none = { ports: { low: 1, high: 1, reserved: 1, usable: 0 } };
    expect(found('source-ports-near-exhaustion', { kernel: portKernel(times(3, 0), none) })).toEqual([]);
    expect(near(times(3, 900), { kernel: undefined })).toEqual([]);
  });

  it('opens at most once while ports wander about the threshold', () => {
    const wandering = fc.array(fc.integer({ min: 780, max: 820 }), { maxLength: 60 });
    fc.assert(
      fc.property(wandering, (used) => {
        const states = used.map((_, index) => near(used.slice(0, index + 1)).length > 0);
        expect(states.filter((state, index) => state && !states[index - 1]).length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });
});

const GO = 'lookup db on 10.96.0.10:53: dial udp 10.96.0.10:53: connect: resource temporarily unavailable';
const GO_TCP = 'lookup db on 10.96.0.10:53: dial tcp 10.96.0.10:53: connect: cannot assign requested address';
const GLIBC = 'lookup db: Temporary failure in name resolution';

describe('source-ports-exhausted', () => {
  it('opens where the kernel shows it, in place of the warning before, and closes', () => {
    expect(exhausted([999, 999, 999])).toEqual([]);
    const [finding] = exhausted([900, 1_000, 1_000]);
    expect(finding).toMatchObject({ severity: 'critical', subject: POD, since: '2026-11-23T09:59:58.000Z' });
    expect(finding?.title).toBe('No source port is left: 1,000 of 1,000 are taken');
    expect(text(finding?.evidence)).toContain('no lookup is known to have failed by it yet');
    expect(near([900, 1_000, 1_000])).toEqual([]);
    expect(exhausted([1_000, 1_000, ...times(30, 985)])).toHaveLength(1);
    expect(exhausted([1_000, 1_000, ...times(5, 10)])).toEqual([]);
  });

  it('takes an estimate for none, but where lookups fail by it', () => {
    const kernel = portKernel([], { samples: portSamples(times(3, 1_200), 'estimate') });
    expect(found('source-ports-exhausted', { kernel })).toEqual([]);
    expect(short(found('source-ports-near-exhaustion', { kernel }))).toEqual([`critical ${POD}`]);
    const [finding] = found('source-ports-exhausted', { kernel, apps: [appWith([[GO, NOW]])] });
    expect(finding?.title).toContain('1,000 of 1,000 are taken now');
  });

  it('is one finding for one cause: the log’s failures of that time are its evidence', () => {
    const apps = [
      appWith(times(3, [GO, NOW - 1_000] as const)),
      appWith([['lookup x: address already in use', NOW]], 'b.log'),
    ];
    const findings = exhausted([900, 1_000, 1_000], { apps });
    expect(short(findings)).toEqual([`critical ${POD}`]);
    expect(findings[0]?.evidence[0]).toContain(`3 × \`${GO}\``);
    expect(text(findings[0]?.evidence)).toContain('address already in use');
  });

  it('stands while the failures of that time count, when ports are free again', () => {
    const apps = [appWith([[GO, NOW - 58_000]])];
    const findings = exhausted([1_000, 1_000, ...times(28, 10)], { apps });
    expect(short(findings)).toEqual([`critical ${POD}`]);
    expect(findings[0]?.title).toBe('No source port was left for DNS queries; 10 of 1,000 are taken now');
    expect(text(findings[0]?.evidence)).toContain('the most were 1,000 of 1,000, 2026-11-23T09:59:02Z');
    const later = { now: NOW + 30_000, failureWindow: 60_000 };
    expect(
      found('source-ports-exhausted', { kernel: portKernel([1_000, ...times(28, 10)]), apps }, later),
    ).toEqual([]);
  });

  it('is opened by what both say, though no sample has met the last port', () => {
    expect(short(exhausted([850, 930, 900], { apps: [appWith([[GO, NOW]])] }))).toEqual([`critical ${POD}`]);
  });

  it('is the application’s where the kernel shows nothing of it', () => {
    const apps = [appWith([[GO, NOW]])];
    expect(short(exhausted(times(30, 10), { apps }))).toEqual(['critical app.log']);
    expect(short(found('source-ports-exhausted', { apps }))).toEqual(['critical app.log']);
    expect(
      short(exhausted([...times(20, 10), 1_000, 1_000], { apps: [appWith([[GO, NOW - 30_000]])] })),
    ).toEqual([`critical ${POD}`, 'critical app.log']);
  });

  it('takes no failure for its own that came between two times of it', () => {
    const between = [...times(3, 1_000), ...times(30, 10), ...times(3, 1_000)];
    const apps = [appWith([[GO, NOW - 36_000]])];
    expect(short(exhausted(between, { apps }))).toEqual([`critical ${POD}`, 'critical app.log']);
  });

  it('leaves TCP to the log, whose ports no number of UDP sockets shows', () => {
    const apps = [appWith([[GO_TCP, NOW]])];
    expect(short(exhausted(times(3, 1_000), { apps }))).toEqual([`critical ${POD}`, 'critical app.log']);
  });

  it('is not of applications in another network namespace', () => {
    const apps = [appWith([[GO, NOW]])];
    const elsewhere = { apps, processes: processesWith({ sameNetwork: false }) };
    expect(short(exhausted(times(3, 1_000), elsewhere))).toEqual([`critical ${POD}`, 'critical app.log']);
    const agent = { ...portKernel(times(3, 1_000)), isNode: true };
    expect(short(found('source-ports-exhausted', { kernel: agent, apps }))).toEqual([
      "critical the node's network namespace",
      'critical app.log',
    ]);
    const host = { apps, processes: processesWith({ sameNetwork: true }) };
    expect(short(found('source-ports-exhausted', { kernel: agent, ...host }))).toEqual([
      "critical the node's network namespace",
    ]);
  });

  it('has what glibc hides, and our own probes, as evidence', () => {
    const probes = probesWith([]);
    probes.failing.push(
      failedLookup(NOW - 500, { error: 'Address in use', model: 'musl-1.2.5', outcome: 'system' }),
    );
    const apps = [appWith([[GLIBC, NOW]])];
    const [finding] = exhausted([900, 1_000, 1_000], { apps, probes });
    expect(text(finding?.evidence)).toContain(
      `1 × \`${GLIBC}\`, last 2026-11-23T10:00:00Z (glibc says so of this too, at once)`,
    );
    expect(text(finding?.evidence)).toContain(
      '1 probe of this sidecar found no port either, last 2026-11-23T09:59:59Z: musl-1.2.5 of api.test: `Address in use`',
    );
    expect(exhausted(times(3, 10), { apps, probes })).toEqual([]);
  });
});
