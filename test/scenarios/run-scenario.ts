import type { SeenQuery } from '../../src/dns/scripted-query.ts';
import { type LookupRecord, runLookup } from '../../src/lookup/run-lookup.ts';
import { createVirtualNetwork } from '../../src/lookup/virtual-network.ts';
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
  const network = createVirtualNetwork({
    servers: servers(),
    tcp,
    interfaces,
    seed,
    jitterMs: seed === 1 ? 0 : JITTER_MS,
  });
  const resolver = model.create();
  const records: LookupRecord[] = [];
  for (let nth = 0; nth < repeat; nth++) {
    if (nth > 0) network.sleep(waitMs);
    const record = await runLookup({
      resolver,
      lookup: { name: Buffer.from(name, 'utf8').toString('latin1'), family, flags },
      sources: sourcesAt(network.now(), scenario, interfaces),
      network,
      limit: LIMIT_MS,
    });
    records.push(record);
    if (record.outcome === 'hang' || record.outcome === 'crash') break;
  }
  const end = network.now() + LINGER_MS;
  return { records, seen: network.seen.filter(({ at }) => at <= end) };
}

function sourcesAt(now: number, scenario: Scenario, interfaces: Interface[]): Sources {
  const { rewrite, hostAliases, environment } = scenario;
  const rewritten = rewrite && now >= rewrite.afterMs ? rewrite : undefined;
  return {
    resolvConf: rewritten
      ? file(rewritten.resolvConf, WRITTEN + rewritten.afterMs)
      : file(scenario.resolvConf, WRITTEN),
    hosts: file(scenario.hosts, WRITTEN),
    nsswitch: file(scenario.nsswitch, WRITTEN),
    gaiConf: { state: 'absent' },
    hostAliases: hostAliases === undefined ? { state: 'absent' } : file(hostAliases, WRITTEN),
    mdnsAllow: false,
    environment,
    hostname: 'lab',
    interfaces,
  };
}

function file(text: string, modified: number): FileText {
  return { state: 'ok', text: Buffer.from(text, 'utf8').toString('latin1'), modified };
}

function interfacesOf({ addresses, noIpv6 }: Scenario): Interface[] {
  return ['127.0.0.1/8', '::1/128', ...addresses]
    .filter((address) => !noIpv6 || !address.includes(':'))
    .map((text) => {
      const [address = '', prefix = ''] = text.split('/');
      return { address, prefix: Number(prefix) };
    });
}
