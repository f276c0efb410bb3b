/** Scenarios over real sockets: many at once in one namespace, each with servers and files in /etc of its own. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { Truth } from '../scenarios/truth.ts';
import { createNamespace } from './namespace.ts';
import { inRun, outOfRun, runOf } from './scenario-addresses.ts';

const SERVER = fileURLToPath(new URL('scenario-server.ts', import.meta.url));
const QUICK_S = 0.5;
const MOUNT = `
  for file in resolv.conf hosts nsswitch.conf; do mount --bind "$0/$file" "/etc/$file"; done
  exec "$@"`;

/** Scenarios that need no addresses or switches of their own, nor servers that a namespace has only once. */
export function canShare(scenario: Scenario): boolean {
  const { tcp, addresses, noIpv6, noDescriptors, lookups, resolvConf, servers } = scenario;
  return (
    addresses.length === 0 &&
    !noIpv6 &&
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
 * Whether it asked one server again from the same socket that asks another one: how often musl asks a failing server
 * before the other's answer is there depends on which process runs.
 */
function isRace({ queries }: Truth): boolean {
  const servers = (port: number) =>
    new Set(queries.filter((query) => query.port === port).map(({ server }) => server));
  return queries.some(
    (query, at) =>
      query.name !== undefined &&
      servers(query.port).size > 1 &&
      queries
        .slice(0, at)
        .some(
          ({ port, server, name, type }) =>
            port === query.port && server === query.server && name === query.name && type === query.type,
        ),
  );
}

export interface ScenarioLab {
  /**
   * Runs a command on the machine of a scenario to its end.
   *
   * @param run the scenario's place in the list
   * @returns what it printed, with the addresses that the scenario has for its servers
   */
  exec(run: number, command: readonly string[]): Promise<string>;
  /** @returns what the servers of each scenario saw */
  close(): Promise<SeenQuery[][]>;
}

/** @param scenarios at most 256; one may be there several times */
export async function openScenarioLab(scenarios: readonly Scenario[]): Promise<ScenarioLab> {
  if (scenarios.length > 256)
    throw new Error(`${scenarios.length} scenarios: a namespace has addresses for 256`);
  const directory = mkdtempSync(join(tmpdir(), 'netdns-scenarios-'));
  const seenFile = join(directory, 'seen.json');
  const names = scenarios.map(({ name }) => name);
  const server = [process.execPath, SERVER, seenFile, ...names];
  const namespace = await createNamespace(directory, { server });
  const environments = scenarios.map((scenario, run) => putFiles(directory, run, scenario));
  return {
    async exec(run, command) {
      const child = namespace.spawn(
        ['unshare', '--mount', 'sh', '-euc', MOUNT, join(directory, `${run}`), ...command],
        { env: { PATH: process.env.PATH, ...environments[run] }, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const exited = once(child, 'exit');
      const output = child.stdout ? await text(child.stdout) : '';
      await exited;
      return outOfRun(run, output);
    },
    async close() {
      await namespace.close();
      const seen: SeenQuery[] = JSON.parse(readFileSync(seenFile, 'utf8'));
      rmSync(directory, { recursive: true });
      const byRun: SeenQuery[][] = scenarios.map(() => []);
      for (const query of seen) {
        const run = runOf(query.server);
        byRun[run]?.push({ ...query, server: outOfRun(run, query.server) });
      }
      return byRun;
    },
  };
}

/** @returns the environment */
function putFiles(directory: string, run: number, scenario: Scenario): Record<string, string> {
  const own = join(directory, `${run}`);
  mkdirSync(own);
  writeFileSync(join(own, 'resolv.conf'), inRun(run, scenario.resolvConf));
  writeFileSync(join(own, 'hosts'), scenario.hosts);
  writeFileSync(join(own, 'nsswitch.conf'), scenario.nsswitch);
  if (scenario.hostAliases === undefined) return { ...scenario.environment };
  const hostAliases = join(own, 'hostaliases');
  writeFileSync(hostAliases, scenario.hostAliases);
  return { ...scenario.environment, HOSTALIASES: hostAliases };
}

/** Does all of them, a few at once. */
export async function forEach<T>(
  items: readonly T[],
  body: (item: T, at: number) => Promise<void>,
): Promise<void> {
  const waiting = items.entries();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const [at, item] of waiting) await body(item, at);
    }),
  );
}
