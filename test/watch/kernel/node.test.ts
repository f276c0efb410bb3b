/** Where the node's numbers are from: its /proc before its node_exporter, and our own namespace before both. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  conntrackStat,
  createKernelLab,
  type KernelLab,
  POD,
  START,
  TIMERS,
  type Tree,
} from './kernel-lab.ts';

let lab: KernelLab;
let server: Server;
let body: string;
let requests: number;
let hang: boolean;

beforeEach(async () => {
  lab = createKernelLab({ ...POD, 'self/net/udp': POD['net/udp'] });
  body = 'node_nf_conntrack_entries 70\nnode_nf_conntrack_entries_limit 100\nnode_nf_conntrack_stat_drop 3\n';
  requests = 0;
  hang = false;
  server = createServer((_request, response) => {
    requests++;
    if (!hang) response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await lab.close();
  server.closeAllConnections();
  server.close();
});

const NODE: Tree = {
  'node/1/net/udp': POD['net/udp'],
  'node/1/net/stat/nf_conntrack': conntrackStat(4_000, 7),
  'node/1/net/nf_conntrack':
    'ipv4     2 udp      17 29 src=10.0.0.7 dst=10.96.0.10 sport=40001 dport=53 [UNREPLIED] src=10.96.0.10 dst=10.0.0.7 sport=53 dport=40001 mark=0 use=2\n',
  'node/sys/net/netfilter/nf_conntrack_max': '5000\n',
  'node/sys/net/netfilter/nf_conntrack_buckets': '1024\n',
};
const nodeProc = () => join(lab.proc, 'node');
const url = () => `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/metrics?key=secret`;
const node = () => lab.journal.kernel.conntrack.get('node');
const look = () => lab.journal.kernel.looks.get('node');

describe('the node’s /proc', () => {
  it('gives its numbers beside the pod’s', async () => {
    lab.write(NODE);
    await lab.use({ node: { proc: nodeProc() } });
    expect(node()).toMatchObject({
      from: `${nodeProc()}/1/net/stat/nf_conntrack`,
      samples: [{ at: START, entries: 4_000, limit: 5_000, counters: { drop: 14 } }],
      settings: { buckets: 1_024 },
      dns: { replied: 0, unreplied: 1 },
    });
    expect(lab.journal.kernel.conntrack.get('pod')?.samples).toMatchObject([{ entries: 30 }]);
    expect(look()).toEqual({ watcher: 'node', state: 'ok' });
  });

  it('that goes away is told, and when it comes back', async () => {
    lab.write(NODE);
    await lab.use({ node: { proc: nodeProc() } });
    lab.write({ node: undefined });
    await lab.world.advance(2_000);
    expect(look()).toMatchObject({ state: 'failed', why: expect.stringContaining(nodeProc()) });
    expect(node()?.samples).toHaveLength(1);
    await lab.world.advance(20_000);
    expect(node()).not.toHaveProperty('dns');
    lab.write(NODE);
    await lab.world.advance(2_000);
    expect(look()?.state).toBe('ok');
    expect(node()?.samples).toHaveLength(2);
  });
});

describe('the node_exporter', () => {
  it('gives its numbers, and no secret of its URL is shown', async () => {
    await lab.use({ node: { metricsUrl: url() } });
    expect(node()).toMatchObject({ samples: [{ entries: 70, limit: 100, counters: { drop: 3 } }] });
    expect(node()?.samples[0]?.counters).not.toHaveProperty('clash_resolved');
    expect(node()?.from).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await lab.world.advance(14_000);
    expect(requests).toBe(1);
    await lab.world.advance(3_000);
    expect(requests).toBe(2);
    body = '<!doctype html>\n';
    await lab.world.advance(15_000);
    expect(look()).toMatchObject({ reason: 'malformed', why: expect.not.stringContaining('secret') });
    expect(node()?.samples).toHaveLength(2);
  });

  it('is asked only where the node’s /proc gives nothing', async () => {
    lab.write(NODE);
    await lab.use({ node: { proc: nodeProc(), metricsUrl: url() } });
    await lab.world.advance(40_000);
    expect(requests).toBe(0);
    lab.write({ 'node/1/net/stat/nf_conntrack': undefined });
    await lab.world.advance(17_000);
    expect(node()).toMatchObject({ samples: [{ entries: 70 }] });
    expect(node()?.from).toContain('http:');
    expect(look()).toEqual({ watcher: 'node', state: 'ok' });
  });

  it('is not asked where our own namespace is the node’s', async () => {
    lab.write({ 'sys/net/ipv4/udp_mem': '1 2 3\n' });
    await lab.use({ node: { metricsUrl: url() } });
    expect(requests).toBe(0);
    expect(node()?.from).toBe(`${lab.proc}/net/stat/nf_conntrack`);
  });

  it('says both reasons where neither gives anything', async () => {
    body = 'node_load1 0.5\n';
    await lab.use({ node: { proc: nodeProc(), metricsUrl: url() } });
    expect(look()).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/node is not there; http:.*collector/),
    });
  });

  it('that never answers is broken off at once', async () => {
    hang = true;
    const asked = once(server, 'request');
    await lab.begin({ node: { metricsUrl: url() } });
    await asked;
    await lab.stop();
    expect(lab.world.pending()).toBe(0);
    expect(look()).toBeUndefined();
    hang = false;
    await lab.use();
    expect(lab.world.pending()).toBe(TIMERS);
  });
});

it('nothing is told of a node that nobody has configured', async () => {
  await lab.use();
  expect(look()).toBeUndefined();
});
