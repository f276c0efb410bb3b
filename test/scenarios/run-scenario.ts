import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import { runLookup } from '../../src/lookup/run-lookup.ts';
import { createVirtualNetwork, type World } from '../../src/lookup/virtual-network.ts';
import type { LookupRecord } from '../../src/resolver/lookup-record.ts';
import type { Model } from '../../src/resolver/models.ts';
import type { FileText, Interface, Sources } from '../../src/resolver/sources.ts';
import type { Scenario } from './scenario.ts';

/** `resolve --limit`'s default: how long a wait without bound is waited, ms. */
const LIMIT_MS = 30_000;
/** The captures' servers ended so long after the process: what they had not read by then they never saw. */
const LINGER_MS = 20;
/** When the files were written, ms since the epoch. */
const WRITTEN = 1_700_000_000_000;

export interface ScenarioRun {
  /** One a lookup, up to one that never ends or kills its process. */
  records: LookupRecord[];
  /** What servers saw while the process lived. */
  seen: readonly SeenQuery[];
}

/** How far apart two replies may come that were sent at once, ms: some captures were made on a busy machine. */
const JITTER_MS = 1;

/**
 * Runs all lookups of a scenario in one process of a model, over the virtual clock.
 *
 * @param seed other ids, other servers where `rotate` begins; from 2 on replies change places that would come at once
 */
export async function runScenario(scenario: Scenario, model: Model, seed = 1): Promise<ScenarioRun> {
  const { name, family, flags, repeat, waitMs } = scenario.lookups;
  const interfaces = interfacesOf(scenario);
  const { servers, tcp } = scenario;
  const faults: NonNullable<World['faults']> = {};
  const network = createVirtualNetwork({
    servers: servers(),
    tcp,
    interfaces,
    seed,
    jitterMs: seed === 1 ? 0 : JITTER_MS,
    faults,
  });
  const resolver = model.create();
  const records: LookupRecord[] = [];
  for (let nth = 0; nth < repeat; nth++) {
    if (nth > 0) network.sleep(waitMs);
    const noDescriptors =
      scenario.noDescriptors === 'at-all' || (scenario.noDescriptors === 'after-first' && nth > 0);
    if (noDescriptors) Object.assign(faults, { udp: 'EMFILE', tcp: 'EMFILE' });
    const record = await runLookup({
      resolver,
      lookup: { name: bytes(name), family, flags },
      sources: sourcesOf(scenario, { now: network.now(), noDescriptors, interfaces }),
      network,
      limit: LIMIT_MS,
    });
    records.push(record);
    if (record.outcome === 'hang' || record.outcome === 'crash') break;
  }
  const end = network.now() + LINGER_MS;
  return { records, seen: network.seen.filter(({ at }) => at <= end) };
}

function sourcesOf(
  scenario: Scenario,
  { now, noDescriptors, interfaces }: { now: number; noDescriptors: boolean; interfaces: Interface[] },
): Sources {
  const { rewrite, hostAliases, environment } = scenario;
  // What glibc has read it looks at with stat(2) alone, which needs no descriptor; hosts is opened each time.
  const readBefore = scenario.noDescriptors === 'after-first';
  const opened = (text: string): FileText =>
    noDescriptors ? { state: 'failed', errno: 'EMFILE' } : file(text, WRITTEN);
  const kept = (text: string) => (readBefore ? file(text, WRITTEN) : opened(text));
  const rewritten = rewrite && now >= rewrite.afterMs ? rewrite : undefined;
  return {
    resolvConf: rewritten
      ? file(rewritten.resolvConf, WRITTEN + rewritten.afterMs)
      : kept(scenario.resolvConf),
    hosts: opened(scenario.hosts),
    nsswitch: kept(scenario.nsswitch),
    gaiConf: { state: 'absent' },
    hostAliases: hostAliases === undefined ? { state: 'absent' } : opened(hostAliases),
    mdnsAllow: false,
    environment,
    hostname: 'lab',
    interfaces,
  };
}

const file = (text: string, modified: number): FileText => ({ state: 'ok', text: bytes(text), modified });

/** As the models have text: a unit a byte. */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

function interfacesOf({ addresses, noIpv6 }: Scenario): Interface[] {
  return ['127.0.0.1/8', '::1/128', ...addresses]
    .filter((address) => !noIpv6 || !address.includes(':'))
    .map((text) => {
      const [address = '', prefix = ''] = text.split('/');
      return { address, prefix: Number(prefix) };
    });
}
