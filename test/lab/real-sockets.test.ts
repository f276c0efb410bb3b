/**
 * `resolve --json` over real sockets, beside scripted servers in a network namespace: the same scenarios and the same
 * truth as over the virtual clock, those in which nobody waits. All models of a scenario run in one process.
 */

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import type { LookupRecord } from '../../src/lookup/run-lookup.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { compare, resultOf, wireDifference } from '../scenarios/compare.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { knownResolvers, readTruth, type Truth } from '../scenarios/truth.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import { describeInLab } from './requirements.ts';
import { inRun, outOfRun, runOf } from './scenario-addresses.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const SERVER = fileURLToPath(new URL('scenario-server.ts', import.meta.url));
const PROCESSES_AT_ONCE = 4;
/** What the real ones took at most; and below every timer of theirs. */
const QUICK_S = 0.5;
const NO_TIMER_S = 2.4;
/** One in so many of those that can run here: all would take too long for what they add. */
const EVERY = 4;

/** Their servers remember queries, which are here of several models at once. */
const REMEMBERING = /once|-4x|twice-a|race-|oneport-/;
/** How often musl asks the failing server before the other one's answer is there depends on which process runs. */
const RACING = /servfail-(ns2|absent)-ok/;

const truths = new Map(knownResolvers().map((resolver) => [resolver, readTruth(resolver)]));

/** Models whose real ones were quick. */
function quickModels({ name }: Scenario): string[] {
  return [...truths].filter(([, truth]) => isQuick(truth.get(name))).map(([resolver]) => resolver);
}

function isQuick(truth: Truth | undefined): boolean {
  if (!truth) return false;
  const lastQuery = truth.queries.at(-1)?.atMs ?? 0;
  return (
    lastQuery < QUICK_S * 1000 &&
    truth.results.every(({ outcome, seconds }) => outcome !== 'hang' && seconds < QUICK_S)
  );
}

/** The namespace is shared: no addresses or switches of one scenario's own, nor servers that it has only once. */
function canShare(scenario: Scenario): boolean {
  const { name, addresses, noIpv6, noDescriptors, lookups, resolvConf, servers } = scenario;
  return (
    addresses.length === 0 &&
    !noIpv6 &&
    noDescriptors === undefined &&
    lookups.repeat === 1 &&
    !REMEMBERING.test(name) &&
    !RACING.test(name) &&
    /^nameserver 127\.0\.0\.\d+$/m.test(resolvConf) &&
    Object.keys(servers()).every((address) => address !== '127.0.0.1' && address.startsWith('127.0.0.'))
  );
}

const CHOSEN = SCENARIOS.filter(
  (scenario) => canShare(scenario) && quickModels(scenario).length > truths.size / 2,
).filter((_, at) => at % EVERY === 0);

interface Run {
  scenario: Scenario;
  model: string;
  record: LookupRecord;
}

/** Runs `resolve` for all quick models of a scenario. */
async function resolve(namespace: Namespace, directory: string, run: number): Promise<Run[]> {
  const scenario = CHOSEN[run];
  if (!scenario) throw new Error(`no run ${run}`);
  const { name, family, flags } = scenario.lookups;
  const file = (kind: string, content: string) => {
    const path = join(directory, `${run}-${kind}`);
    writeFileSync(path, content);
    return path;
  };
  const models = quickModels(scenario);
  const child = namespace.spawn(
    [
      ...[process.execPath, CLI, 'resolve', '--json', '--as', models.join(','), '--family', family],
      ...['--flags', flags, '--resolv-conf', file('resolv.conf', inRun(run, scenario.resolvConf))],
      ...['--hosts', file('hosts', scenario.hosts), '--nsswitch', file('nsswitch.conf', scenario.nsswitch)],
      ...['--', name],
    ],
    {
      env: {
        PATH: process.env.PATH,
        ...scenario.environment,
        ...(scenario.hostAliases && { HOSTALIASES: file('hostaliases', scenario.hostAliases) }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const exited = once(child, 'exit');
  const lines = child.stdout ? await text(child.stdout) : '';
  await exited;
  const records = outOfRun(run, lines)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LookupRecord & { model: string });
  return records.map(({ model, ...record }) => ({ scenario, model, record }));
}

/** What the servers saw of one model: of all that run at once, what came from its ports. */
function seenOf(run: number, { record }: Run, seen: readonly SeenQuery[]): SeenQuery[] {
  const ports = new Set(record.queries.map(({ proto, sourcePort }) => `${proto} ${sourcePort}`));
  return seen
    .filter(({ server, proto, port }) => runOf(server) === run && ports.has(`${proto} ${port}`))
    .map((query) => ({ ...query, server: outOfRun(run, query.server) }));
}

describeInLab('over real sockets', () => {
  const directory = mkdtempSync(join(tmpdir(), 'netdns-scenarios-'));
  const runs: Run[][] = [];
  let seen: SeenQuery[] = [];

  beforeAll(async () => {
    const seenFile = join(directory, 'seen.json');
    const names = CHOSEN.map(({ name }) => name);
    const namespace = await createNamespace(directory, {
      server: [process.execPath, SERVER, seenFile, ...names],
    });
    const waiting = CHOSEN.keys();
    await Promise.all(
      Array.from({ length: PROCESSES_AT_ONCE }, async () => {
        for (const run of waiting) runs[run] = await resolve(namespace, directory, run);
      }),
    );
    await namespace.close();
    seen = JSON.parse(readFileSync(seenFile, 'utf8'));
  }, 120_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('are scenarios enough', () => {
    expect(CHOSEN.length).toBeGreaterThanOrEqual(40);
  });

  it.each(CHOSEN.map(({ name }, run) => [name, run] as const))('%s', (name, run) => {
    const differing = (runs[run] ?? []).flatMap((one) => {
      const truth = truths.get(one.model)?.get(name);
      if (!truth) throw new Error(`no truth of ${one.model}`);
      const observed = { records: [one.record], seen: seenOf(run, one, seen) };
      const { outcome, order, wire } = compare(one.model, truth, observed);
      // Nothing here has a route, so that Go gives the family first that is answered first: either may be.
      const ordered = order || one.model.startsWith('go-');
      const inTime = one.record.durationMs < NO_TIMER_S * 1000;
      if (outcome && ordered && wire && inTime) return [];
      return [
        {
          model: one.model,
          ...resultOf(one.record),
          real: truth.results,
          wire: wireDifference(truth, observed),
        },
      ];
    });
    expect(runs[run]?.length).toBeGreaterThan(0);
    expect(differing).toEqual([]);
  });
});
