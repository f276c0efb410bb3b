/**
 * A pod, its node, and two DNS servers behind a Service, each in a network namespace of its own: what the pod sends to
 * the Service's address, the node translates and tracks, as kube-proxy has it. None of them has a name, and all of
 * them are gone with their first processes, which end with us.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNamespace, type Namespace } from './namespace.ts';
import { run } from './program.ts';
import { openSwitchableLab, type SwitchableLab } from './switchable-lab.ts';

/** Of the Service. */
export const CLUSTER_IP = '10.96.0.10';
/** The pod's way out, an address of the node. */
export const NODE_IP = '10.244.9.1';

const LIFETIME_MS = 240_000;
const READY = 'process.stdin.resume().on("end", () => process.exit()); console.log("ready")';
const DNS_SERVER = [process.execPath, join(import.meta.dirname, 'dns-server.ts'), '0.0.0.0'];

/** One of the two by chance for each flow, as kube-proxy's `statistic mode random`. */
const NODE = `
  sysctl -qw net.ipv4.ip_forward=1
  nft -f - <<'RULES'
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr ${CLUSTER_IP} udp dport 53 dnat to numgen random mod 2 map { 0 : 10.244.8.2, 1 : 10.244.7.2 }
    ip daddr ${CLUSTER_IP} tcp dport 53 dnat to numgen random mod 2 map { 0 : 10.244.8.2, 1 : 10.244.7.2 }
  }
}
RULES`;

export interface NatLab {
  readonly node: Namespace;
  /** The node's /proc, as the pod has it mounted. */
  readonly nodeProc: string;
  readonly pod: SwitchableLab<string>;
  close(): Promise<void>;
}

/** Makes them all. */
export async function openNatLab(): Promise<NatLab> {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-nat-'));
  const own = (name: string) => {
    mkdirSync(join(directory, name));
    return join(directory, name);
  };
  const node = await createNamespace(own('node'), {
    server: [process.execPath, '-e', READY],
    setUp: NODE,
    ownProcesses: true,
    lifetime: LIFETIME_MS,
  });
  const servers = await Promise.all(
    ['server-1', 'server-2'].map((name) =>
      createNamespace(own(name), { server: DNS_SERVER, beside: node, lifetime: LIFETIME_MS }),
    ),
  );
  const pod = await openSwitchableLab(join(import.meta.dirname, 'server-behaviours.ts'), {
    beside: node,
    nameserver: CLUSTER_IP,
  });
  await link(node, pod.namespace, '10.244.9');
  for (const [index, server] of servers.entries()) await link(node, server, `10.244.${8 - index}`);
  return {
    node,
    nodeProc: join(directory, 'node', 'proc'),
    pod,
    async close() {
      await pod.close();
      await Promise.all(servers.map((server) => server.close()));
      await node.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** A cable between the node and another, of which the node is the way out. */
async function link(node: Namespace, other: Namespace, net: string): Promise<void> {
  const name = `v${net.split('.').at(-1)}`;
  const commands = [
    `ip link add ${name} type veth peer name eth0 netns ${other.pid}`,
    `ip addr add ${net}.1/24 dev ${name}`,
    `ip link set ${name} up`,
  ];
  await run(node, ['sh', '-euc', commands.join('; ')]);
  const others = [
    `ip addr add ${net}.2/24 dev eth0`,
    'ip link set eth0 up',
    `ip route add default via ${net}.1`,
  ];
  await run(other, ['sh', '-euc', others.join('; ')]);
}
