/**
 * Whether ports are counted as the kernel does: with so many sockets held it gives as many more as the watcher says are
 * left, and then none.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { UNSHARE } from './namespace.ts';
import { describeInLab } from './requirements.ts';
import type { Count, Held, Scenario } from './source-ports-child.ts';

const TIMEOUT_MS = 60_000;
const CHILD = join(import.meta.dirname, 'source-ports-child.ts');
const run = promisify(execFile);

/** In a namespace of its own, of ten ports. */
async function count(scenario: Scenario, reserved: string): Promise<Count> {
  const [unshare, ...flags] = UNSHARE;
  const setUp = `ip link set lo up
    echo 40000 40009 >/proc/sys/net/ipv4/ip_local_port_range
    echo ${reserved} >/proc/sys/net/ipv4/ip_local_reserved_ports
    exec "$@"`;
  const child = ['sh', '-euc', setUp, 'count', process.execPath, CHILD, JSON.stringify(scenario)];
  const { stdout } = await run(unshare, [...flags, ...child], { timeout: TIMEOUT_MS });
  return JSON.parse(stdout) as Count;
}

const four = (port: number, more: Partial<Held> = {}): Held => ({ port, type: 'udp4', ...more });
const six = (port: number, more: Partial<Held> = {}): Held => ({ port, type: 'udp6', ...more });

interface Case {
  what: string;
  sockets: Held[];
  reserved?: string;
  usable?: number;
  used: number;
  /** Ports that an IPv4 socket gets all the same. */
  onlySix?: number;
}

const CASES: readonly Case[] = [
  { what: 'no sockets', sockets: [], used: 0 },
  { what: 'both families', sockets: [four(40_000), six(40_001), four(0), six(0)], used: 4 },
  {
    what: 'addresses of their own on one port',
    sockets: [four(40_000, { address: '127.0.0.1' }), four(40_000, { address: '127.0.0.2' })],
    used: 1,
  },
  {
    what: 'both families on one port',
    sockets: [four(40_000), six(40_000, { ipv6Only: true }), six(40_001, { address: '::ffff:127.0.0.1' })],
    used: 2,
  },
  {
    what: 'connected ones, as a DNS client’s',
    sockets: [
      four(0, { connect: '127.0.0.1' }),
      four(0, { connect: '127.0.0.1' }),
      six(0, { connect: '::1' }),
    ],
    used: 3,
  },
  {
    what: 'ports that are nobody’s to be given',
    sockets: [four(53), four(40_003), four(40_010), six(39_999), four(40_009)],
    reserved: '40003-40005,50000',
    usable: 7,
    used: 1,
  },
  // Bound to an address of IPv6 it is of IPv6 alone, too (net/ipv6/af_inet6.c, __inet6_bind). The table does not say so.
  {
    what: 'those of IPv6 alone',
    sockets: [six(40_000, { ipv6Only: true }), six(40_001, { address: '::1' }), four(40_002)],
    used: 3,
    onlySix: 2,
  },
  { what: 'all of them', sockets: Array.from({ length: 10 }, (_, nth) => four(40_000 + nth)), used: 10 },
];

describeInLab('the count of source ports', () => {
  it.concurrent.each(
    CASES.flatMap((each) => [
      { ...each, asks: 'udp4' as const },
      { ...each, asks: 'udp6' as const },
    ]),
  )(
    'is the kernel’s with $what held, when $asks asks',
    async ({ sockets, reserved = '', usable = 10, used, onlySix = 0, asks }) => {
      const counted = await count({ sockets, asks }, reserved);
      expect(counted).toEqual({
        usable,
        used,
        given: usable - used + (asks === 'udp4' ? onlySix : 0),
        refusal: 'EADDRINUSE',
      });
    },
    TIMEOUT_MS,
  );
});
