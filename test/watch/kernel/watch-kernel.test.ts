/** What the kernel's watcher keeps of one network namespace, over a /proc of plain files and a virtual clock. */
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_SAMPLES } from '../../../src/journal/kernel-record.ts';
import {
  createKernelLab,
  type KernelLab,
  POD,
  START,
  snmp,
  sockstat,
  sockstat6,
  TIMERS,
  udpTable,
} from './kernel-lab.ts';

let lab: KernelLab;
beforeEach(() => {
  lab = createKernelLab(POD);
});
afterEach(() => lab.close());

const last = () => lab.journal.kernel.udp.samples.at(-1);
const look = (watcher: Parameters<typeof lab.journal.kernel.looks.get>[0]) =>
  lab.journal.kernel.looks.get(watcher);

describe('what is read at once', () => {
  it('is of both families, and whose', async () => {
    lab.write({ 'net/sockstat': sockstat(3), 'net/sockstat6': sockstat6(2) });
    await lab.use();
    const { kernel } = lab.journal;
    expect(kernel).toMatchObject({
      intervalMs: 2_000,
      isNode: false,
      lastSample: START,
      tcpSynRetransmits: 12,
      softnet: { processed: 255, dropped: 1, squeezed: 2 },
      udp: { ports: { low: 40_000, high: 40_009, reserved: 2, usable: 8 } },
    });
    expect(last()).toMatchObject({
      at: START,
      inuse: 5,
      in: 110,
      out: 9,
      errors: { in: 0, noports: 4, mem: 0 },
    });
    expect(
      [...kernel.looks.values()].filter(({ state }) => state !== 'ok').map(({ watcher }) => watcher),
    ).toEqual(['conntrack-table']);
    expect(kernel.conntrack.get('pod')).toMatchObject({
      from: `${lab.proc}/net/stat/nf_conntrack`,
      samples: [{ at: START, entries: 30, limit: 262_144, counters: { drop: 10, clash_resolved: 2 } }],
    });
    expect(kernel.conntrack.get('pod')?.settings).toEqual({
      buckets: 65_536,
      udpTimeout: 30,
      udpTimeoutStream: 120,
    });
    expect(kernel.conntrack.has('node')).toBe(false);
  });

  it('comes every two seconds, and no more is kept than a ring holds', async () => {
    await lab.use();
    await lab.world.advance(9_000);
    expect(lab.journal.kernel.conntrack.get('pod')?.samples.map(({ at }) => at - START)).toEqual([
      0, 2_000, 4_000, 6_000, 8_000,
    ]);
    await lab.world.advance(2 * 1_000 * MAX_SAMPLES);
    expect(lab.journal.kernel.udp.samples).toHaveLength(MAX_SAMPLES);
    expect(lab.journal.kernel.conntrack.get('pod')?.samples).toHaveLength(MAX_SAMPLES);
  });

  it('is IPv4 alone where there is no IPv6', async () => {
    lab.write({
      'net/sockstat': sockstat(3),
      'net/sockstat6': undefined,
      'net/snmp6': undefined,
      'net/udp6': undefined,
    });
    await lab.use();
    expect(last()).toMatchObject({ inuse: 3, in: 100, out: 7 });
    for (const watcher of ['sockstat', 'snmp', 'udp'] as const) expect(look(watcher)?.state).toBe('ok');
  });

  it('is not half of both: a family that cannot be read counts for nothing', async () => {
    lab.write({ 'net/sockstat': sockstat(3), 'net/snmp6': 'Udp6InDatagrams -1\n' });
    await lab.use();
    expect(last()).toEqual({ at: START, inuse: 3, errors: {}, portsUsed: 0, portsFrom: 'table' });
    expect(look('snmp')).toMatchObject({ state: 'failed', reason: 'malformed' });
    lab.write({ 'net/sockstat6': 'UDP6: inuse many\n' });
    const before = lab.journal.kernel.udp.samples.length;
    await lab.world.advance(4_000);
    expect(lab.journal.kernel.udp.samples).toHaveLength(before);
    expect(look('sockstat')).toMatchObject({
      reason: 'malformed',
      why: expect.stringContaining(`${lab.proc}/net/`),
    });
  });

  it('comes back with the file', async () => {
    lab.write({ 'net/sockstat': undefined });
    await lab.use();
    expect(last()).toBeUndefined();
    expect(look('sockstat')).toEqual({
      watcher: 'sockstat',
      state: 'absent',
      reason: 'absent',
      why: `${lab.proc}/net/sockstat is not there`,
    });
    lab.write({ 'net/sockstat': sockstat(1) });
    await lab.world.advance(2_000);
    expect(last()).toMatchObject({ inuse: 1 });
    expect(look('sockstat')).toEqual({ watcher: 'sockstat', state: 'ok' });
  });

  it('has nothing where nothing is', async () => {
    await lab.use({ proc: join(lab.proc, 'nowhere') });
    await lab.world.advance(60_000);
    const { kernel } = lab.journal;
    expect(kernel.lastSample).toBeUndefined();
    expect(kernel.isNode).toBeUndefined();
    expect(kernel.udp).toEqual({ samples: [], receiveDrops: 0 });
    expect(kernel.conntrack.size).toBe(0);
    expect([...kernel.looks.values()].every(({ state }) => state === 'absent')).toBe(true);
    expect(lab.logged).toEqual([]);
  });
});

describe('connection tracking', () => {
  it('is the node’s where our namespace is', async () => {
    lab.write({ 'sys/net/ipv4/udp_mem': '1 2 3\n' });
    await lab.use({ node: { proc: '/nowhere' } });
    const { kernel } = lab.journal;
    expect(kernel.isNode).toBe(true);
    expect([...kernel.conntrack.keys()]).toEqual(['node']);
    expect(look('node')).toEqual({ watcher: 'node', state: 'ok' });
  });

  it.each(['', '<!doctype html>\n', '-1 -1 -1\n'])(
    'is nobody’s in particular where that file has %j',
    async (text) => {
      lab.write({ 'sys/net/ipv4/udp_mem': text });
      await lab.use();
      expect(lab.journal.kernel.isNode).toBeUndefined();
      expect([...lab.journal.kernel.conntrack.keys()]).toEqual(['pod']);
    },
  );

  it('has no count below zero', async () => {
    lab.write({ 'net/stat/nf_conntrack': undefined, 'sys/net/netfilter/nf_conntrack_count': '-1\n' });
    await lab.use();
    expect(lab.journal.kernel.conntrack.size).toBe(0);
    expect(look('conntrack')).toMatchObject({ state: 'failed', reason: 'malformed' });
  });

  it('has a count without counters where the kernel has no file of them', async () => {
    lab.write({ 'net/stat/nf_conntrack': undefined });
    await lab.use();
    expect(lab.journal.kernel.conntrack.get('pod')?.samples).toEqual([
      { at: START, entries: 31, limit: 262_144 },
    ]);
    expect(look('conntrack')).toMatchObject({
      state: 'absent',
      why: expect.stringContaining('CONFIG_NF_CONNTRACK_PROCFS'),
    });
  });

  it('is absent where nothing tracks', async () => {
    lab.write({ 'net/stat': undefined, 'sys/net/netfilter': undefined });
    await lab.use();
    expect(lab.journal.kernel.conntrack.size).toBe(0);
    expect(look('conntrack')).toMatchObject({ state: 'absent', reason: 'absent' });
  });

  const FLOWS = `ipv4     2 udp      17 29 src=10.0.0.7 dst=10.96.0.10 sport=40001 dport=53 [UNREPLIED] src=10.96.0.10 dst=10.0.0.7 sport=53 dport=40001 mark=0 use=2
ipv4     2 udp      17 29 src=10.0.0.7 dst=10.96.0.10 sport=40002 dport=53 src=10.96.0.10 dst=10.0.0.7 sport=53 dport=40002 [ASSURED] mark=0 use=2
`;

  it('has flows of DNS where they may be read, until they may not', async () => {
    lab.write({ 'net/nf_conntrack': FLOWS });
    await lab.use();
    expect(lab.journal.kernel.conntrack.get('pod')?.dns).toEqual({ at: START, replied: 1, unreplied: 1 });
    expect(look('conntrack-table')?.state).toBe('ok');
    lab.write({ 'net/nf_conntrack': undefined });
    await lab.world.advance(20_000);
    expect(lab.journal.kernel.conntrack.get('pod')?.dns).toBeUndefined();
    expect(look('conntrack-table')?.state).toBe('absent');
  });
});

describe('settings', () => {
  it('that are the same disturb nothing', async () => {
    await lab.use();
    await lab.world.advance(4_000);
    await lab.use();
    expect(lab.journal.kernel.conntrack.get('pod')?.samples).toHaveLength(3);
  });

  it('that are others begin anew', async () => {
    lab.write({ 'net/udp': udpTable([{ local: 40_000 }]), 'net/sockstat': sockstat(1) });
    await lab.use();
    await lab.world.advance(4_000);
    const other = createKernelLab({ ...POD, 'net/snmp': snmp(5) });
    await lab.use({ proc: other.proc });
    expect(lab.world.pending()).toBe(TIMERS);
    expect(lab.journal.kernel.udp.samples.at(-1)).toMatchObject({ inuse: 0, in: 15, portsUsed: 0 });
    expect(lab.journal.kernel.conntrack.get('pod')?.from).toContain(other.proc);
    await other.close();
  });

  it('that come at once are taken one after the other', async () => {
    const other = createKernelLab(POD);
    await Promise.all([lab.use(), lab.use({ proc: other.proc }), lab.use()]);
    expect(lab.world.pending()).toBe(TIMERS);
    await other.close();
  });

  it('end with it: no timer is left, and it may begin again', async () => {
    await lab.use();
    await lab.stop();
    expect(lab.world.pending()).toBe(0);
    await lab.use();
    expect(lab.world.pending()).toBe(TIMERS);
  });

  it('leave no descriptor open', async () => {
    await lab.use();
    await lab.world.advance(60_000);
    await lab.stop();
    const open = readdirSync('/proc/self/fd').length;
    await lab.use();
    await lab.world.advance(60_000);
    await lab.stop();
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(open);
  });
});

it('tells of another namespace of the application', async () => {
  const app = { pid: 7, startTicks: 1, comm: 'app', uid: 1, gid: 1, sameNetwork: false };
  lab.journal.processes.app = app;
  await lab.use();
  expect(look('ports')).toMatchObject({ state: 'absent', reason: 'other-namespace' });
  lab.journal.processes.app = { ...app, sameNetwork: true };
  await lab.world.advance(10_000);
  expect(look('ports')).toEqual({ watcher: 'ports', state: 'ok' });
});

describe.each(
  // Beside the kernels' trees there are single files.
  readdirSync(join(import.meta.dirname, '../../fixtures/proc')).filter((name) => /^\d+\.\d+$/.test(name)),
)('files of %s', (kernel) => {
  it('are seen whole', async () => {
    cpSync(join(import.meta.dirname, '../../fixtures/proc', kernel), lab.proc, { recursive: true });
    await lab.use();
    const { looks, udp } = lab.journal.kernel;
    expect([...looks.values()].filter(({ state, watcher }) => state !== 'ok' && watcher !== 'node')).toEqual(
      [],
    );
    expect(udp.table?.sockets).toBeGreaterThan(0);
    expect(lab.journal.kernel.conntrack.get('pod')?.samples.at(-1)?.counters).toBeDefined();
    expect(lab.logged).toEqual([]);
  });
});
