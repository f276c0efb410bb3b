/**
 * A network of its own with a scripted DNS server in it, and a mount namespace in which /etc/resolv.conf names that
 * server. The server is the namespace's first process: when it ends, and it ends with us, the namespace is gone.
 */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const isRoot = process.getuid?.() === 0;

/** Without root the namespaces belong to a user namespace in which we are root. */
export const UNSHARE = [
  'unshare',
  '--net',
  '--mount',
  '--propagation=private',
  ...(isRoot ? [] : ['--map-root-user']),
] as const;

/** The same server where nothing listens on TCP. */
export const WITHOUT_TCP = '127.0.0.54';

const SERVER = fileURLToPath(new URL('dns-server.ts', import.meta.url));

/** One server, and impatient clients: musl waits its whole timeout even after a SERVFAIL. */
const etc = {
  'resolv.conf': 'nameserver 127.0.0.53\noptions timeout:1 attempts:1\n',
  'nsswitch.conf': 'hosts: files dns\n',
  hosts: '127.0.0.1 localhost\n',
};

/** What a namespace has beside its loopback interface. */
interface NamespaceOptions {
  /** Its first process: says a line when it is ready, ends when its standard input does. */
  server?: readonly string[];
  /** Shell commands before that, as root of the namespace. */
  setUp?: string;
  /** How long what is started in it may live, ms. */
  lifetime?: number;
}

const setUpWith = (commands: string) => `
  ip link set lo up
  for file in ${Object.keys(etc).join(' ')}; do mount --bind "$0/$file" "/etc/$file"; done
  ${commands}
  exec "$@"`;

export interface Namespace {
  /** Starts a command in the namespace. Nothing there lives longer than the namespace allows: a minute. */
  spawn(command: readonly string[], options: { env: NodeJS.ProcessEnv; stdio: StdioOptions }): ChildProcess;
  /** The first process: what it is told, and what it says after it has said that it is ready. */
  readonly first: { input: Writable; lines: Interface };
  close(): Promise<void>;
}

/** @param directory where the namespace's /etc files are put */
export async function createNamespace(
  directory: string,
  {
    server: command = [process.execPath, SERVER, '127.0.0.53', `${WITHOUT_TCP}:refuse-tcp`],
    setUp = '',
    lifetime = 60_000,
  }: NamespaceOptions = {},
): Promise<Namespace> {
  for (const [file, content] of Object.entries(etc)) writeFileSync(join(directory, file), content);

  const [unshare, ...flags] = UNSHARE;
  const server = spawn(unshare, [...flags, 'sh', '-euc', setUpWith(setUp), directory, ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  const lines = createInterface(server.stdout);
  await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) => {
      throw new Error(`the namespace could not be made: exit status ${code}, see above`);
    }),
  ]);

  const enter = [
    `--target=${server.pid}`,
    '--net',
    '--mount',
    ...(isRoot ? [] : ['--user', '--preserve-credentials']),
    '--',
  ];
  return {
    spawn: (command, options) =>
      spawn('nsenter', [...enter, ...command], { ...options, timeout: lifetime, killSignal: 'SIGKILL' }),
    first: { input: server.stdin, lines },
    async close() {
      server.stdin.end();
      await exited;
    },
  };
}
