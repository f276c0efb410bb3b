/**
 * Files that kernels wrote, each alone. What they say was read off them, not given by these parsers. Where they are from
 * and what went on while they were taken: test/fixtures/proc/captured/README.md.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConntrackStat } from '../../src/procfs/conntrack-stat.ts';
import { parseLimits } from '../../src/procfs/limits.ts';
import { findLibc } from '../../src/procfs/maps.ts';
import { parseNetstat } from '../../src/procfs/netstat.ts';
import { parseStatus } from '../../src/procfs/process-status.ts';
import { parseSnmp, parseSnmp6 } from '../../src/procfs/snmp.ts';
import { parseSockstat, parseSockstat6 } from '../../src/procfs/sockstat.ts';
import { parseSoftnet } from '../../src/procfs/softnet.ts';
import { flowsOf, socketsOf } from './fixtures.ts';

const root = join(import.meta.dirname, '../fixtures/proc/captured');

/** Of each socket: local port, remote port, inode, drops, bytes in its receive queue. */
type Row = [number, number, number, number, number];

/** All of them are root's, and each has its count of drops. */
function socketRows(text: string, file: string): Row[] {
  const sockets = socketsOf([Buffer.from(text, 'latin1')], file);
  expect(sockets.filter(({ uid, drops }) => uid !== 0 || drops === undefined)).toStrictEqual([]);
  return sockets.map((each) => [
    each.localPort,
    each.remotePort,
    each.inode,
    each.drops ?? -1,
    each.receiveQueue,
  ]);
}

/** A process without rights, as uid and gid 65532. */
function application(name: string, ppid: number, nsPids: number[]) {
  const ids = { real: 65_532, effective: 65_532, saved: 65_532, filesystem: 65_532 };
  const groups = [2000, 65_532];
  const own = { capPermitted: 0n, capEffective: 0n, noNewPrivs: true, threads: 1 };
  return { name, ppid, uids: ids, gids: ids, groups, nsPids, ...own };
}

/** kthreadd, as root with each of 41 capabilities. */
const KTHREADD = {
  name: 'kthreadd',
  ppid: 0,
  uids: { real: 0, effective: 0, saved: 0, filesystem: 0 },
  gids: { real: 0, effective: 0, saved: 0, filesystem: 0 },
  groups: [],
  threads: 1,
  capPermitted: 0x1ff_ffff_ffffn,
  capEffective: 0x1ff_ffff_ffffn,
  noNewPrivs: false,
  nsPids: [2],
};

const GLIBC = { libc: 'glibc', file: '/lib/x86_64-linux-gnu/libc.so.6' };
const MUSL = { libc: 'musl', file: '/lib/x86_64-linux-musl/libc.so' };
const APPLICATION_LIMITS = { openFiles: { soft: 1024, hard: 1_048_576 } };
const KERNEL_LIMITS = { openFiles: { soft: 1024, hard: 4096 } };
/** Seven queries that were answered; three over IPv4 and two over IPv6 that were not. */
const FLOWS = { flows: 26, dnsReplied: 7, dnsUnreplied: 5 };

/** How the files whose names begin so are read, and what each of them says. */
const CAPTURES: Record<string, { read(text: string): unknown; says: Record<string, unknown> }> = {
  nf_conntrack_stat: {
    read: parseConntrackStat,
    says: {
      '5.10.223-debian': {
        entries: 0xb40,
        counters: {
          insert_failed: 0,
          drop: 0,
          early_drop: 0x26,
          clash_resolved: 0x3d7 + 0x43b,
          search_restart: 0,
          invalid: 3,
        },
      },
      '6.1.176-debian': {
        entries: 0x20f,
        counters: {
          insert_failed: 0,
          drop: 9,
          early_drop: 0x1d,
          clash_resolved: 0x78 + 0xc5,
          search_restart: 0,
          invalid: 3,
        },
      },
      '6.12.95-debian': {
        entries: 0x1c,
        counters: {
          insert_failed: 0,
          drop: 0x24,
          early_drop: 2,
          clash_resolved: 0,
          search_restart: 0,
          invalid: 3,
        },
      },
    },
  },
  // Without accounting; with `packets=` and `bytes=`; with `delta-time=`, marks and a zone of its own.
  nf_conntrack: {
    read: (text) => flowsOf([Buffer.from(text, 'latin1')]),
    says: { '5.10.223-debian': FLOWS, '6.1.176-debian': FLOWS, '6.12.95-debian': FLOWS },
  },
  // Without MemErrors before 5.11.
  snmp: {
    read: parseSnmp,
    says: {
      '4.x-prometheus': {
        in: 10_179,
        out: 9846,
        errors: { in: 0, noports: 50, rcvbuf: 0, sndbuf: 0, csum: 0 },
      },
      '5.10.223-debian': {
        in: 7,
        out: 6052,
        errors: { in: 42, noports: 390, rcvbuf: 36, sndbuf: 0, csum: 6 },
      },
      '6.1.176-debian': {
        in: 7,
        out: 1052,
        errors: { in: 42, noports: 10, rcvbuf: 36, sndbuf: 0, csum: 6, mem: 0 },
      },
      '6.12.95-debian': {
        in: 7,
        out: 52,
        errors: { in: 43, noports: 2, rcvbuf: 37, sndbuf: 0, csum: 6, mem: 0 },
      },
    },
  },
  snmp6: {
    read: parseSnmp6,
    says: {
      '5.10.223-debian': {
        in: 4,
        out: 34,
        errors: { in: 21, noports: 3, rcvbuf: 21, sndbuf: 0, csum: 0 },
      },
      '6.1.176-debian': {
        in: 4,
        out: 34,
        errors: { in: 21, noports: 3, rcvbuf: 21, sndbuf: 0, csum: 0, mem: 0 },
      },
      '6.12.95-debian': {
        in: 4,
        out: 34,
        errors: { in: 22, noports: 3, rcvbuf: 22, sndbuf: 0, csum: 0, mem: 0 },
      },
    },
  },
  // 113, 123, 125 and 131 names of TcpExt; MPTcpExt in the last two.
  netstat: {
    read: parseNetstat,
    says: {
      '4.x-prometheus': { tcpSynRetransmits: 16 },
      '5.10.223-debian': { tcpSynRetransmits: 6 },
      '6.1.176-debian': { tcpSynRetransmits: 4 },
      '6.12.95-debian': { tcpSynRetransmits: 8 },
    },
  },
  // 13 columns, 13, 15.
  softnet_stat: {
    read: parseSoftnet,
    says: {
      '5.10.223-debian': { processed: 0x185a + 0x171e, dropped: 0, squeezed: 2 },
      '6.1.176-debian': { processed: 0x4aa + 0x3b9, dropped: 0, squeezed: 0 },
      '6.12.95-debian': { processed: 0x1f + 0x72, dropped: 0, squeezed: 6 },
    },
  },
  sockstat: {
    read: parseSockstat,
    says: {
      '5.10.223-debian': { udpInuse: 9, udpMemPages: 12 },
      '6.1.176-debian': { udpInuse: 9, udpMemPages: 0 },
      '6.12.95-debian': { udpInuse: 9, udpMemPages: 0 },
    },
  },
  sockstat6: {
    read: parseSockstat6,
    says: {
      '5.10.223-debian': { udpInuse: 7 },
      '6.1.176-debian': { udpInuse: 7 },
      '6.12.95-debian': { udpInuse: 7 },
    },
  },
  udp: {
    read: (text) => socketRows(text, 'net/udp'),
    says: {
      '5.10.223-debian': [
        [0xdea8, 53, 1113, 0, 0],
        [0x82b1, 53, 1121, 0, 0],
        [0x9cbb, 0, 1129, 36, 0xc00],
        [0x9cbc, 0, 1138, 0, 0],
        [0xa4c6, 53, 1116, 0, 0],
        [0x84e5, 53, 1115, 0, 0],
        [0xc369, 53, 1120, 0, 0],
        [0x8632, 53, 1114, 0, 0],
        [0xe652, 53, 1122, 0, 0],
      ],
      '6.1.176-debian': [
        [0xe5ba, 53, 11176, 0, 0],
        [0xa803, 53, 11169, 0, 0],
        [0xb86c, 53, 1177, 0, 0],
        [0xca6d, 53, 11174, 0, 0],
        [0x9cbb, 0, 11183, 36, 0xc00],
        [0x9cbc, 0, 11192, 0, 0],
        [0x92c5, 53, 11175, 0, 0],
        [0xe4d6, 53, 11168, 0, 0],
        [0xe0fe, 53, 11170, 0, 0],
      ],
      '6.12.95-debian': [
        [0xb3be, 53, 1200, 0, 0],
        [0xa1f3, 53, 1198, 0, 0],
        [0x969c, 53, 1206, 0, 0],
        [0x9cbb, 0, 1213, 37, 0xa80],
        [0x9cbc, 0, 1222, 0, 0],
        [0xe4dc, 53, 1199, 0, 0],
        [0x90eb, 53, 1204, 0, 0],
        [0xd71a, 53, 1205, 0, 0],
        [0xc188, 53, 1197, 0, 0],
      ],
    },
  },
  udp6: {
    read: (text) => socketRows(text, 'net/udp6'),
    says: {
      '5.10.223-debian': [
        [0x9cbc, 0, 1131, 21, 0xc00],
        [0xe93f, 5353, 1124, 0, 0],
        [0xa14c, 5353, 1123, 0, 0],
        [0xcdb4, 5353, 1125, 0, 0],
        [0xa7be, 53, 1128, 0, 0],
        [0x85bf, 5353, 1126, 0, 0],
        [0xd292, 53, 1127, 0, 0],
      ],
      '6.1.176-debian': [
        [0xa7a6, 53, 11182, 0, 0],
        [0xafd0, 5353, 11180, 0, 0],
        [0xe3e2, 5353, 11179, 0, 0],
        [0x903b, 5353, 11178, 0, 0],
        [0xce41, 53, 11181, 0, 0],
        [0xc485, 5353, 11177, 0, 0],
        [0x9cbc, 0, 11185, 21, 0xc00],
      ],
      '6.12.95-debian': [
        [0xc5c1, 5353, 1208, 0, 0],
        [0xa7ef, 5353, 1209, 0, 0],
        [0x9cbc, 0, 1215, 22, 0xa80],
        [0x974c, 53, 1211, 0, 0],
        [0x876d, 53, 1212, 0, 0],
        [0xc976, 5353, 1210, 0, 0],
        [0xe181, 5353, 1207, 0, 0],
      ],
    },
  },
  status_glibc: {
    read: parseStatus,
    says: {
      '5.10.223-debian': application('load-glibc', 1, [6120]),
      '6.1.176-debian': application('load-glibc', 1, [1128]),
      '6.12.95-debian': { ...application('load-glibc', 1, [182]), kernelThread: false },
    },
  },
  status_musl: {
    read: parseStatus,
    says: {
      '5.10.223-debian': application('load-musl', 1, [6121]),
      '6.1.176-debian': application('load-musl', 1, [1129]),
      '6.12.95-debian': { ...application('load-musl', 1, [183]), kernelThread: false },
    },
  },
  // Seen from outside of its PID namespace, where it is the first.
  status_pidns: {
    read: parseStatus,
    says: {
      '5.10.223-debian': application('load', 6122, [6124, 1]),
      '6.1.176-debian': application('load', 1130, [1132, 1]),
      '6.12.95-debian': { ...application('load', 184, [186, 1]), kernelThread: false },
    },
  },
  status_kthread: {
    read: parseStatus,
    says: {
      '5.10.223-debian': KTHREADD,
      '6.1.176-debian': KTHREADD,
      '6.12.95-debian': { ...KTHREADD, kernelThread: true },
    },
  },
  limits_glibc: {
    read: parseLimits,
    says: {
      '5.10.223-debian': APPLICATION_LIMITS,
      '6.1.176-debian': APPLICATION_LIMITS,
      '6.12.95-debian': APPLICATION_LIMITS,
    },
  },
  limits_kthread: {
    read: parseLimits,
    says: {
      '5.10.223-debian': KERNEL_LIMITS,
      '6.1.176-debian': KERNEL_LIMITS,
      '6.12.95-debian': KERNEL_LIMITS,
    },
  },
  maps_glibc: {
    read: findLibc,
    says: { '5.10.223-debian': GLIBC, '6.1.176-debian': GLIBC, '6.12.95-debian': GLIBC },
  },
  maps_musl: {
    read: findLibc,
    says: { '5.10.223-debian': MUSL, '6.1.176-debian': MUSL, '6.12.95-debian': MUSL },
  },
  // Linked statically.
  maps_pidns: {
    read: findLibc,
    says: { '5.10.223-debian': undefined, '6.1.176-debian': undefined, '6.12.95-debian': undefined },
  },
};

const ROWS = Object.entries(CAPTURES).flatMap(([what, { read, says }]) =>
  Object.entries(says).map(([kernel, expected]) => ({ file: `${what}-${kernel}.txt`, read, expected })),
);

it.each(ROWS)('$file says what it says', ({ file, read, expected }) => {
  expect(read(readFileSync(join(root, file), 'latin1'))).toStrictEqual(expected);
});

it('leaves out no file', () => {
  expect(globSync('*.txt', { cwd: root }).sort()).toStrictEqual(ROWS.map(({ file }) => file).sort());
});
