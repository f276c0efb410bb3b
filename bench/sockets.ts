/**
 * What the kernel watchers cost, in a network namespace of its own: reading the table of 28,000 UDP sockets, beside cat
 * and ss, in turn; and all watchers of kernel and process together while nothing happens, with few sockets and with
 * many. See bench/README.md.
 *
 *   node bench/sockets.ts [--rounds 5] [--sockets 28000] [--idle 30]
 */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { measure } from './measure.ts';
import type { Idle, TableRead } from './sockets-child.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    sockets: { type: 'string', default: '28000' },
    idle: { type: 'string', default: '30' },
    inside: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(values.rounds);
const SOCKETS = Number(values.sockets);
const FEW = 20;
/** RLIMIT_NOFILE often forbids more. */
const SOCKETS_A_PROCESS = 7_000;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
/** As in the Dockerfile. */
const IMAGE_FLAGS = ['--max-semi-space-size=1', '--single-threaded'];
const IMAGE_ENV = { ...process.env, MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '2' };

/** Runs this program again where there are no sockets and no processes but its own, as in a pod. */
function runInside(): number {
  const root = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const flags = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', ...root];
  const command = [process.execPath, at('sockets.ts'), '--inside', ...process.argv.slice(2)];
  const { status, error } = spawnSync('unshare', [...flags, ...command], { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

/** Processes that hold so many sockets together. */
async function hold(sockets: number): Promise<ChildProcess[]> {
  const holders: ChildProcess[] = [];
  for (let left = sockets; left > 0; left -= SOCKETS_A_PROCESS) {
    const args = [at('sockets-holder.ts'), `${Math.min(left, SOCKETS_A_PROCESS)}`];
    const holder = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    holders.push(holder);
    await Promise.race([
      once(createInterface(holder.stdout), 'line'),
      once(holder, 'exit').then(() => Promise.reject(new Error('the sockets could not be opened'))),
    ]);
  }
  return holders;
}

async function release(holders: readonly ChildProcess[]): Promise<void> {
  for (const holder of holders) holder.stdin?.end();
  await Promise.all(holders.map((holder) => once(holder, 'exit')));
}

async function child<T>(...args: string[]): Promise<T> {
  const command = [...IMAGE_FLAGS, at('sockets-child.ts'), ...args];
  const { stdout } = await run(process.execPath, command, { env: IMAGE_ENV });
  return JSON.parse(stdout) as T;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Our reader, cat and ss in turn, round by round. */
async function tables(): Promise<void> {
  const peers = { 'cat /proc/net/udp': 'cat /proc/net/udp >/dev/null', 'ss -uan': 'ss -uan >/dev/null' };
  const ours: TableRead[] = [];
  const times = new Map(Object.keys(peers).map((name) => [name, [] as { wallMs: number; cpuMs: number }[]]));
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await child<TableRead>('table', `${SOCKETS}`));
    for (const [name, command] of Object.entries(peers)) {
      const { wallSeconds, cpuSeconds } = await measure(['sh', '-c', command]);
      times.get(name)?.push({ wallMs: wallSeconds * 1_000, cpuMs: cpuSeconds * 1_000 });
    }
  }
  const rows = [['netdns-sidecar', ours] as const, ...times].map(([name, list]) => ({
    name,
    wallMs: median(list.map(({ wallMs }) => wallMs)),
    cpuMs: median(list.map(({ cpuMs }) => cpuMs)),
  }));
  const cat = rows[1]?.cpuMs ?? Number.NaN;
  console.log(`reading ${SOCKETS} UDP sockets | ms | ms CPU | x cat`);
  for (const { name, wallMs, cpuMs } of rows) {
    console.log(`${name} | ${wallMs.toFixed(0)} | ${cpuMs.toFixed(0)} | ${(cpuMs / cat).toFixed(2)}`);
  }
  const worst = (of: (read: TableRead) => number) => Math.max(...ours.map(of)).toFixed(1);
  console.log(
    `longest stall of the event loop, of ${ROUNDS} processes: ${worst(({ stallMs }) => stallMs)} ms ` +
      `(${worst(({ delayMs }) => delayMs)} ms by monitorEventLoopDelay); ` +
      `busy for ${median(ours.map(({ busyMs }) => busyMs)).toFixed(0)} ms of one read`,
  );
  console.log(`peak memory grew by at most ${worst(({ grownMiB }) => grownMiB)} MiB\n`);
}

/** What the watchers cost while nothing happens but they. */
async function idle(sockets: number): Promise<void> {
  const holders = await hold(sockets);
  const result = await child<Idle>('idle', `${values.idle}`, `${holders[0]?.pid}`);
  console.log(
    `idle with ${sockets} sockets: ${result.cpuMsPerSecond.toFixed(2)} ms CPU/s, ${result.wakeUpsPerSecond.toFixed(1)} wake-ups/s; ` +
      `${result.samples} samples, ${result.tables} tables in ${values.idle} s`,
  );
  await release(holders);
}

async function measureAll(): Promise<void> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const holders = await hold(SOCKETS);
  console.log(/^UDP: inuse \d+/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[0]);
  await tables();
  await release(holders);
  await idle(FEW);
  await idle(SOCKETS);
}

if (values.inside) await measureAll();
else process.exitCode = runInside();
