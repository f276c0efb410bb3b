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
const UNSHARE_AGAIN = ['unshare', '--net', '--mount', '--propagation=private'] as const;
export const UNSHARE = [...UNSHARE_AGAIN, ...(isRoot ? [] : ['--map-root-user'])] as const;

/** The same server where nothing listens on TCP. */
export const WITHOUT_TCP = '127.0.0.54';

const SERVER = fileURLToPath(new URL('dns-server.ts', import.meta.url));

/** One server, and impatient clients: musl waits its whole timeout even after a SERVFAIL. */
const etc = {
  'resolv.conf': resolvConfOf('127.0.0.53'),
  'nsswitch.conf': 'hosts: files dns\n',
  hosts: '127.0.0.1 localhost\n',
};

function resolvConfOf(nameserver: string): string {
  return `nameserver ${nameserver}\noptions timeout:1 attempts:1\n`;
}

/** What a namespace has beside its loopback interface. */
export interface NamespaceOptions {
  /** Its first process: says a line when it is ready, ends when its standard input does. */
  server?: readonly string[];
  /** Shell commands before that, as root of the namespace. */
  setUp?: string;
  /** How long what is started in it may live, ms. */
  lifetime?: number;
  /** The address of its nameserver. */
  nameserver?: string;
  /** One whose mounts it has too; without root it must be the same user's. */
  beside?: Namespace;
  /** Processes of its own, of which `first` is number 1: `proc` of the directory is their /proc. */
  ownProcesses?: boolean;
}

const setUpWith = (commands: string) => `
  ip link set lo up
  for file in ${Object.keys(etc).join(' ')}; do mount --bind "$0/$file" "/etc/$file"; done
  ${commands}
  exec "$@"`;

const OWN_PROC = 'mkdir "$0/proc"; mount -t proc proc "$0/proc"';

export interface Namespace {
  /** A process in it, by its number here. */
  readonly pid: number;
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
    nameserver,
    beside,
    ownProcesses = false,
  }: NamespaceOptions = {},
): Promise<Namespace> {
  const files = { ...etc, ...(nameserver && { 'resolv.conf': resolvConfOf(nameserver) }) };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, file), content);

  const [unshare, ...flags] = beside ? UNSHARE_AGAIN : UNSHARE;
  const script = setUpWith(ownProcesses ? `${OWN_PROC}; ${setUp}` : setUp);
  const pidFlags = ownProcesses ? ['--pid', '--fork', '--kill-child'] : [];
  const args = [...flags, ...pidFlags, 'sh', '-euc', script, directory, ...command];
  const stdio: StdioOptions = ['pipe', 'pipe', 'inherit'];
  const server = beside
    ? beside.spawn([unshare, ...args], { env: process.env, stdio })
    : spawn(unshare, args, { stdio });
  const { pid, stdin, stdout } = server;
  if (pid === undefined || !stdin || !stdout) throw new Error(`${unshare} could not be started`);
  const exited = once(server, 'exit');
  const lines = createInterface(stdout);
  await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) => {
      throw new Error(`the namespace could not be made: exit status ${code}, see above`);
    }),
  ]);

  const enter = [
    `--target=${pid}`,
    '--net',
    '--mount',
    ...(isRoot ? [] : ['--user', '--preserve-credentials']),
    '--',
    // Nothing outlives the test, however that ends.
    'setpriv',
    '--pdeathsig=KILL',
    '--',
  ];
  return {
    pid,
    spawn: (command, options) =>
      spawn('nsenter', [...enter, ...command], { ...options, timeout: lifetime, killSignal: 'SIGKILL' }),
    first: { input: stdin, lines },
    async close() {
      stdin.end();
      await exited;
    },
  };
}
