/** A /proc of plain files, and a clock that stands still until a test lets it go on. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Logger, pino } from 'pino';
import { createJournal, type Journal } from '../../../src/journal/journal.ts';
import { type KernelSettings, watchKernel } from '../../../src/watch/kernel/watch-kernel.ts';
import type { KernelWorld } from '../../../src/watch/kernel/world.ts';

/** ms since the epoch, when it all begins. */
export const START = 1_700_000_000_000;

interface VirtualWorld extends KernelWorld {
  /** Lets time pass, timer by timer; waits in between until as many timers are set again as there were before. */
  advance(ms: number): Promise<void>;
  /** Waits until so many timers are set. */
  idle(timers: number): Promise<void>;
  /** Time passes by so much whenever the monotonic clock is looked at. */
  slowness: number;
  pending(): number;
}

function createVirtualWorld(): VirtualWorld {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const world: VirtualWorld = {
    slowness: 0,
    clock: () => START + now,
    monotonic() {
      now += world.slowness;
      return now;
    },
    random: () => 0.5,
    cpu: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async idle(count) {
      const giveUp = performance.now() + 5_000;
      while (timers.size !== count) {
        if (performance.now() > giveUp) throw new Error(`${timers.size} timers instead of ${count}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        const count = timers.size;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await world.idle(count);
      }
      now = Math.max(now, end);
    },
    pending: () => timers.size,
  };
  return world;
}

/** Files by their paths below /proc; undefined: it is taken away. */
export type Tree = Record<string, string | undefined>;

export interface KernelLab {
  readonly proc: string;
  readonly journal: Journal;
  readonly world: VirtualWorld;
  /** What was logged, a JSON line each. */
  readonly logged: string[];
  write(tree: Tree): void;
  link(path: string, target: string): void;
  /** Watches. */
  begin(settings?: Partial<KernelSettings>): Promise<void>;
  /** Watches, and waits until all has been looked at once. */
  use(settings?: Partial<KernelSettings>): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Settings, samples, sockets and flows each have one. */
export const TIMERS = 4;

export function createKernelLab(tree: Tree = {}): KernelLab {
  const proc = mkdtempSync(join(tmpdir(), 'kernel-'));
  const logged: string[] = [];
  const log: Logger = pino({}, { write: (line: string) => void logged.push(line) });
  const world = createVirtualWorld();
  const journal = createJournal(world.clock);
  const watcher = watchKernel(journal, log, world);
  const lab: KernelLab = {
    proc,
    journal,
    world,
    logged,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(proc, path);
        if (text === undefined) rmSync(file, { recursive: true, force: true });
        else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
      }
    },
    link(path, target) {
      const file = join(proc, path);
      mkdirSync(dirname(file), { recursive: true });
      rmSync(file, { force: true });
      symlinkSync(target, file);
    },
    begin: (settings = {}) => watcher.use({ proc, node: {}, ...settings }),
    async use(settings = {}) {
      await lab.begin(settings);
      await world.idle(settings.node?.metricsUrl === undefined ? TIMERS : TIMERS + 1);
    },
    stop: () => watcher.stop(),
    async close() {
      await watcher.stop();
      rmSync(proc, { recursive: true, force: true });
    },
  };
  lab.write(tree);
  return lab;
}

/** A socket of the table. */
export interface Socket {
  local: number;
  remote?: number;
  uid?: number;
  inode?: number;
  drops?: number;
}

const NAMES =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');

/** net/udp, or net/udp6, as the kernel writes it. */
export function udpTable(sockets: readonly Socket[], six = false): string {
  const address = six ? '0'.repeat(32) : '0100007F';
  const lines = sockets.map(({ local, remote = 0, uid = 65_532, inode = local, drops = 0 }, nth) =>
    `${String(nth).padStart(5)}: ${address}:${hex(local)} ${address}:${hex(remote)} 07 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 2 0000000000000000 ${drops}`.padEnd(
      127,
    ),
  );
  return NAMES + lines.map((line) => `${line}\n`).join('');
}

export const sockstat = (inuse: number) => `sockets: used 9\nUDP: inuse ${inuse} mem 2\nUDPLITE: inuse 0\n`;
export const sockstat6 = (inuse: number) => `TCP6: inuse 1\nUDP6: inuse ${inuse}\n`;
export const snmp = (received: number, rcvbuf = 0) =>
  `Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\nUdp: ${received} 3 ${rcvbuf} 7 ${rcvbuf} 0 0 0 0\n`;
const snmp6 = (received: number) =>
  `Udp6InDatagrams                 \t${received}\nUdp6NoPorts                     \t1\nUdp6OutDatagrams                \t2\n`;
export const conntrackStat = (entries: number, drop: number) =>
  `entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n${[
    '0',
    '1',
  ]
    .map(
      () =>
        `${entries.toString(16).padStart(8, '0')} 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 ${drop.toString(16).padStart(8, '0')} 00000000 00000000 00000000 00000000 00000000 00000000\n`,
    )
    .join('')}`;

/** A pod: ten ports may be given, but for two. */
export const POD: Tree = {
  'net/sockstat': sockstat(0),
  'net/sockstat6': sockstat6(0),
  'net/snmp': snmp(100),
  'net/snmp6': snmp6(10),
  'net/netstat': 'TcpExt: SyncookiesSent TCPSynRetrans\nTcpExt: 0 12\n',
  'net/softnet_stat': `${'000000ff 00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000'}\n`,
  'net/udp': udpTable([]),
  'net/udp6': udpTable([], true),
  'net/stat/nf_conntrack': conntrackStat(30, 5),
  'sys/net/ipv4/ip_local_port_range': '40000\t40009\n',
  'sys/net/ipv4/ip_local_reserved_ports': '40003-40004\n',
  'sys/net/netfilter/nf_conntrack_count': '31\n',
  'sys/net/netfilter/nf_conntrack_max': '262144\n',
  'sys/net/netfilter/nf_conntrack_buckets': '65536\n',
  'sys/net/netfilter/nf_conntrack_udp_timeout': '30\n',
  'sys/net/netfilter/nf_conntrack_udp_timeout_stream': '120\n',
};
