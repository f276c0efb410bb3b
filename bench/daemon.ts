/**
 * The daemon's weight: time from start to the first scrape, and CPU, wake-ups and memory while idle, beside mtail.
 *
 *   node bench/daemon.ts [idle seconds, default 30]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
async function start(): Promise<{ child: ChildProcess; port: number; ms: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/cli.js', 'run', '--log', log, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
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
