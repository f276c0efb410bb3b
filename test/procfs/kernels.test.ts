/** What each kernel's files say, with and without the columns that it has. */
import { describe, expect, it } from 'vitest';
import { parseConntrackStat } from '../../src/procfs/conntrack-stat.ts';
import { parseNetstat } from '../../src/procfs/netstat.ts';
import { parseBootTime } from '../../src/procfs/process-stat.ts';
import { parseSnmp, parseSnmp6 } from '../../src/procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../src/procfs/sockstat.ts';
import { parseSoftnet } from '../../src/procfs/softnet.ts';
import { parsePortList, parsePortRange, usablePorts } from '../../src/procfs/source-ports.ts';
import { parseNumber } from '../../src/procfs/sysctl.ts';
import { bytesOf, flowsOf, KERNELS, type Kernel, socketsOf, textOf } from './fixtures.ts';

const U32 = 2 ** 32 - 1;

/** Everything of one tree that is not of a process. */
function allOf(kernel: Kernel) {
  const text = (file: string) => textOf(kernel, file);
  const setting = (name: string) => {
    const file = `sys/net/netfilter/nf_conntrack_${name}`;
    return parseNumber(text(file), file);
  };
  const range = parsePortRange(text('sys/net/ipv4/ip_local_port_range'));
  const ports = usablePorts(range, parsePortList(text('sys/net/ipv4/ip_local_reserved_ports')));
  return {
    sockstat: {
      ...parseSockstat(text('net/sockstat')),
      inuse6: parseSockstat6(text('net/sockstat6')).udpInuse,
    },
    snmp: parseSnmp(text('net/snmp')),
    snmp6: parseSnmp6(text('net/snmp6')),
    netstat: parseNetstat(text('net/netstat')),
    softnet: parseSoftnet(text('net/softnet_stat')),
    conntrack: parseConntrackStat(text('net/stat/nf_conntrack')),
    flows: flowsOf([bytesOf(kernel, 'net/nf_conntrack')]),
    settings: ['count', 'max', 'buckets', 'udp_timeout', 'udp_timeout_stream'].map(setting),
    ports: [ports.low, ports.high, ports.reserved, ports.usable],
    booted: parseBootTime(text('stat')),
  };
}

const EXPECTED: Record<Kernel, ReturnType<typeof allOf>> = {
  // `searched` and `delete_list`; no MemErrors; 11 columns of softnet.
  '5.4': {
    sockstat: { udpInuse: 41, udpMemPages: 13, inuse6: 7 },
    snmp: { in: 181_234, out: 190_002, errors: { in: 41, noports: 77, rcvbuf: 33, sndbuf: 2, csum: 6 } },
    snmp6: { in: 12, out: 18, errors: { in: 4, noports: 3, rcvbuf: 4, sndbuf: 0, csum: 0 } },
    netstat: { tcpSynRetransmits: 123 },
    softnet: { processed: 0x0fa3c1d2 + 0xfffffff0, dropped: 0x11, squeezed: 0x2e },
    conntrack: {
      entries: 0x2f31,
      counters: { insert_failed: 8, drop: 0x1c, early_drop: 2, search_restart: 0x21 + U32, invalid: 0x15 },
    },
    flows: { flows: 5, dnsReplied: 2, dnsUnreplied: 1 },
    settings: [0x2f31, 131_072, 32_768, 30, 180],
    ports: [32_768, 60_999, 0, 28_232],
    booted: 1_593_561_600,
  },
  // `clashres`; numbers over 32 bits; a CPU; zones, accounting, security contexts and offloaded flows.
  '5.10': {
    sockstat: { udpInuse: 28_230, udpMemPages: 900, inuse6: 2 },
    snmp: {
      in: 9_000_000_001,
      out: 9_000_000_222,
      errors: { in: 120, noports: 5, rcvbuf: 100, sndbuf: 0, csum: 20 },
    },
    snmp6: { in: 0, out: 0, errors: { in: 0, noports: 0, rcvbuf: 0, sndbuf: 0, csum: 0 } },
    netstat: { tcpSynRetransmits: 0 },
    softnet: { processed: 1, dropped: 0, squeezed: 0 },
    conntrack: {
      entries: 0x40000,
      counters: {
        insert_failed: 0,
        drop: 0,
        early_drop: 0,
        clash_resolved: 0x3b,
        search_restart: 0,
        invalid: 3,
      },
    },
    flows: { flows: 4, dnsReplied: 1, dnsUnreplied: 1 },
    settings: [262_144, 262_144, 65_536, 30, 120],
    ports: [1024, 65_535, 2769, 61_743],
    booted: 1_640_995_200,
  },
  // `chainlength`; MemErrors; three CPUs; an empty table.
  '5.15': {
    sockstat: { udpInuse: 6, udpMemPages: 2, inuse6: 3 },
    snmp: { in: 100, out: 120, errors: { in: 30, noports: 1, rcvbuf: 10, sndbuf: 3, csum: 5, mem: 15 } },
    snmp6: { in: 7, out: 9, errors: { in: 3, noports: 2, rcvbuf: 1, sndbuf: 0, csum: 0, mem: 2 } },
    netstat: { tcpSynRetransmits: 88 },
    softnet: { processed: 600, dropped: 2, squeezed: 5 },
    conntrack: {
      entries: 17,
      counters: {
        insert_failed: 0x11,
        drop: 0x22,
        early_drop: 0x33,
        clash_resolved: 10,
        search_restart: 0x44,
        invalid: 10,
      },
    },
    flows: { flows: 0, dnsReplied: 0, dnsUnreplied: 0 },
    settings: [17, 65_536, 16_384, 10, 60],
    ports: [40_000, 40_009, 3, 7],
    booted: 1_661_990_400,
  },
  // Counters about to begin again, on two CPUs; port 53 everywhere but where it counts.
  '6.1': {
    sockstat: { udpInuse: 19, udpMemPages: 77, inuse6: 11 },
    snmp: { in: 4242, out: 4200, errors: { in: 42, noports: 424, rcvbuf: 0, sndbuf: 0, csum: 42, mem: 0 } },
    snmp6: { in: 1, out: 1, errors: { in: 0, noports: 0, rcvbuf: 0, sndbuf: 0, csum: 0, mem: 0 } },
    netstat: { tcpSynRetransmits: 1 },
    softnet: { processed: 2 * U32, dropped: 2 * U32, squeezed: 2 * U32 },
    conntrack: {
      entries: U32,
      counters: {
        insert_failed: 2 * U32,
        drop: 2 * U32,
        early_drop: 2 * U32,
        clash_resolved: 2 * U32,
        search_restart: 2 * U32,
        invalid: 2 * U32,
      },
    },
    flows: { flows: 5, dnsReplied: 0, dnsUnreplied: 1 },
    settings: [4711, 262_144, 262_144, 30, 120],
    ports: [32_768, 60_999, 0, 28_232],
    booted: 1_701_388_800,
  },
  // Captured. 15 columns of softnet; a blank at the end of netstat's values.
  '6.18': {
    sockstat: { udpInuse: 14, udpMemPages: 86, inuse6: 6 },
    snmp: { in: 10, out: 55, errors: { in: 35, noports: 2, rcvbuf: 35, sndbuf: 0, csum: 0, mem: 0 } },
    snmp6: { in: 4, out: 6, errors: { in: 0, noports: 1, rcvbuf: 0, sndbuf: 0, csum: 0, mem: 0 } },
    netstat: { tcpSynRetransmits: 0 },
    softnet: { processed: 0x0241b1a6 + 0x021b138f, dropped: 0, squeezed: 0x41 },
    conntrack: {
      entries: 17,
      counters: {
        insert_failed: 0,
        drop: 0,
        early_drop: 0,
        clash_resolved: 0,
        search_restart: 0,
        invalid: 3,
      },
    },
    flows: { flows: 17, dnsReplied: 7, dnsUnreplied: 3 },
    settings: [17, 262_144, 262_144, 30, 120],
    ports: [32_768, 60_999, 101, 28_131],
    booted: 1_795_572_873,
  },
};

describe.each(KERNELS)('Linux %s', (kernel) => {
  it('says what it says', () => {
    expect(allOf(kernel)).toStrictEqual(EXPECTED[kernel]);
  });
});

describe('net/udp and net/udp6', () => {
  const socket = { remotePort: 0, uid: 0, drops: 0, receiveQueue: 0 };

  it('of 5.4: queues, drops up to the largest, a port of 65535, an inode of 32 bits, a pointer that is shown', () => {
    expect(socketsOf([bytesOf('5.4', 'net/udp')])).toStrictEqual([
      { ...socket, localPort: 41_843, remotePort: 53, uid: 65_532, inode: 48_291 },
      { ...socket, localPort: 5353, uid: 1000, inode: 48_292, drops: 12, receiveQueue: 0x300 },
      { ...socket, localPort: 65_535, remotePort: 8125, inode: U32, drops: U32 },
    ]);
    expect(socketsOf([bytesOf('5.4', 'net/udp6')])).toStrictEqual([
      { ...socket, localPort: 33_000, uid: 65_532, inode: 48_300 },
      { ...socket, localPort: 49_999, remotePort: 53, uid: U32 - 1, inode: 48_301, drops: 3 },
    ]);
  });

  it('of 5.10: a slot wider than its column, and no socket at all', () => {
    const sockets = socketsOf([bytesOf('5.10', 'net/udp')]);
    expect(sockets).toStrictEqual([{ ...socket, localPort: 32_768, remotePort: 53, uid: 33, inode: 1 }]);
    expect(socketsOf([bytesOf('5.10', 'net/udp6')])).toStrictEqual([]);
  });

  it('of 5.15: a receive queue that is below zero for a moment is empty', () => {
    const sockets = socketsOf([bytesOf('5.15', 'net/udp')]);
    expect(sockets.map(({ localPort }) => localPort)).toStrictEqual([
      40_000, 40_002, 40_005, 40_006, 40_007, 40_008, 40_009,
    ]);
    expect(socketsOf([bytesOf('5.15', 'net/udp6')])).toStrictEqual([
      { ...socket, localPort: 40_009, inode: 910 },
    ]);
  });

  it('of 6.18: as many as sockstat counts, the drops that snmp counts', () => {
    const sockets = socketsOf([bytesOf('6.18', 'net/udp')]);
    const sockets6 = socketsOf([bytesOf('6.18', 'net/udp6')]);
    const { sockstat, snmp } = allOf('6.18');
    expect([sockets.length, sockets6.length]).toStrictEqual([sockstat.udpInuse, sockstat.inuse6]);
    expect(sockets.filter(({ drops }) => drops !== 0)).toStrictEqual([
      { ...socket, localPort: 40_123, inode: 9_392_540, drops: snmp.errors.rcvbuf, receiveQueue: 0x1040 },
    ]);
    const towards53 = [...sockets, ...sockets6].filter(({ remotePort }) => remotePort === 53);
    expect(towards53.map(({ localPort }) => localPort)).toStrictEqual([
      51_998, 52_973, 43_282, 46_420, 48_573, 33_996, 52_726, 56_605, 40_708,
    ]);
  });
});
