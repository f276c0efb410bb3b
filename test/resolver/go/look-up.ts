import { runLookup } from '../../../src/lookup/run-lookup.ts';
import {
  createVirtualNetwork,
  type VirtualNetwork,
  type World,
} from '../../../src/lookup/virtual-network.ts';
import { createGo } from '../../../src/resolver/go/go.ts';
import type { LookupRecord } from '../../../src/resolver/lookup-record.ts';
import type { Lookup } from '../../../src/resolver/model.ts';
import type { FileText, Sources } from '../../../src/resolver/sources.ts';
import { ABSENT, fileOf, LOOPBACK, OK, type Servers, serversOf } from '../made-up.ts';

export { byType, file, OK, REFUSED, SERVFAIL, sent } from '../made-up.ts';

export const NXDOMAIN = { rcode: 3 };
export const NODATA = {};

export interface Setting extends Partial<Lookup>, Partial<Omit<World, 'servers'>> {
  version?: string;
  servers?: Servers;
  resolvConf?: string | FileText;
  hosts?: string | FileText;
  nsswitch?: string | FileText;
  environment?: Sources['environment'];
  hostname?: string;
}

/** A lookup of host.test by Go on 127.0.0.2 over the virtual clock. */
export function lookUp(setting: Setting): Promise<LookupRecord> {
  return createProcess(setting).lookUp();
}

/** A Go process, its files changing with each lookup as told. */
export function createProcess(setting: Setting): {
  network: VirtualNetwork;
  lookUp(changed?: Setting): Promise<LookupRecord>;
} {
  const { version = '1.24', servers = () => OK, tcp, faults, interfaces = LOOPBACK } = setting;
  const network = createVirtualNetwork({
    servers: serversOf(servers),
    ...(tcp && { tcp }),
    ...(faults && { faults }),
    interfaces,
  });
  const resolver = createGo(version.split('.').map(Number));
  return {
    network,
    lookUp(changed = {}) {
      const now = { ...setting, ...changed };
      const { name = 'host.test', family = 'unspec' } = now;
      const lookup: Lookup = { name, family, flags: 'go' };
      return runLookup({ resolver, lookup, sources: sourcesOf(now), network, limit: 60_000 });
    },
  };
}

function sourcesOf({ resolvConf, hosts, nsswitch, environment, hostname, interfaces }: Setting): Sources {
  return {
    resolvConf: fileOf(resolvConf ?? 'nameserver 127.0.0.2\n'),
    hosts: fileOf(hosts ?? ''),
    nsswitch: nsswitch === undefined ? ABSENT : fileOf(nsswitch),
    gaiConf: ABSENT,
    hostAliases: ABSENT,
    mdnsAllow: false,
    environment: environment ?? {},
    hostname: hostname ?? 'pod',
    interfaces: interfaces ?? LOOPBACK,
  };
}
