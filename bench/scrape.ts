/**
 * What a scrape of /metrics and a judgement cost with many targets: 50 names by 4 models, two nameservers, each window full,
 * ten minutes of samples of the kernel; once all is well, and once every lookup fails.
 *
 *   node bench/scrape.ts [--targets 50]
 */
import { parseArgs } from 'node:util';
import { diagnose } from '../src/diagnose/diagnose.ts';
import { createJournal, type Journal } from '../src/journal/journal.ts';
import { CONNTRACK_EVENTS, MAX_SAMPLES } from '../src/journal/kernel-record.ts';
import { KERNEL_WATCHERS, PROCESS_WATCHERS } from '../src/journal/looks.ts';
import { noteCheck, noteLookups, notePair } from '../src/journal/probe-notes.ts';
import { type ProbeLookup, type ServerCheck, WINDOW } from '../src/journal/probe-record.ts';
import { createMetrics } from '../src/serve/metrics.ts';

const { values } = parseArgs({ options: { targets: { type: 'string', default: '50' } } });
const NAMES = Array.from({ length: Number(values.targets) }, (_, index) => `api-${index}.prod`);
const MODELS = ['go-1.27', 'glibc-2.43', 'musl-1.2.6', 'nslookup'];
const SERVERS = ['10.96.0.10:53', '10.96.0.11:53'];
const SEARCH = ['prod.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const INTERVAL_MS = 15_000;
const TIMES = 300;

function lookup(target: string, model: string, at: number, fails: boolean): ProbeLookup {
  const [server = ''] = SERVERS;
  const rcode = fails ? 'SERVFAIL' : 'NOERROR';
  const queries = SEARCH.flatMap((domain, index) =>
    ['A', 'AAAA'].map((type) => {
      const last = index === SEARCH.length - 1;
      const reply = { atMs: index + 0.5, rcode: last ? rcode : 'NXDOMAIN', tc: false, bytes: 90 };
      const name = `${target}.${domain}`;
      const answers = last && !fails ? 1 : 0;
      const sent = { atMs: index, proto: 'udp', server, sourcePort: 40_000, name, type, edns: null } as const;
      return { ...sent, reply: { ...reply, answers } };
    }),
  );
  const result = fails
    ? ({ outcome: 'try-again', error: 'Try again', addresses: [], durationMs: 5_000 } as const)
    : ({ outcome: 'ok', error: '', addresses: ['192.0.2.1'], durationMs: 3 } as const);
  return {
    ...result,
    addresses: [...result.addresses],
    target,
    model,
    at,
    asExpected: !fails,
    queries,
    because: [],
  };
}

function checkOf(at: number, proto: 'udp' | 'tcp', edns: boolean, fails: boolean): ServerCheck {
  const flags = { tc: false, ra: true, aa: false, opt: edns, order: 'no-cname', bytes: 90 } as const;
  const answer = fails
    ? { rcode: 'SERVFAIL', answers: 0, addresses: [] }
    : { rcode: 'NOERROR', answers: 1, addresses: ['192.0.2.1'] };
  const name = `${NAMES[0]}.cluster.local`;
  return { at, proto, edns, type: 'A', name, durationMs: 1, result: { kind: 'reply', ...flags, ...answer } };
}

/** A journal after enough rounds to fill each window. */
function probed(fails: boolean): Journal {
  const journal = createJournal(Date.now);
  const record = journal.probes;
  record.intervalMs = INTERVAL_MS;
  const facts = { nameservers: SERVERS, search: SEARCH, ndots: 5, timeout: 5, attempts: 2 };
  record.files = {
    root: '/',
    resolvConf: { state: 'ok', modified: 0 },
    hosts: { state: 'ok', modified: 0 },
    nsswitch: { state: 'absent' },
    environment: {},
    dialects: (['go', 'glibc', 'musl'] as const).map((dialect) => ({
      ...facts,
      dialect,
      options: [],
      remarks: [],
    })),
    resolvConfSeen: 0,
    formerNameservers: [],
  };
  const app = { model: 'go-1.27', source: 'config', because: 'target.resolver is go' } as const;
  for (const name of NAMES)
    record.targets.set(name, {
      name,
      origin: 'configured',
      expect: 'found',
      app,
      models: new Map(),
      comparisons: [],
    });
  for (const [position, server] of SERVERS.entries())
    record.servers.set(server, { server, position, checks: [], pairs: [] });
  for (let round = 0; round < WINDOW; round++) {
    const at = Date.now() - (WINDOW - round) * INTERVAL_MS;
    for (const target of record.targets.values())
      noteLookups(
        record,
        target,
        MODELS.map((model) => lookup(target.name, model, at, fails)),
        { at },
      );
    for (const server of record.servers.values()) {
      for (const proto of ['udp', 'tcp'] as const)
        for (const edns of [false, true]) noteCheck(record, server, checkOf(at, proto, edns, fails));
      notePair(record, server, { at, name: 'x.test', onePort: 'none', twoPorts: 'none', first: 'A' });
    }
    record.rounds++;
    record.lastRound = at;
  }
  watchedKernel(journal);
  return journal;
}

/** Ten minutes of samples of both scopes, as full as they may be. */
function watchedKernel({ kernel }: Journal): void {
  const now = Date.now();
  const times = Array.from({ length: MAX_SAMPLES }, (_, nth) => now - (MAX_SAMPLES - 1 - nth) * 2_000);
  kernel.intervalMs = 2_000;
  kernel.lastSample = now;
  kernel.udp.ports = { low: 32_768, high: 60_999, reserved: 0, usable: 28_232 };
  kernel.udp.table = { at: now, tookMs: 1, sockets: 20, dns: 8, portsUsed: 15, holders: [], dropping: [] };
  const errors = { in: 1, noports: 1, rcvbuf: 1, sndbuf: 0, csum: 0, mem: 0 };
  kernel.udp.samples = times.map((at) => ({ at, inuse: 20, portsUsed: 15, portsFrom: 'table', errors }));
  const counters = Object.fromEntries(CONNTRACK_EVENTS.map((event) => [event, 1]));
  for (const scope of ['pod', 'node'] as const)
    kernel.conntrack.set(scope, {
      scope,
      from: scope,
      samples: times.map((at) => ({ at, entries: 9_000, limit: 262_144, counters })),
    });
  for (const watcher of [...KERNEL_WATCHERS, ...PROCESS_WATCHERS])
    kernel.looks.set(watcher, { watcher, state: 'denied', reason: 'mode', why: watcher });
}

/** CPU of one call, ms, user and system: garbage collection is in it. */
async function cpuOf(work: () => unknown): Promise<number> {
  for (let warm = 0; warm < TIMES / 10; warm++) await work();
  const before = process.cpuUsage();
  for (let call = 0; call < TIMES; call++) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / TIMES;
}

for (const fails of [false, true]) {
  const journal = probed(fails);
  const by = {
    now: Date.now(),
    failureWindow: 300_000,
    sourceStalled: 10_000,
    slowQuery: 1_000,
    conntrackRatio: 0.8,
    sourcePortRatio: 0.8,
  };
  const { probes, kernel, processes } = journal;
  const judge = () => diagnose({ apps: [], sources: [], probes, kernel, processes }, by);
  const found = judge();
  const view = {
    journal,
    findings: judge,
    lastFindings: () => found,
    past: () => [],
    apps: () => [],
    ready: () => true,
  };
  const metrics = createMetrics(view);
  const lines = (await metrics.metrics()).split('\n').length;
  const scrape = await cpuOf(() => metrics.metrics());
  const judgement = await cpuOf(judge);
  process.stdout.write(
    `${fails ? 'every lookup fails' : 'all is well'}: scrape ${scrape.toFixed(1)} ms CPU, ${lines} lines; judgement ${judgement.toFixed(1)} ms CPU, ${found.length} findings\n`,
  );
}
