/** What a scrape and GET /kernel say of the kernel: whose each number is, and nothing of what was not seen. */
import { describe, expect, it } from 'vitest';
import { type AppFacts, appFacts } from '../../src/diagnose/app-facts.ts';
import { createJournal, type Journal } from '../../src/journal/journal.ts';
import type { ConntrackSample, Scope, UdpSample } from '../../src/journal/kernel-record.ts';
import type { BlockedReason, Look, Watcher } from '../../src/journal/looks.ts';
import type { ProcessRecord } from '../../src/journal/process-record.ts';
import { kernelDocument } from '../../src/serve/kernel-document.ts';
import { createMetrics } from '../../src/serve/metrics.ts';
import { understand } from '../../src/watch/logs/understand.ts';
import { binary, pureGo } from '../diagnose/program/program.ts';

const nothing = () => [];
const AGO = 1_000;

function setUp(apps: (journal: Journal) => AppFacts[] = nothing) {
  const journal = createJournal(Date.now);
  const registry = createMetrics({
    journal,
    findings: nothing,
    lastFindings: nothing,
    past: nothing,
    apps: () => apps(journal),
    ready: () => true,
  });
  /** The lines of the metrics whose names begin so. */
  async function lines(name: string): Promise<string[]> {
    const text = await registry.metrics();
    return text.split('\n').filter((line) => line.startsWith(`netdns_${name}`));
  }
  return { journal, kernel: journal.kernel, processes: journal.processes, lines };
}

/** A kernel that is sampled every two seconds, last a second ago. */
function watched() {
  const all = setUp();
  all.kernel.intervalMs = 2_000;
  all.kernel.lastSample = Date.now() - AGO;
  return all;
}

function udpSample(over: Partial<UdpSample> = {}): UdpSample {
  return { at: Date.now() - AGO, inuse: 12, errors: {}, ...over };
}

function track(journal: Journal, scope: Scope, over: Partial<ConntrackSample>): void {
  const sample = { at: Date.now() - AGO, ...over };
  journal.kernel.conntrack.set(scope, { scope, from: `the ${scope}`, samples: [sample] });
}

function look(journal: Journal, watcher: Watcher, reason?: BlockedReason): void {
  const seen: Look = reason
    ? { watcher, state: 'denied', reason, why: `${watcher}: ${reason}` }
    : { watcher, state: 'ok' };
  journal.kernel.looks.set(watcher, seen);
}

const APP: ProcessRecord = { pid: 7, startTicks: 100, comm: 'server', uid: 65_532, gid: 65_532 };

describe('what was not seen', () => {
  it('has no series, and is null in the document', async () => {
    const { journal, lines } = setUp();
    for (const name of ['udp_', 'conntrack_', 'watcher_', 'app_info']) expect(await lines(name)).toEqual([]);
    expect(kernelDocument(journal)).toMatchObject({
      namespace: null,
      lastSample: null,
      ports: { range: null, used: null },
      udp: { last: null, table: null, receiveDrops: null, newDnsSockets: null },
      conntrack: [],
      process: { app: null },
    });
  });

  it('is absent again when it was long ago', async () => {
    const { journal, kernel, lines } = watched();
    const at = Date.now() - 61_000;
    kernel.lastSample = at;
    kernel.udp.ports = { low: 1, high: 10, reserved: 0, usable: 10 };
    kernel.udp.samples = [udpSample({ at, portsUsed: 5, errors: { in: 1 } })];
    kernel.udp.table = { at, tookMs: 1, sockets: 5, dns: 1, portsUsed: 5, holders: [], dropping: [] };
    track(journal, 'node', { at, entries: 9, limit: 10, counters: { drop: 1 } });
    for (const record of kernel.conntrack.values()) record.dns = { at, replied: 1, unreplied: 2 };
    expect(await lines('udp_sockets')).toEqual([]);
    expect(await lines('udp_source_ports_used')).toEqual([]);
    expect(await lines('udp_errors')).toEqual([]);
    expect(await lines('conntrack_')).toEqual([]);
  });
});

describe('UDP', () => {
  it('has no sockets of a table that cannot be read any more', async () => {
    const { journal, kernel, lines } = watched();
    kernel.udp.table = {
      ...{ at: Date.now() - 600_000, tookMs: 6_000, sockets: 100_000, dns: 0, portsUsed: 50_000 },
      ...{ holders: [], dropping: [] },
    };
    look(journal, 'udp');
    expect(await lines('udp_sockets')).toHaveLength(2);
    look(journal, 'udp', 'too-large');
    expect(await lines('udp_sockets')).toEqual([]);
  });

  it('has the sockets of the last table, those connected to port 53 apart', async () => {
    const { kernel, lines } = watched();
    kernel.udp.table = {
      ...{ at: Date.now() - 60_000, tookMs: 3, sockets: 40, dns: 31, portsUsed: 38 },
      ...{ holders: [], dropping: [] },
    };
    kernel.udp.receiveDrops = 4;
    expect(await lines('udp_sockets')).toEqual([
      'netdns_udp_sockets{use="dns"} 31',
      'netdns_udp_sockets{use="other"} 9',
    ]);
    expect(await lines('udp_receive_drops_total')).toEqual(['netdns_udp_receive_drops_total 4']);
  });

  it('has the ports, and their ratio only where some are usable', async () => {
    const { kernel, lines } = watched();
    kernel.udp.samples = [udpSample({ portsUsed: 3 })];
    expect(await lines('udp_source_ports')).toEqual(['netdns_udp_source_ports_used 3']);
    kernel.udp.ports = { low: 40_000, high: 40_009, reserved: 4, usable: 6 };
    expect(await lines('udp_source_ports')).toEqual([
      'netdns_udp_source_ports_used 3',
      'netdns_udp_source_ports_limit 6',
      'netdns_udp_source_ports_used_ratio 0.5',
    ]);
    kernel.udp.ports = { low: 40_000, high: 40_009, reserved: 10, usable: 0 };
    expect(await lines('udp_source_ports_used_ratio')).toEqual([]);
  });

  it('has only the error counters that the kernel has', async () => {
    const { kernel, lines } = watched();
    kernel.udp.samples = [udpSample({ errors: { in: 7, rcvbuf: 5, noports: 0 } })];
    expect(await lines('udp_errors_total')).toEqual([
      'netdns_udp_errors_total{kind="in"} 7',
      'netdns_udp_errors_total{kind="rcvbuf"} 5',
      'netdns_udp_errors_total{kind="noports"} 0',
    ]);
  });
});

describe('connection tracking', () => {
  it("keeps the pod's numbers and the node's apart", async () => {
    const { journal, kernel, lines } = watched();
    kernel.isNode = false;
    track(journal, 'pod', { entries: 0, limit: 262_144, counters: { drop: 0 } });
    track(journal, 'node', { entries: 9_000, counters: { drop: 298, early_drop: 2 } });
    expect(await lines('conntrack_entries{')).toEqual([
      'netdns_conntrack_entries{scope="pod"} 0',
      'netdns_conntrack_entries{scope="node"} 9000',
    ]);
    expect(await lines('conntrack_entries_limit')).toEqual([
      'netdns_conntrack_entries_limit{scope="pod"} 262144',
    ]);
    expect(await lines('conntrack_events_total')).toEqual([
      'netdns_conntrack_events_total{scope="pod",event="drop"} 0',
      'netdns_conntrack_events_total{scope="node",event="drop"} 298',
      'netdns_conntrack_events_total{scope="node",event="early_drop"} 2',
    ]);
  });

  it("calls our own namespace the node's where it is, and counts it once", async () => {
    const { journal, kernel, lines } = watched();
    kernel.isNode = true;
    track(journal, 'pod', { entries: 15 });
    expect(await lines('conntrack_entries{')).toEqual(['netdns_conntrack_entries{scope="node"} 15']);
    track(journal, 'node', { entries: 16 });
    expect(await lines('conntrack_entries{')).toEqual(['netdns_conntrack_entries{scope="node"} 16']);
  });

  it('has the DNS flows where the table may be read', async () => {
    const { journal, kernel, lines } = watched();
    track(journal, 'pod', { entries: 3 });
    const pod = kernel.conntrack.get('pod');
    if (pod) pod.dns = { at: Date.now(), replied: 2, unreplied: 1 };
    expect(await lines('conntrack_dns_entries')).toEqual([
      'netdns_conntrack_dns_entries{scope="pod",state="replied"} 2',
      'netdns_conntrack_dns_entries{scope="pod",state="unreplied"} 1',
    ]);
  });
});

describe('watchers', () => {
  it('of the kernel is up while samples come', async () => {
    const { kernel, lines } = watched();
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="kernel"} 1']);
    kernel.lastSample = Date.now() - 7_000;
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="kernel"} 0']);
    delete kernel.lastSample;
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="kernel"} 0']);
  });

  it('of the process is up while all of it can be read', async () => {
    const { journal, lines, processes } = setUp();
    look(journal, 'process', 'no-shared-namespace');
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="process"} 0']);
    processes.app = APP;
    look(journal, 'process');
    look(journal, 'exe');
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="process"} 1']);
    look(journal, 'environ', 'gid');
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="process"} 0']);
  });

  it('of the node is up while numbers come, though one look failed', async () => {
    const { journal, lines } = setUp();
    look(journal, 'node', 'unreachable');
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="node"} 0']);
    track(journal, 'node', { entries: 1 });
    expect(await lines('watcher_up')).toEqual(['netdns_watcher_up{watcher="node"} 1']);
  });

  it('say what they cannot see, and why', async () => {
    const { journal, lines } = setUp();
    look(journal, 'sockstat');
    look(journal, 'conntrack-table', 'mode');
    look(journal, 'environ', 'gid');
    expect(await lines('watcher_blocked_info')).toEqual([
      'netdns_watcher_blocked_info{watcher="conntrack-table",reason="mode"} 1',
      'netdns_watcher_blocked_info{watcher="environ",reason="gid"} 1',
    ]);
  });
});

describe('the libc of app_info', () => {
  const facts = (journal: Journal) =>
    journal.apps().map((app) => appFacts(app, { now: Date.now(), failureWindow: 60_000 }));
  const labels = (libc: string, cgo = 'unknown') =>
    `netdns_app_info{go_version="unknown",libc="${libc}",linkage="unknown",cgo="${cgo}"} 1`;

  it('is the one its process has mapped, with one log or none', async () => {
    const { journal, lines, processes } = setUp(facts);
    processes.app = { ...APP, libc: 'musl' };
    expect(await lines('app_info')).toEqual([labels('musl')]);
    journal.app('a', 'a.log');
    expect(await lines('app_info')).toEqual([labels('musl')]);
    journal.app('b', 'b.log');
    expect(await lines('app_info')).toEqual([labels('unknown')]);
  });

  it('is what errors tell, where they do', async () => {
    const { journal, lines, processes } = setUp(facts);
    processes.app = { ...APP, libc: 'musl' };
    understand(
      journal.app('a', 'a.log'),
      'dial tcp: lookup db.prod: Temporary failure in name resolution',
      Date.now(),
    );
    expect(await lines('app_info')).toEqual([expect.stringContaining('libc="glibc"')]);
  });
});

describe('what the binary of the process shows', () => {
  const facts = (journal: Journal) =>
    journal.apps().map((app) => appFacts(app, { now: Date.now(), failureWindow: 60_000 }));
  const text = (of: string) => ({ state: 'ok', text: of, modified: 0 }) as const;
  const files = {
    resolvConf: text('nameserver 10.0.0.1'),
    hosts: text(''),
    nsswitch: text('hosts: files dns'),
  };

  it.each([
    [
      'no cgo',
      { binary: pureGo() },
      '1.24.4", libc="none", linkage="static", cgo="false',
      'go", source="binary',
    ],
    [
      'a tag',
      { binary: binary({}, { '-tags': 'netcgo' }), libc: 'musl' },
      '1.24.4", libc="musl", linkage="dynamic", cgo="true',
      'cgo-musl", source="binary',
    ],
    [
      'the choice of Go by its files',
      { binary: binary(), libc: 'glibc', environment: {}, files },
      '1.24.4", libc="glibc", linkage="dynamic", cgo="true',
      'go", source="prediction',
    ],
    [
      'files that leave it to libc',
      { binary: binary(), libc: 'glibc', environment: {}, files: { ...files, nsswitch: text('hosts: sss') } },
      '1.24.4", libc="glibc", linkage="dynamic", cgo="true',
      'cgo-glibc", source="prediction',
    ],
    [
      'files that are not seen',
      { binary: binary() },
      '1.24.4", libc="unknown", linkage="dynamic", cgo="true',
      null,
    ],
    [
      'a hostile version',
      {
        binary: {
          ...pureGo(),
          build: { goVersion: `go1.21"} 1\n${'x'.repeat(9_999)}`, deps: [], settings: new Map() },
        },
      },
      '1.21", libc="none", linkage="static", cgo="false',
      'go", source="binary',
    ],
  ] as const)('%s', async (_, app, info, resolver) => {
    const { lines, processes } = setUp(facts);
    processes.app = { ...APP, ...app };
    expect(await lines('app_info')).toEqual([
      `netdns_app_info{go_version="${info.replaceAll(', ', ',')}"} 1`,
    ]);
    const told = resolver && `netdns_app_resolver_info{resolver="${resolver.replace(', ', ',')}"} 1`;
    expect(await lines('app_resolver_info')).toEqual(told === null ? [] : [told]);
  });

  it('is in /kernel, without its symbols', () => {
    const { journal } = setUp();
    journal.processes.app = { ...APP, binary: binary({}, { DefaultGODEBUG: 'netdns=go' }) };
    const { process } = kernelDocument(journal);
    expect(process.app).toMatchObject({
      binary: {
        goVersion: 'go1.24.4',
        cgoEnabled: true,
        cgoResolver: 'present',
        defaultGodebug: 'netdns=go',
      },
      image: null,
    });
    expect(process.app?.binary).not.toHaveProperty('imports');
  });
});

describe('GET /kernel', () => {
  it('says whose each number is, and when', () => {
    const { journal, kernel } = watched();
    const at = Date.UTC(2026, 10, 25, 3);
    kernel.isNode = false;
    kernel.udp.ports = { low: 32_768, high: 60_999, reserved: 0, usable: 28_232 };
    kernel.udp.samples = [
      { at, inuse: 9, portsUsed: 8, portsFrom: 'table', errors: {} },
      { at: at + 2_000, inuse: 9, errors: {} },
      { at: at + 4_000, inuse: 11, portsUsed: 10, portsFrom: 'estimate', errors: { mem: 0 } },
    ];
    kernel.conntrack.set('node', {
      ...{ scope: 'node', from: 'http://10.0.0.7:9100/metrics' },
      samples: [{ at, entries: 9_000 }],
    });
    expect(kernelDocument(journal)).toMatchObject({
      namespace: 'pod',
      ports: {
        range: { low: 32_768, high: 60_999, reserved: 0, usable: 28_232 },
        ...{ used: 10, from: 'estimate', at: '2026-11-25T03:00:04.000Z' },
        history: [
          ['2026-11-25T03:00:00.000Z', 8],
          ['2026-11-25T03:00:04.000Z', 10],
        ],
      },
      udp: { last: { at: '2026-11-25T03:00:04.000Z', inuse: 11, errors: { mem: 0 } } },
      conntrack: [
        {
          ...{ scope: 'node', from: 'http://10.0.0.7:9100/metrics' },
          history: [['2026-11-25T03:00:00.000Z', 9_000]],
        },
      ],
    });
  });

  it('shows of an environment the variables that resolvers read, and of files no text', () => {
    const { journal, processes } = setUp();
    const hosts = { state: 'ok' as const, text: '10.0.0.1 secret.internal\n', modified: 0 };
    // As a watcher that keeps too much would leave it.
    const environment = { GODEBUG: 'netdns=2', PASSWORD: 'hunter2' };
    processes.app = {
      ...APP,
      environment,
      openFiles: { soft: 1_024, hard: Infinity },
      files: { resolvConf: { state: 'absent' }, hosts, nsswitch: { state: 'denied' } },
      started: 1e18,
    };
    const text = JSON.stringify(kernelDocument(journal));
    expect(text).not.toMatch(/hunter2|secret/);
    expect(JSON.parse(text)).toMatchObject({
      process: {
        app: {
          environment: { GODEBUG: 'netdns=2', LOCALDOMAIN: null },
          openFiles: { soft: 1_024, hard: 'unlimited' },
          files: { hosts: { state: 'ok', modified: '1970-01-01T00:00:00.000Z', characters: 25 } },
          started: null,
        },
      },
    });
  });

  it('has every look, with why and what to change', () => {
    const { journal } = setUp();
    look(journal, 'sockstat');
    look(journal, 'environ', 'gid');
    expect(kernelDocument(journal).looks).toEqual([
      { watcher: 'sockstat', state: 'ok' },
      { watcher: 'environ', state: 'denied', reason: 'gid', why: 'environ: gid' },
    ]);
  });
});
