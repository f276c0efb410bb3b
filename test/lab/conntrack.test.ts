/**
 * Connection tracking on a node between a pod and its DNS servers. The pod's own is empty all the while: the node's is
 * known from the node's /proc or its node_exporter, or not at all.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { compile, compileHold, compileSockets } from './builds.ts';
import { canSetLimit, counters, lowerLimit, lowLimit } from './conntrack.ts';
import type { Daemon, Finding } from './daemon.ts';
import { CLUSTER_IP, type NatLab, NODE_IP, openNatLab } from './nat-lab.ts';
import { type NodeExporter, startNodeExporter } from './node-exporter.ts';
import { run, startProgram } from './program.ts';
import { describeInLab } from './requirements.ts';

const SET_UP_MS = 300_000;
const TIMEOUT_MS = 120_000;
/** The kernel is looked at every two seconds. */
const POLL = { timeout: 30_000, interval: 300 };
const RESOLV_CONF = `nameserver ${CLUSTER_IP}\noptions timeout:1 attempts:1\n`;
const ofNode = /^the node \(/;
const inTheSameSeconds =
  /in the same seconds: .*probe quer.* without a reply .*lookups of the log that ended without an answer/;

async function findingOf(daemon: Daemon, id: string): Promise<Finding | undefined> {
  return (await daemon.health()).findings.find((finding) => finding.id === id);
}

async function idsOf(daemon: Daemon): Promise<string[]> {
  return (await daemon.health()).findings.map(({ id }) => id).filter((id) => id.startsWith('conntrack-'));
}

/** Of the node, as the daemon counts it. */
async function eventsOf(daemon: Daemon): Promise<Record<string, number>> {
  const series = Object.entries(await daemon.series('netdns_conntrack_events_total'));
  return Object.fromEntries(
    series.map(([labels, value]) => [labels.replace(/scope="node",event="(.*)"/, '$1'), value]),
  );
}

describeInLab('connection tracking', () => {
  let lab: NatLab;
  let exporter: NodeExporter;
  let programs: { go: string; glibc: string; sockets: string; hold: string };
  /** Sees the node by its /proc; and nothing but the pod. */
  let daemon: Daemon;
  let alone: Daemon;

  const start = (name: string, node: object, probes?: object) =>
    lab.pod.startDaemon({
      name,
      resolvConf: RESOLV_CONF,
      thresholds: { failureWindow: probes ? '12s' : '5s' },
      config: { node },
      ...(probes && { probes }),
    });

  beforeAll(async () => {
    programs = {
      go: await compile('nocgo'),
      glibc: await compile('glibc'),
      sockets: await compileSockets(),
      hold: await compileHold(),
    };
    lab = await openNatLab();
    exporter = await startNodeExporter(lab.node, NODE_IP);
    [daemon, alone] = await Promise.all([start('by-proc', { proc: lab.nodeProc }), start('alone', {})]);
  }, SET_UP_MS);
  afterAll(async () => {
    await exporter?.stop();
    await lab?.close();
  });

  /** Packets of new flows wait on the node for others, so that several are on their way unconfirmed. */
  async function holding(match: string, together: number, body: () => Promise<void>): Promise<void> {
    const rule = ['FORWARD', ...match.split(' '), '-j', 'NFQUEUE', '--queue-num', '1'];
    const hold = startProgram([programs.hold, `${together}`], lab.node);
    await hold.said;
    await run(lab.node, ['iptables-nft', '-t', 'mangle', '-A', ...rule]);
    try {
      await body();
    } finally {
      await run(lab.node, ['iptables-nft', '-t', 'mangle', '-D', ...rule]);
      await hold.end();
    }
  }

  /** Applications whose output is in a log of a daemon's. */
  const go = (of: string, ...args: string[]) =>
    lab.pod.run(of, 'go.log', [programs.go, ...args], { GODEBUG: 'netdns=2' });
  const glibc = (of: string, options: string, ...args: string[]) =>
    lab.pod.run(of, 'glibc.log', [programs.glibc, ...args], {
      GODEBUG: 'netdns=cgo+2',
      RES_OPTIONS: options,
    });

  it('of the node is told from the pod’s', async () => {
    await go('by-proc', '-count=5', 'ok.test');
    expect(counters(lab.node).entries).toBeGreaterThanOrEqual(10);
    expect(counters(lab.pod.namespace).entries).toBe(0);

    const entries = () => daemon.series('netdns_conntrack_entries');
    await expect.poll(async () => (await entries())['scope="node"'], POLL).toBeGreaterThanOrEqual(10);
    expect(await entries()).not.toHaveProperty('scope="pod"');
    expect(await idsOf(daemon)).toEqual([]);

    await expect.poll(() => idsOf(alone), POLL).toEqual(['conntrack-not-observable']);
    expect(await alone.series('netdns_conntrack_entries')).toEqual({});
    expect((await findingOf(alone, 'conntrack-not-observable'))?.evidence.join('\n')).toContain(
      '0 is neither “the node is well” nor “nothing is lost”',
    );
  });

  it('repairs races of A and AAAA from one port, and nothing is lost', async () => {
    const before = counters(lab.node);
    await holding('-p udp --dport 53', 2, () => glibc('by-proc', 'timeout:5', '-count=20', 'ok.test'));
    const after = counters(lab.node);
    expect((after.clashres ?? 0) - (before.clashres ?? 0)).toBeGreaterThanOrEqual(10);
    expect(after).toMatchObject({ insert_failed: before.insert_failed, drop: before.drop });

    await expect.poll(() => eventsOf(daemon), POLL).toHaveProperty('clash_resolved', after.clashres);
    expect(await idsOf(daemon)).toEqual([]);
  });

  it('loses SYNs that are sent again while the first is held back', async () => {
    const before = counters(lab.node);
    // Its connection waits for the SYN that the kernel sends again after a second (RFC 6298, section 2).
    await holding('-p tcp --syn --dport 53', 2, () =>
      glibc('by-proc', 'use-vc timeout:5', '-count=2', 'ok.test'),
    );
    const after = counters(lab.node);
    const lost = (after.insert_failed ?? 0) - (before.insert_failed ?? 0);
    expect(lost).toBeGreaterThanOrEqual(2);

    const found = () => findingOf(daemon, 'conntrack-insert-failed');
    await expect.poll(found, POLL).toMatchObject({
      subject: `the node (${lab.nodeProc}/1/net/stat/nf_conntrack)`,
      title: `Connection tracking lost ${lost} packets to a race (insert_failed)`,
    });
    expect(await eventsOf(daemon)).toMatchObject({ insert_failed: after.insert_failed, drop: after.drop });
    // A clash counts as a drop too, and is none of a full table.
    expect(await findingOf(daemon, 'conntrack-dropping')).toBeUndefined();
    await expect.poll(() => idsOf(daemon), POLL).toEqual([]);
  });

  it(
    'has no room',
    async ({ skip }) => {
      if (!canSetLimit()) skip();
      const probes = { interval: '1s', models: ['go'], targets: [{ name: 'ok.test' }] };
      const byProbes = await start('by-probes', { proc: lab.nodeProc }, probes);
      const byExporter = await start('by-exporter', { metricsUrl: exporter.metricsUrl }, probes);
      const daemons = [byProbes, byExporter];
      for (const each of daemons)
        await expect
          .poll(() => each.series('netdns_conntrack_entries_limit'), POLL)
          .toHaveProperty('scope="node"');
      expect(await idsOf(byExporter)).toEqual([]);

      const most = lowLimit();
      const limit = lowerLimit(most);
      try {
        await limit.said;
        const flood = (flows: number, seconds: number) =>
          startProgram(
            [programs.sockets, 'flows', `${CLUSTER_IP}:53`, `${flows}`, `${seconds}s`],
            lab.pod.namespace,
          );
        const filling = flood(most * 0.9, 2);
        expect(await filling.said).toBe('done');
        await filling.end();
        await expect
          .poll(() => findingOf(byProbes, 'conntrack-near-full'), POLL)
          .toMatchObject({ subject: expect.stringMatching(ofNode) });

        // It is full until both have seen it, also who must ask for the numbers over the network of that node.
        const before = counters(lab.node).drop ?? 0;
        const overflowing = flood(60_000, 80);
        try {
          await expect.poll(() => counters(lab.node).drop, POLL).toBeGreaterThan(before);
          await Promise.all([
            go('by-probes', '-count=10', 'ok.test'),
            go('by-exporter', '-count=10', 'ok.test'),
            ...daemons.map((each) =>
              expect
                .poll(() => findingOf(each, 'conntrack-dropping'), POLL)
                .toMatchObject({
                  severity: 'critical',
                  subject: expect.stringMatching(ofNode),
                  evidence: expect.arrayContaining([expect.stringMatching(inTheSameSeconds)]),
                }),
            ),
          ]);
          await expect
            .poll(() => findingOf(byExporter, 'conntrack-near-full'), POLL)
            .toMatchObject({ subject: expect.stringMatching(ofNode) });
        } finally {
          await overflowing.end();
        }
        const { drop = 0, early_drop = 0 } = counters(lab.node);
        expect(drop).toBeGreaterThan(most / 2);
        expect(early_drop).toBeGreaterThan(0);
      } finally {
        // As one who mends it would.
        await limit.end();
      }
      const { drop, early_drop } = counters(lab.node);
      expect(counters(lab.pod.namespace)).toMatchObject({ entries: 0, drop: 0 });
      for (const each of daemons) {
        await expect.poll(() => eventsOf(each), POLL).toMatchObject({ drop, early_drop });
        await expect.poll(() => idsOf(each), POLL).not.toContain('conntrack-dropping');
      }
      // Five samples of every two seconds close it, or five scrapes of every fifteen: those are not awaited.
      await expect.poll(() => idsOf(byProbes), POLL).toEqual([]);
      expect(await idsOf(alone)).toEqual(['conntrack-not-observable']);
    },
    TIMEOUT_MS,
  );
}, ['nft', 'iptables-nft', 'prometheus-node-exporter']);
