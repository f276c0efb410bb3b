import type { TcpMode } from '../../../src/dns/script.ts';
import { runLookup } from '../../../src/lookup/run-lookup.ts';
import { createVirtualNetwork } from '../../../src/lookup/virtual-network.ts';
import { createGlibc } from '../../../src/resolver/glibc/glibc.ts';
import type { LookupRecord } from '../../../src/resolver/lookup-record.ts';
import type { Lookup } from '../../../src/resolver/model.ts';
import type { FileText, Sources } from '../../../src/resolver/sources.ts';
import { ABSENT, file, OK, type Servers, serversOf } from '../made-up.ts';

export { ABSENT, byType, file, OK, REFUSED, SERVFAIL, sent } from '../made-up.ts';

export const NXDOMAIN = { rcode: 3, soa: true };
export const NODATA = { soa: true };

export interface Setting extends Partial<Lookup> {
  version?: string;
  servers?: Servers;
  tcp?: Readonly<Record<string, TcpMode>>;
  /** Of several each is what a lookup of its own finds. */
  resolvConf?: string | FileText | readonly string[];
  hosts?: string | FileText;
  nsswitch?: string;
  gaiConf?: string;
  hostAliases?: string;
  environment?: Sources['environment'];
  hostname?: string;
  /** Beside 127.0.0.1 and ::1. */
  addresses?: readonly { address: string; prefix: number }[];
}

/** A lookup of host.test by glibc on 127.0.0.2 over the virtual clock. */
export async function lookUp(setting: Setting): Promise<LookupRecord> {
  const [record] = await lookUpRepeatedly(setting, 1);
  if (!record) throw new Error('no lookup was made');
  return record;
}

/** As many lookups in one process. */
export async function lookUpRepeatedly(setting: Setting, times: number): Promise<LookupRecord[]> {
  const { version = '2.41', servers = () => OK, tcp, addresses = [] } = setting;
  const interfaces = [{ address: '127.0.0.1', prefix: 8 }, { address: '::1', prefix: 128 }, ...addresses];
  const network = createVirtualNetwork({
    servers: serversOf(servers),
    ...(tcp && { tcp }),
    interfaces,
  });
  const { name = 'host.test', family = 'unspec', flags = 'go' } = setting;
  const resolver = createGlibc(version.split('.').map(Number));
  const records: LookupRecord[] = [];
  for (let nth = 0; nth < times; nth++)
    records.push(
      await runLookup({
        resolver,
        lookup: { name, family, flags },
        sources: sourcesOf(setting, nth, interfaces),
        network,
        limit: 30_000,
      }),
    );
  return records;
}

function sourcesOf(setting: Setting, nth: number, interfaces: Sources['interfaces']): Sources {
  const { resolvConf = 'nameserver 127.0.0.2\n', hosts = '', environment = {}, hostname = 'pod' } = setting;
  const isList = (of: typeof resolvConf): of is readonly string[] => Array.isArray(of);
  const now = isList(resolvConf) ? (resolvConf[nth] ?? '') : resolvConf;
  const optional = (text: string | undefined) => (text === undefined ? ABSENT : file(text));
  return {
    resolvConf: typeof now === 'string' ? file(now, isList(resolvConf) ? nth : 0) : now,
    hosts: typeof hosts === 'string' ? file(hosts) : hosts,
    nsswitch: file(setting.nsswitch ?? 'hosts: files dns\n'),
    gaiConf: optional(setting.gaiConf),
    hostAliases: optional(setting.hostAliases),
    mdnsAllow: false,
    environment,
    hostname,
    interfaces,
  };
}

/** The names asked for, each once. */
export function candidates({ queries }: LookupRecord): string[] {
  return [...new Set(queries.map(({ name }) => name))];
}

/** How many queries left from each source port. */
export function perPort({ queries }: LookupRecord): number[] {
  const ports = new Map<number, number>();
  for (const { sourcePort } of queries) ports.set(sourcePort, (ports.get(sourcePort) ?? 0) + 1);
  return [...ports.values()];
}
