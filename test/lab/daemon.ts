/** The daemon under test, as an operator sees it: a process, its configuration, its HTTP interface, its exit. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const STARTS_WITHIN_MS = 10_000;
const STOPS_WITHIN_MS = 2_000;

export interface Finding {
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: string;
  readonly subject: string;
  readonly evidence: readonly string[];
}

export interface Health {
  readonly httpStatus: number;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly findings: readonly Finding[];
}

export interface Daemon {
  /** The series of a metric that are not 0, by their labels as they stand in the text: `order="cgo"`. */
  series(metric: string): Promise<Record<string, number>>;
  health(): Promise<Health>;
  /** The document at a path. */
  json(path: string): Promise<unknown>;
  /** Sends SIGTERM; fails unless the daemon then ends by itself, soon and with status 0. */
  stop(): Promise<void>;
}

/** Starts a command, and reads a URL, where the daemon is to run. */
export interface Place {
  spawn(command: readonly string[], options: { env: NodeJS.ProcessEnv; stdio: StdioOptions }): ChildProcess;
  read(url: string): Promise<{ status: number; body: string }>;
}

const HERE: Place = {
  spawn: ([command = '', ...args], options) => spawn(command, args, options),
  async read(url) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.text() };
  },
};

/** @param directory where the configuration file is put */
export async function startDaemon(directory: string, config: object, place = HERE): Promise<Daemon> {
  const file = join(directory, 'netdns-sidecar.yaml');
  // JSON is YAML. Unless a test is about them, no probe of this machine's nameservers.
  writeFileSync(file, JSON.stringify({ probes: { enabled: false }, ...config, listen: '127.0.0.1:0' }));
  const child = place.spawn([process.execPath, CLI, 'run', '--config', file], {
    // No NETDNS_* of the developer's.
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const base = await listeningAt(child);
  const get = (path: string) => place.read(base + path);

  return {
    async series(metric) {
      const { body } = await get('/metrics');
      const samples = body.matchAll(new RegExp(`^${metric}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
      const series = Array.from(samples, ([, labels = '', value]) => [labels, Number(value)] as const);
      return Object.fromEntries(series.filter(([, value]) => value !== 0));
    },
    async health() {
      const { status: httpStatus, body } = await get('/healthz');
      const { status, findings } = JSON.parse(body) as Omit<Health, 'httpStatus'>;
      return { httpStatus, status, findings };
    },
    json: async (path) => JSON.parse((await get(path)).body),
    stop: () => stop(child),
  };
}

/** The daemon's own log says where it listens. It is read to its end, so that the pipe never fills. */
async function listeningAt(child: ChildProcess): Promise<string> {
  const deadline = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS);
  try {
    return await new Promise((resolve, reject) => {
      if (!child.stdout) throw new Error('the daemon has no stdout');
      createInterface(child.stdout).on('line', (line) => {
        const entry = JSON.parse(line) as { msg?: string; address?: string; port?: number };
        if (entry.msg === 'listening') resolve(`http://${entry.address}:${entry.port}`);
      });
      child.on('exit', (code, signal) => {
        reject(new Error(`the daemon ended before it listened: status ${code}, signal ${signal}`));
      });
    });
  } finally {
    clearTimeout(deadline);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(STOPS_WITHIN_MS) });
  child.kill('SIGTERM');
  try {
    const [code, signal] = await exit;
    if (code !== 0) throw new Error(`the daemon ended with status ${code}, signal ${signal}`);
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Error(`the daemon did not stop cleanly within ${STOPS_WITHIN_MS} ms of SIGTERM`, { cause });
  }
}
