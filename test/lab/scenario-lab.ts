/**
 * Scenarios over real sockets. Those of machines alike run at once in one namespace, each with servers and files in /etc of
 * its own.
 */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Truth } from '../scenarios/truth.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { inRun, outOfRun, runOf } from './scenario-addresses.ts';

const SERVER = fileURLToPath(new URL('scenario-server.ts', import.meta.url));
const QUICK_S = 0.5;
const MOUNT = `
  for file in resolv.conf hosts nsswitch.conf; do mount --bind "$0/$file" "/etc/$file"; done
  exec "$@"`;

/** Scenarios of one lookup that need no servers that a namespace has only once, and that end the same each time. */
export function canShare(scenario: Scenario): boolean {
  const { tcp, noDescriptors, lookups, resolvConf, servers } = scenario;
  return (
    noDescriptors === undefined &&
    lookups.repeat === 1 &&
    // Whether a server's close or the client's query is first decides between an end and a reset: a race.
    !Object.values(tcp).includes('eof') &&
    /^nameserver 127\.0\.0\.\d+$/m.test(resolvConf) &&
    Object.keys(servers()).every((address) => address !== '127.0.0.1' && address.startsWith('127.0.0.'))
  );
}

/** Whether the real resolver waited for no timer, and does the same each time. */
export function wasQuick(truth: Truth | undefined): boolean {
  if (!truth) return false;
  const lastQuery = truth.queries.at(-1)?.atMs ?? 0;
  return (
    lastQuery < QUICK_S * 1000 &&
    !isRace(truth) &&
    truth.results.every(({ outcome, seconds }) => outcome !== 'hang' && seconds < QUICK_S)
  );
}

/**
 * Whether one socket asked several servers, as musl does: which of them answers first, and how often one that fails is
 * asked again before that, depends on which process runs. Over the virtual clock it does not.
 */
function isRace({ queries }: Truth): boolean {
  const servers = new Map<number, Set<string | undefined>>();
  for (const { port, server } of queries) servers.set(port, (servers.get(port) ?? new Set()).add(server));
  return [...servers.values()].some(({ size }) => size > 1);
}

/** Runs a command on the machine of a scenario; gives what it printed, with the scenario's addresses of servers. */
export type Exec = (command: readonly string[]) => Promise<string>;

/** A namespace has addresses for the servers of so many. */
const AT_ONCE = 256;
const PROCESSES_AT_ONCE = 4;

/**
 * Does something in every scenario of a list, in which one may be several times.
 *
 * @returns what the servers of each saw
 */
export async function inScenarios(
  scenarios: readonly Scenario[],
  body: (exec: Exec, at: number) => Promise<void>,
): Promise<SeenQuery[][]> {
  const seen: SeenQuery[][] = [];
  const indexes = scenarios.map((_, at) => at);
  const machines = Object.groupBy(indexes, (at) => setUpOf(scenarios[at]));
  for (const [setUp, own = []] of Object.entries(machines)) {
    for (let from = 0; from < own.length; from += AT_ONCE) {
      const some = own.slice(from, from + AT_ONCE);
      const byRun = await inNamespace(
        some.flatMap((at) => scenarios[at] ?? []),
        setUp,
        (exec, run) => body(exec, some[run] ?? 0),
      );
      for (const [run, at] of some.entries()) seen[at] = byRun[run] ?? [];
    }
  }
  return seen;
}

/** Shell commands that make a namespace the machine of a scenario. */
function setUpOf({ addresses = [], noIpv6 = false }: Partial<Scenario> = {}): string {
  const switchOff = ['all', 'lo'].map((name) => `echo 1 > /proc/sys/net/ipv6/conf/${name}/disable_ipv6`);
  return [
    ...addresses.map((each) => `ip addr add ${each} dev lo ${each.includes(':') ? 'nodad' : ''}`),
    ...(noIpv6 ? switchOff : []),
  ].join('; ');
}

async function inNamespace(
  scenarios: readonly Scenario[],
  setUp: string,
  body: (exec: Exec, run: number) => Promise<void>,
): Promise<SeenQuery[][]> {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-scenarios-'));
  const seenFile = join(directory, 'seen.json');
  const names = scenarios.map(({ name }) => name);
  const server = [process.execPath, SERVER, seenFile, ...names];
  const namespace = await createNamespace(directory, { server, setUp });
  const waiting = scenarios.entries();
  await Promise.all(
    Array.from({ length: PROCESSES_AT_ONCE }, async () => {
      for (const [run, scenario] of waiting) await body(execIn(namespace, directory, run, scenario), run);
    }),
  );
  await namespace.close();
  const seen: SeenQuery[] = JSON.parse(readFileSync(seenFile, 'utf8'));
  rmSync(directory, { recursive: true });
  return scenarios.map((_, run) =>
    seen
      .filter(({ server: address }) => runOf(address) === run)
      .map((query) => ({ ...query, server: outOfRun(run, query.server) })),
  );
}

function execIn(namespace: Namespace, directory: string, run: number, scenario: Scenario): Exec {
  const own = join(directory, `${run}`);
  const environment = putFiles(own, run, scenario);
  return async (command) => {
    const child = namespace.spawn(['unshare', '--mount', 'sh', '-euc', MOUNT, own, ...command], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const output = child.stdout ? await text(child.stdout) : '';
    await exited;
    return outOfRun(run, output);
  };
}

/** @returns the environment */
function putFiles(own: string, run: number, scenario: Scenario): Record<string, string> {
  mkdirSync(own);
  writeFileSync(join(own, 'resolv.conf'), inRun(run, scenario.resolvConf));
  writeFileSync(join(own, 'hosts'), scenario.hosts);
  writeFileSync(join(own, 'nsswitch.conf'), scenario.nsswitch);
  if (scenario.hostAliases === undefined) return { ...scenario.environment };
  const hostAliases = join(own, 'hostaliases');
  writeFileSync(hostAliases, scenario.hostAliases);
  return { ...scenario.environment, HOSTALIASES: hostAliases };
}

/**
 * Where things differ, and do so again: the kernel may give a port a second time by chance, and two sockets then look like
 * one.
 *
 * @returns differences of each item
 */
export async function steadyDifferences<T>(
  items: readonly T[],
  differencesOf: (items: readonly T[]) => Promise<unknown[][]>,
): Promise<unknown[][]> {
  const differences = await differencesOf(items);
  const again = items.flatMap((item, at) => (differences[at]?.length === 0 ? [] : [{ item, at }]));
  if (again.length === 0) return differences;
  const second = await differencesOf(again.map(({ item }) => item));
  for (const [nth, { at }] of again.entries()) differences[at] = second[nth] ?? [];
  return differences;
}
