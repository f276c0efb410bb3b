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
import {
  parseLookups,
  REAL_RESOLVERS,
  type RealLookup,
  type RealProgram,
  type RealResolver,
  realPrograms,
} from './addresses.ts';
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
type Found = Pick<RealLookup, 'outcome' | 'error' | 'addresses'>;
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

async function real(run: Run, { program }: RealProgram): Promise<ByName> {
  const lookups = parseLookups(await run([program, 'unspec', 'go', ...NAMES]));
  return Object.fromEntries(lookups.map((lookup) => [lookup.name, found(lookup)]));
}

/** `getent ahosts` has AI_ADDRCONFIG among its hints; it tells addresses alone. */
async function getent(run: Run): Promise<Record<string, string[]>> {
  const byName: Record<string, string[]> = {};
  for (const name of NAMES) {
    const output = await run(['getent', 'ahosts', name]);
    byName[name] = [...output.matchAll(/^(\S+)\s+STREAM\b/gm)].map(([, address = '']) => address);
  }
  return byName;
}

async function models(run: Run, names: readonly string[], flags: HintFlags): Promise<Record<string, ByName>> {
  const as = ['--as', names.join(), '--flags', flags];
  const output = await run([process.execPath, CLI, 'resolve', '--json', ...as, '--', ...NAMES]);
  const byModel: Record<string, ByName> = {};
  for (const line of output.trimEnd().split('\n')) {
    const { model, name, ...rest } = JSON.parse(line) as Found & { model: string; name: string };
    byModel[model] = { ...byModel[model], [name]: found(rest) };
  }
  return byModel;
}

/** Source ports in Go's errors are others each time. */
function found({ outcome, error, addresses }: Found): Found {
  return { outcome, error: error.replace(/:\d+->/g, ':PORT->'), addresses };
}

/** What was found with one nameserver. */
interface Observed {
  real: Record<RealResolver, ByName>;
  model: Record<RealResolver, ByName>;
  /** Addresses by name. */
  getent: { real: Record<string, string[]>; model: Record<string, string[]> };
}

async function observe(run: Run, programs: Record<RealResolver, RealProgram>): Promise<Observed> {
  const { go, glibc, musl } = programs;
  const [model, addrconfig, ofGo, ofGlibc, ofMusl, printed] = await Promise.all([
    models(run, [go.model, glibc.model, musl.model], 'go'),
    models(run, [glibc.model], 'addrconfig'),
    real(run, go),
    real(run, glibc),
    real(run, musl),
    getent(run),
  ]);
  const of = ({ model: name }: RealProgram) => model[name] ?? {};
  return {
    real: { go: ofGo, glibc: ofGlibc, musl: ofMusl },
    model: { go: of(go), glibc: of(glibc), musl: of(musl) },
    getent: { real: printed, model: addressesOf(addrconfig[glibc.model]) },
  };
}

function addressesOf(byName: ByName = {}): Record<string, string[]> {
  return Object.fromEntries(Object.entries(byName).map(([name, { addresses }]) => [name, addresses]));
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
    const programs = await realPrograms();
    await Promise.all(
      Object.entries(nameservers).map(async ([name, address]) =>
        observed.set(name, await observe(runWith(lab, address), programs)),
      ),
    );
  }, SET_UP_TIMEOUT_MS);
  afterAll(async () => {
    await namespace?.close();
    rmSync(directory, { recursive: true });
  });

  describe.each(Object.keys(nameservers))('%s', (name) => {
    it.each(REAL_RESOLVERS)('what %s finds, its model finds', (resolver) => {
      const { model, real: actual } = observed.get(name) ?? {};
      expect(Object.keys(actual?.[resolver] ?? {}).length).toBe(NAMES.length);
      expect(model?.[resolver]).toEqual(actual?.[resolver]);
    });

    it('what getent ahosts prints, the model of glibc finds', () => {
      const { model, real: actual } = observed.get(name)?.getent ?? {};
      expect(Object.keys(actual ?? {})).toEqual(NAMES);
      expect(model).toEqual(actual);
    });
  });
}
