import type { ProbeConfig } from '../../config/schema.ts';
import { byteStringOf } from '../../dns/byte-string.ts';
import type { Journal } from '../../journal/journal.ts';
import type { ProbeRecord, TargetRecord } from '../../journal/probe-record.ts';
import { endpoint } from '../../resolver/address.ts';
import type { Sources } from '../../resolver/sources.ts';
import { atMost } from './at-most.ts';
import { createFilesReader } from './files.ts';
import { nameserversOf, searchDomainsOf } from './name-servers.ts';
import { placeOf } from './place.ts';
import { type CheckedName, probeServer } from './probe-server.ts';
import { createTargetProber } from './probe-target.ts';
import type { Sampler } from './sampler.ts';
import { type Target, targetsOf } from './targets.ts';
import type { ProbeWorld } from './world.ts';

/** What is probed and how, as configured. */
export interface ProbeSettings extends ProbeConfig {
  /** The resolver the operator expects. */
  expected?: 'go' | 'cgo';
  /** Where etc/ is; absent: the application's root where it can be entered, else `/`. */
  root?: string;
}

/** Targets, or servers, that are probed at the same time. */
const MAX_AT_ONCE = 4;

/** Prepares rounds. @returns one round: files are read, every target is looked up, then every server is checked */
export function createRounds(
  settings: ProbeSettings,
  journal: Journal,
  world: ProbeWorld,
  sampler: Sampler,
): () => Promise<void> {
  const record = journal.probes;
  const { models, expected } = settings;
  const { apps, processes: seen } = journal;
  const prober = createTargetProber({ record, models, apps, seen, expected, sampler });
  const readFiles = createFilesReader(record, world);

  return async () => {
    const sources = readFiles(await placeOf(settings.root, journal.processes, world.isThere));
    const targets = syncTargets(record, targetsOf(settings, journal.apps(), namesOfLog(record)));
    prober.keep(new Set(record.targets.keys()));
    await atMost(MAX_AT_ONCE, targets, (target) => prober.probe(target, sources));
    await checkServers(record, sources, sampler);
    record.rounds++;
    record.lastRound = world.clock();
  };
}

function namesOfLog({ targets }: ProbeRecord): string[] {
  return [...targets.values()].filter(({ origin }) => origin === 'log').map(({ name }) => name);
}

/** Names that are new come in, those that are probed no more go, with all that was known of them. */
function syncTargets(record: ProbeRecord, targets: readonly Target[]): TargetRecord[] {
  const before = new Map(record.targets);
  record.targets.clear();
  for (const { name, origin, expect } of targets) {
    const known = before.get(name);
    const same = known?.origin === origin && known.expect === expect ? known : undefined;
    const made = { name, origin, ...(expect && { expect }), models: new Map(), comparisons: [] };
    record.targets.set(name, same ?? made);
  }
  return [...record.targets.values()];
}

async function checkServers(record: ProbeRecord, sources: Sources, sampler: Sampler): Promise<void> {
  const servers = nameserversOf(sources).map((server, position) => ({
    server,
    position,
    key: endpoint(server),
  }));
  const before = new Map(record.servers);
  record.servers.clear();
  for (const { key, position } of servers) {
    const known = before.get(key) ?? { server: key, position, checks: [], pairs: [] };
    known.position = position;
    record.servers.set(key, known);
  }
  const name = nameToCheck(record, sources);
  await atMost(MAX_AT_ONCE, servers, async ({ server, key }) => {
    const known = record.servers.get(key);
    if (known) await probeServer(server, name, { record, server: known }, sampler);
  });
}

/**
 * Another target's name each round, as its lookup last asked for it: with the search domain that decided. Where
 * that lookup failed, the name as it is has a turn too, so that a domain that fails and a nameserver that fails can
 * be told apart. Where no target is asked of a nameserver, the search domain itself, which its nameserver knows.
 */
function nameToCheck(record: ProbeRecord, sources: Sources): CheckedName {
  const asked = [...record.targets.values()].flatMap(({ name: target, models }) => {
    const lookup = [...models.values()][0]?.lookups.at(-1);
    const last = lookup?.queries.at(-1)?.name;
    if (last === undefined) return [];
    const itself = target.replace(/\.$/, '');
    const names = lookup?.outcome === 'ok' || last === itself ? [last] : [last, itself];
    return names.map((name) => ({ name: byteStringOf(name), target }));
  });
  return (
    asked[record.rounds % asked.length] ?? { name: (searchDomainsOf(sources)[0] ?? '').replace(/\.$/, '') }
  );
}
