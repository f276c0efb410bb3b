/** A network of its own with servers that a test switches from one behaviour to another, and daemons that probe them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logged } from './container-log.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { createNamespace, type Namespace, type NamespaceOptions } from './namespace.ts';
import type { Request, Response } from './switchable-server.ts';

const SERVER = join(import.meta.dirname, 'switchable-server.ts');
/** Many test files share the machine. */
const LIFETIME_MS = 240_000;

export interface SwitchableLab<B extends string> {
  readonly namespace: Namespace;
  /** Server by server: when it returns, they behave so. */
  switchTo(behaviours: Readonly<Record<string, B>>): Promise<void>;
  /** A daemon that probes by a root directory of its own, and reads the logs there. */
  startDaemon(options: DaemonOptions): Promise<Daemon>;
  /** Of a daemon's own: `etc/resolv.conf` and the like, before and while it runs. */
  writeFile(daemon: string, path: string, content: string): string;
  pathOf(daemon: string, path: string): string;
  /** Runs an application in the namespace to its end, its output appended to a log of a daemon's. */
  run(daemon: string, log: string, command: readonly string[], env: NodeJS.ProcessEnv): Promise<void>;
  close(): Promise<void>;
}

interface DaemonOptions {
  /** Unique in the lab: the name of its directory. */
  name: string;
  resolvConf: string;
  /** What is in `app.log` already. Other files whose names end so are logs too. */
  log?: string;
  probes?: object;
  thresholds?: object;
  /** More of its configuration. */
  config?: object;
}

/** @param behaviours module that exports the `behaviours` there are, by name */
export async function openSwitchableLab<B extends string>(
  behaviours: string,
  options: Pick<NamespaceOptions, 'setUp' | 'beside' | 'nameserver'> = {},
): Promise<SwitchableLab<B>> {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-switchable-'));
  const namespace = await createNamespace(directory, {
    server: [process.execPath, SERVER, behaviours],
    ...options,
    lifetime: LIFETIME_MS,
  });
  const request = requesterOf(namespace);
  const daemons: Daemon[] = [];

  const pathOf = (daemon: string, path: string) => join(directory, daemon, path);
  function writeFile(daemon: string, path: string, content: string): string {
    const file = pathOf(daemon, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  return {
    namespace,
    async switchTo(wanted) {
      for (const [address, behaviour] of Object.entries<string>(wanted)) {
        const { status, body } = await request({ address, behaviour });
        if (status !== 200) throw new Error(`${address} cannot be ${behaviour}: ${body}`);
      }
    },
    async startDaemon({ name, resolvConf, log = '', probes, thresholds = {}, config = {} }) {
      writeFile(name, 'etc/resolv.conf', resolvConf);
      writeFile(name, 'etc/hosts', '127.0.0.1 localhost\n');
      writeFile(name, 'app.log', log);
      const root = join(directory, name);
      const logs = [{ file: join(root, '*.log') }];
      const daemon = await startDaemon(
        root,
        { logs, root, ...(probes && { probes }), thresholds, ...config },
        { spawn: namespace.spawn, read: (url) => request({ url }) },
      );
      daemons.push(daemon);
      return daemon;
    },
    writeFile,
    pathOf,
    async run(daemon, log, command, env) {
      const { status, signal } = await logged(pathOf(daemon, log), 'plain', (output) =>
        namespace.spawn(command, {
          env: { PATH: process.env.PATH, ...env },
          stdio: ['ignore', output, output],
        }),
      );
      if (status !== 0) throw new Error(`${command.join(' ')}: status ${status}, signal ${signal}`);
    },
    async close() {
      await Promise.all(daemons.map((daemon) => daemon.stop()));
      await namespace.close();
      rmSync(directory, { recursive: true });
    },
  };
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Requests to the namespace's first process, which may answer them in any order. */
function requesterOf({ first }: Namespace): (request: WithoutId<Request>) => Promise<Response> {
  const waiting = new Map<number, (response: Response) => void>();
  let requests = 0;
  first.lines.on('line', (line) => {
    const response = JSON.parse(line) as Response;
    waiting.get(response.id)?.(response);
    waiting.delete(response.id);
  });
  return (request) =>
    new Promise((resolve) => {
      const id = ++requests;
      waiting.set(id, resolve);
      first.input.write(`${JSON.stringify({ ...request, id })}\n`);
    });
}
