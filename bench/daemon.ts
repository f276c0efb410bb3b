/**
 * The daemon's weight: time from start to the first scrape; CPU, wake-ups and memory while idle, beside mtail; CPU and
 * peak memory of catching up with a log of 1 GiB, as it is started by hand and as the image starts it.
 *
 *   node bench/daemon.ts [idle seconds, default 30]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const IDLE_SECONDS = Number(process.argv[2] ?? 30);
const STARTS = 9;
const directory = mkdtempSync(join(tmpdir(), 'netdns-bench-'));
const log = join(directory, 'app.log');
writeFileSync(log, 'go package net: dynamic selection of DNS resolver\n'.repeat(100));

/** Starts the daemon and scrapes it once. */
async function start(
  file = log,
  flags: string[] = [],
  env = {},
): Promise<{ child: ChildProcess; port: number; ms: number }> {
  const began = performance.now();
  const args = [...flags, 'dist/cli.js', 'run', '--no-probes', '--log', file, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line);
    if (msg !== 'listening') continue;
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    await response.text();
    return { child, port, ms: performance.now() - began };
  }
  throw new Error('the daemon ended before it listened');
}

/** CPU time (ns) and voluntary context switches of all threads, from /proc/PID/task/N/{schedstat,status}. */
function usage(pid: number): { cpu: number; wakeups: number } {
  let cpu = 0;
  let wakeups = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    cpu += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    wakeups += Number(
      /voluntary_ctxt_switches:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'))?.[1],
    );
  }
  return { cpu, wakeups };
}

async function idle(name: string, pid: number): Promise<void> {
  await sleep(5_000);
  const before = usage(pid);
  await sleep(IDLE_SECONDS * 1_000);
  const after = usage(pid);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) =>
    (Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024).toFixed(1);
  const ms = (after.cpu - before.cpu) / 1e6 / IDLE_SECONDS;
  const wakeups = (after.wakeups - before.wakeups) / IDLE_SECONDS;
  console.log(
    `${name.padEnd(16)} ${ms.toFixed(2).padStart(8)} ms CPU/s ${wakeups.toFixed(1).padStart(7)} wake-ups/s` +
      `   RSS ${mib('VmRSS')} MiB (anonymous ${mib('RssAnon')})`,
  );
}

/** Lets the daemon catch up with a log, and tells what that cost. */
async function catchUp(name: string, file: string, flags: string[] = [], env = {}): Promise<void> {
  const { child, port } = await start(file, flags, env);
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  let text = await metrics();
  for (; !/netdns_log_bytes_total\{.*\} 10737/.test(text); text = await metrics()) await sleep(100);
  const { cpu } = usage(child.pid ?? 0);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  console.log(
    `${name.padEnd(16)} ${(1073.7 / (cpu / 1e9)).toFixed(0)} MB per CPU-second, peak RSS ${peak.toFixed(1)} MiB`,
  );
  child.kill('SIGKILL');
}

const times: number[] = [];
for (let i = 0; i < STARTS; i++) {
  const { child, ms } = await start();
  times.push(ms);
  child.kill('SIGKILL');
}
times.sort((a, b) => a - b);
console.log(
  `start to first scrape: median ${times[STARTS >> 1]?.toFixed(0)} ms, best ${times[0]?.toFixed(0)} ms of ${STARTS}\n`,
);

const { child } = await start();
await idle('netdns-sidecar', child.pid ?? 0);
child.kill('SIGTERM');

const mtail = spawn(
  'mtail',
  ['--progs', 'bench/netdns.mtail', '--logs', log, '--address', '127.0.0.1', '--port', '0'],
  {
    stdio: 'ignore',
  },
);
mtail.on('error', () => console.log('mtail is not installed: apt-get install mtail'));
if (mtail.pid) await idle('mtail', mtail.pid);
mtail.kill('SIGKILL');

/** As in the Dockerfile. */
const IMAGE_FLAGS = ['--max-semi-space-size=1', '--single-threaded'];
const IMAGE_ENV = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '2' };
console.log('\ncatching up with 1 GiB, 0.1 % and 100 % of the lines matching');
for (const share of ['1', '1000']) {
  const file = `bench/data/scan-${share}-1024.log`;
  if (!existsSync(file)) {
    console.log(`${file} is not there: node bench/scan.ts makes it`);
    continue;
  }
  // Into the page cache: the disk is not what is measured.
  execFileSync('cat', [file], { stdio: 'ignore' });
  await catchUp('by hand', file);
  await catchUp('in the image', file, IMAGE_FLAGS, IMAGE_ENV);
}
