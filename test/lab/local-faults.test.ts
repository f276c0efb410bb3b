/**
 * Faults of the machine itself: no free source port, a firewall that forbids, no route, nobody listening. The models meet
 * them on real sockets as the real resolvers do, and give the application the same words.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { parseLookups, REAL_RESOLVERS, type RealProgram, realPrograms } from './addresses.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { describeInLab } from './requirements.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const SET_UP_MS = 120_000;

/** Says that it is ready and ends with its standard input; before that it does as told. */
const first = (before: string) => [
  process.execPath,
  '-e',
  `(async () => { ${before}; console.log('ready'); process.stdin.resume().on('end', () => process.exit()); })()`,
];
const HOLD_PORTS = `
  const { createSocket } = require('node:dgram');
  for (const port of [40000, 40001]) await new Promise((bound) => createSocket('udp4').bind(port, '0.0.0.0', bound));`;

interface Fault {
  name: string;
  setUp?: string;
  first: readonly string[];
  /** What a Go application sees, ports left out. */
  go: string;
}

const GO = 'lookup host.test on 127.0.0.53:53: ';
const FAULTS: readonly Fault[] = [
  {
    name: 'no free source port',
    setUp: 'sysctl -qw net.ipv4.ip_local_port_range="40000 40001"',
    first: first(HOLD_PORTS),
    go: `${GO}dial udp 127.0.0.53:53: connect: resource temporarily unavailable`,
  },
  {
    name: 'a firewall rule that drops what leaves',
    setUp: `
      nft add table inet lab
      nft add chain inet lab out '{ type filter hook output priority 0; }'
      nft add rule inet lab out udp dport 53 drop`,
    first: first(''),
    go: `${GO}write udp 127.0.0.1:PORT->127.0.0.53:53: write: operation not permitted`,
  },
  {
    name: 'no route to the nameserver',
    setUp: 'echo "nameserver 192.0.2.53\noptions timeout:1 attempts:1" >/etc/resolv.conf',
    first: first(''),
    go: 'lookup host.test on 192.0.2.53:53: dial udp 192.0.2.53:53: connect: network is unreachable',
  },
  {
    name: 'nobody listening at the nameserver',
    first: first(''),
    go: `${GO}read udp 127.0.0.1:PORT->127.0.0.53:53: read: connection refused`,
  },
];

interface Seen {
  outcome: string;
  error: string;
}

const withoutPorts = (error: string) => error.replace(/:\d+->/, ':PORT->');

async function output(namespace: Namespace, command: readonly string[]): Promise<string> {
  const child = namespace.spawn(command, {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([child.stdout ? text(child.stdout) : '', once(child, 'close')]);
  return printed;
}

async function realResult(namespace: Namespace, { program }: RealProgram): Promise<Seen | undefined> {
  const [lookup] = parseLookups(await output(namespace, [program, 'unspec', 'go', 'host.test']));
  return lookup && { outcome: lookup.outcome, error: withoutPorts(lookup.error) };
}

async function modelResult(namespace: Namespace, { model }: RealProgram): Promise<Seen> {
  const call = [process.execPath, CLI, 'resolve', 'host.test', '--as', model, '--json'];
  const { outcome, error } = JSON.parse(await output(namespace, call)) as Seen;
  return { outcome, error: withoutPorts(error) };
}

describeInLab('faults of the machine', () => {
  let programs: Record<(typeof REAL_RESOLVERS)[number], RealProgram>;
  beforeAll(async () => {
    programs = await realPrograms();
  }, SET_UP_MS);

  it.concurrent.each(FAULTS)('$name', async ({ setUp = '', first: server, go }) => {
    const directory = mkdtempSync(join(tmpdir(), 'netdns-faults-'));
    const namespace = await createNamespace(directory, { server, setUp });
    try {
      for (const resolver of REAL_RESOLVERS) {
        const real = await realResult(namespace, programs[resolver]);
        expect(real?.outcome).not.toBe('ok');
        expect(await modelResult(namespace, programs[resolver])).toEqual(real);
        if (resolver === 'go') expect(real?.error).toBe(go);
      }
    } finally {
      await namespace.close();
      rmSync(directory, { recursive: true });
    }
  });
}, ['nft']);
