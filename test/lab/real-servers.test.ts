/**
 * Names of all kinds, looked up at BIND, unbound and dnsmasq: the models give what the real resolvers of this machine
 * give, with the same addresses in the same order and the same errors.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintFlags } from '../../src/resolver/model.ts';
import { compileAddresses, goMinorVersion, libcVersions } from './builds.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { HOSTS, NAMES, SEARCH } from './real-zone.ts';
import { describeInLab } from './requirements.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const SERVERS = fileURLToPath(new URL('real-servers.ts', import.meta.url));
const SET_UP_TIMEOUT_MS = 300_000;

/** In the order of real-servers.ts. BIND only answers for its own zones, the others forward to it. */
const nameservers = { BIND: '127.0.0.1', unbound: '127.0.0.2', dnsmasq: '127.0.0.3' } as const;

/** So that AI_ADDRCONFIG finds both families, and the order of addresses has something to go by. */
const ADDRESSES = `
  ip addr add 198.51.100.7/24 dev lo
  ip addr add 2001:db8:1::7/64 dev lo nodad`;

/** What an application got. */
interface Found {
  error: string;
  addresses: string[];
}
type ByName = Record<string, Found>;

const directory = mkdtempSync(join(tmpdir(), 'netdns-real-'));

/** Runs a command with a nameserver to its end, and gives what it printed; failed lookups are in there. */
type Run = (command: readonly string[]) => Promise<string>;

/** All nameservers are asked at once: each command has a resolv.conf of its own. */
const WITH_RESOLV_CONF = 'mount --bind "$0" /etc/resolv.conf; exec "$@"';

function runWith(namespace: Namespace, nameserver: string): Run {
  const resolvConf = join(directory, `resolv.conf-${nameserver}`);
  writeFileSync(resolvConf, `nameserver ${nameserver}\n${SEARCH}options timeout:1 attempts:1\n`);
  return async (command) => {
    const child = namespace.spawn(
      ['unshare', '--mount', 'sh', '-euc', WITH_RESOLV_CONF, resolvConf, ...command],
      { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    const output = child.stdout ? await text(child.stdout) : '';
    await exited;
    return output;
  };
}

/** What addresses.c and addresses.go print. */
async function real(run: Run, program: string): Promise<ByName> {
  const lines = (await run([program, ...NAMES])).trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', error = '', addresses = ''] = line.split('\t');
      return [name, found(error, addresses.split(' '))];
    }),
  );
}

/** `getent ahosts` has AI_ADDRCONFIG among its hints, and says no error. */
async function getent(run: Run): Promise<ByName> {
  const byName: ByName = {};
  for (const name of NAMES) {
    const output = await run(['getent', 'ahosts', name]);
    const addresses = [...output.matchAll(/^(\S+)\s+STREAM\b/gm)].map(([, address = '']) => address);
    byName[name] = found('', addresses);
  }
  return byName;
}

async function models(run: Run, names: readonly string[], flags: HintFlags): Promise<Record<string, ByName>> {
  const as = ['--as', names.join(), '--flags', flags];
  const output = await run([process.execPath, CLI, 'resolve', '--json', ...as, '--', ...NAMES]);
  const byModel: Record<string, ByName> = {};
  for (const line of output.trimEnd().split('\n')) {
    const { model, name, error, addresses } = JSON.parse(line) as Found & { model: string; name: string };
    byModel[model] = { ...byModel[model], [name]: found(error, addresses) };
  }
  return byModel;
}

/** Source ports in Go's errors are others each time. */
function found(error: string, addresses: readonly string[]): Found {
  return {
    error: error.replace(/:\d+->/g, ':PORT->'),
    addresses: addresses.filter((address) => address !== ''),
  };
}

const RESOLVERS = ['go', 'glibc', 'musl'] as const;
type Resolver = (typeof RESOLVERS)[number];

/** What was found with one nameserver. */
interface Observed {
  real: Record<Resolver | 'getent', ByName>;
  model: Record<Resolver | 'getent', ByName>;
}

async function observe(
  run: Run,
  programs: Record<Resolver, string>,
  versions: Record<Resolver, string>,
): Promise<Observed> {
  const name = (resolver: Resolver) => `${resolver}-${versions[resolver]}`;
  const [model, addrconfig, go, glibc, musl, printed] = await Promise.all([
    models(run, RESOLVERS.map(name), 'go'),
    models(run, [name('glibc')], 'addrconfig'),
    real(run, programs.go),
    real(run, programs.glibc),
    real(run, programs.musl),
    getent(run),
  ]);
  const of = (resolver: Resolver) => model[name(resolver)] ?? {};
  return {
    real: { go, glibc, musl, getent: printed },
    model: {
      go: of('go'),
      glibc: of('glibc'),
      musl: of('musl'),
      getent: withoutErrors(addrconfig[name('glibc')]),
    },
  };
}

function withoutErrors(byName: ByName = {}): ByName {
  return Object.fromEntries(
    Object.entries(byName).map(([name, { addresses }]) => [name, found('', addresses)]),
  );
}

const BINARIES = ['getent', '/usr/sbin/named', '/usr/sbin/unbound', '/usr/sbin/dnsmasq'];

describeInLab('real servers', withServers, BINARIES);

function withServers(): void {
  let namespace: Namespace | undefined;
  const observed = new Map<string, Observed>();

  beforeAll(async () => {
    const server = [process.execPath, SERVERS, directory];
    const lab = await createNamespace(directory, { server, setUp: ADDRESSES });
    namespace = lab;
    writeFileSync(join(directory, 'hosts'), HOSTS);
    const programs = await compileAddresses();
    const versions = { ...(await libcVersions()), go: `1.${await goMinorVersion()}` };
    await Promise.all(
      Object.entries(nameservers).map(async ([name, address]) =>
        observed.set(name, await observe(runWith(lab, address), programs, versions)),
      ),
    );
  }, SET_UP_TIMEOUT_MS);
  afterAll(async () => {
    await namespace?.close();
    rmSync(directory, { recursive: true });
  });

  describe.each(Object.keys(nameservers))('%s', (name) => {
    it.each(RESOLVERS)('what %s finds, its model finds', (resolver) => {
      const { model, real: actual } = observed.get(name) ?? {};
      expect(Object.keys(actual?.[resolver] ?? {}).length).toBe(NAMES.length);
      expect(model?.[resolver]).toEqual(actual?.[resolver]);
    });

    it('what getent ahosts prints, the model of glibc finds', () => {
      const { model, real: actual } = observed.get(name) ?? {};
      expect(model?.getent).toEqual(actual?.getent);
    });
  });
}
