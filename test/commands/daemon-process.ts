import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

/** A daemon of one's own, on a port of its own. */
export interface DaemonProcess {
  child: ChildProcess;
  url: string;
  /** Messages of its log so far. */
  log: { msg: string; [key: string]: unknown }[];
}

const children = new Set<ChildProcess>();

/** Ends all daemons that still run. */
export function killAll(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}

/** Starts the daemon and waits until it listens. */
export async function startDaemonProcess(
  args: string[],
  options: { stdin?: 'pipe'; uid?: number } = {},
): Promise<DaemonProcess> {
  const { stdin = 'ignore', ...spawnOptions } = options;
  // Unless a test is about probes, none of this machine's nameservers.
  const quiet = args.includes('--probe') ? [] : ['--no-probes'];
  const child = spawn(process.execPath, [CLI, 'run', '--listen', '127.0.0.1:0', ...quiet, ...args], {
    stdio: [stdin, 'pipe', 'inherit'],
    ...spawnOptions,
  });
  children.add(child);
  const log: DaemonProcess['log'] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      log.push(message);
      if (message.msg === 'listening') resolve(`http://127.0.0.1:${message.port}`);
    });
  });
  return { child, url, log };
}

/** Waits until the process has ended. @returns its exit status */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

/** The body at a path. */
export async function get(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** pass, warn or fail. */
export async function health(url: string): Promise<string> {
  return JSON.parse(await get(`${url}/healthz`)).status;
}

/** One series of /metrics by its name and labels as printed; NaN where it is not there. */
export async function metric(url: string, series: string): Promise<number> {
  const line = (await get(`${url}/metrics`))
    .split('\n')
    .find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length));
}

/** Waits, looking again and again, until something is as expected. */
export function until<T>(what: () => Promise<T> | T, expected: T): Promise<void> {
  return expect.poll(what, { timeout: 10_000 }).toEqual(expected);
}
