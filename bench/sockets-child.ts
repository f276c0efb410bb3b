/**
 * One measurement of bench/sockets.ts in a fresh process, printed as JSON.
 *
 *   node bench/sockets-child.ts table SOCKETS
 *   node bench/sockets-child.ts idle SECONDS PID
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { destination, pino } from 'pino';
import { createJournal } from '../src/journal/journal.ts';
import type { UdpTable } from '../src/journal/kernel-record.ts';
import { watchKernel } from '../src/watch/kernel/watch-kernel.ts';
import { REAL_KERNEL_WORLD } from '../src/watch/kernel/world.ts';
import { watchProcess } from '../src/watch/process/watch-process.ts';

/** What one look at everything cost, the tables of sockets among it. */
export interface TableRead {
  /** Of the tables alone. */
  wallMs: number;
  cpuMs: number;
  /** Of that, time in which the event loop ran something. */
  busyMs: number;
  /** The longest time in which a timer of 1 ms did not run. */
  stallMs: number;
  /** The same as monitorEventLoopDelay has it. */
  delayMs: number;
  /** What the high-water mark of the resident memory rose by, after warming up. */
  grownMiB: number;
}

/** What the watchers cost while nothing happens. */
export interface Idle {
  cpuMsPerSecond: number;
  wakeUpsPerSecond: number;
  samples: number;
  tables: number;
}

/** A fault of the watchers is told on standard error. */
const log = pino({ level: 'error' }, destination(2));

/** Looks in one process: what the one before has seen is held against each. */
const READS = 3;
const LOOK_EVERY_MS = 5;
/** Starting up is not what is measured. */
const SETTLE_MS = 5_000;

/** A watcher whose pauses end when that is wanted, not when they are over. */
interface Watched {
  /** One look at everything. @returns the table that was read meanwhile */
  look(): Promise<UdpTable>;
  stop(): Promise<void>;
}

async function watch(proc: string): Promise<Watched> {
  const journal = createJournal(Date.now);
  const waiting = new Set<() => void>();
  let skipped = 0;
  const watcher = watchKernel(journal, log, {
    ...REAL_KERNEL_WORLD,
    clock: () => Date.now() + skipped,
    monotonic: () => performance.now() + skipped,
    after(_ms, run) {
      waiting.add(run);
      return () => waiting.delete(run);
    },
  });
  async function tableAfter(before: UdpTable | undefined): Promise<UdpTable> {
    for (;;) {
      const { looks, udp } = journal.kernel;
      if (udp.table && udp.table !== before) return udp.table;
      const look = looks.get('udp');
      if (look && look.state !== 'ok') throw new Error(look.why);
      await sleep(LOOK_EVERY_MS);
    }
  }

  await watcher.use({ proc, node: {} });
  // It looks at once.
  await tableAfter(undefined);

  return {
    async look() {
      const before = journal.kernel.udp.table;
      // Longer than any pause.
      skipped += 3_600_000;
      const due = [...waiting];
      waiting.clear();
      for (const run of due) run();
      return tableAfter(before);
    },
    stop: () => watcher.stop(),
  };
}

/** The same code over a table of few sockets, until it is compiled and the meters have what they need. */
async function warmUp(): Promise<void> {
  const proc = mkdtempSync(join(tmpdir(), 'netdns-bench-'));
  cpSync('/proc/net/sockstat', join(proc, 'net/sockstat'));
  // The line of names, and sockets.
  const lines = readFileSync('/proc/net/udp', 'latin1')
    .split('\n', 200)
    .filter((line) => line !== '');
  writeFileSync(join(proc, 'net/udp'), `${lines.join('\n')}\n`, 'latin1');
  const { look, stop } = await watch(proc);
  for (let time = 0; time < 20; time++) await look();
  await stop();
}

/** Time goes by: how long did the event loop not go round? */
async function stallOf(work: () => Promise<unknown>): Promise<{ stallMs: number; delayMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let last = performance.now();
  let stallMs = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last);
    last = now;
  }, 1);
  await sleep(100);
  delay.reset();
  stallMs = 0;
  await work();
  // Both have seen the end of it.
  await sleep(10);
  clearInterval(timer);
  delay.disable();
  return { stallMs, delayMs: delay.max / 1e6 };
}

async function readTable(sockets: number): Promise<TableRead> {
  await stallOf(warmUp);
  const peakKiB = process.resourceUsage().maxRSS;
  const { look, stop } = await watch('/proc');
  const results: Pick<TableRead, 'wallMs' | 'cpuMs' | 'busyMs'>[] = [];
  for (let time = 0; time < READS; time++) {
    const [cpu, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
    const { sockets: counted, tookMs: wallMs } = await look();
    if (counted < sockets) throw new Error(`only ${counted} sockets were counted`);
    const { user, system } = process.cpuUsage(cpu);
    const { active: busyMs } = performance.eventLoopUtilization(loop);
    results.push({ wallMs, cpuMs: (user + system) / 1_000, busyMs });
  }
  const stall = await stallOf(look);
  const grownMiB = (process.resourceUsage().maxRSS - peakKiB) / 1_024;
  await stop();
  const typical = results.toSorted((a, b) => a.cpuMs - b.cpuMs)[READS >> 1];
  if (!typical) throw new Error('no read');
  return { ...typical, ...stall, grownMiB };
}

/** Voluntary context switches of all our threads. */
function wakeUps(): number {
  return readdirSync('/proc/self/task').reduce((sum, task) => {
    const status = readFileSync(`/proc/self/task/${task}/status`, 'utf8');
    return sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]);
  }, 0);
}

/** The watchers as the daemon runs them. */
async function idle(seconds: number, pid: number): Promise<Idle> {
  const journal = createJournal(Date.now);
  const kernel = watchKernel(journal, log);
  const processes = watchProcess(journal, log);
  await kernel.use({ proc: '/proc', node: {} });
  await processes.use({ proc: '/proc', pid });
  await sleep(SETTLE_MS);

  const [cpu, wakes, began] = [process.cpuUsage(), wakeUps(), Date.now()];
  await sleep(seconds * 1_000);
  const { user, system } = process.cpuUsage(cpu);
  const samples = journal.kernel.udp.samples.filter(({ at }) => at >= began);
  const result = {
    cpuMsPerSecond: (user + system) / 1_000 / seconds,
    wakeUpsPerSecond: (wakeUps() - wakes) / seconds,
    samples: samples.filter(({ portsFrom }) => portsFrom === 'estimate').length,
    tables: samples.filter(({ portsFrom }) => portsFrom === 'table').length,
  };
  await Promise.all([kernel.stop(), processes.stop()]);
  return result;
}

const [what, count = '', pid = ''] = process.argv.slice(2);
const measured = what === 'table' ? await readTable(Number(count)) : await idle(Number(count), Number(pid));
process.stdout.write(JSON.stringify(measured));
