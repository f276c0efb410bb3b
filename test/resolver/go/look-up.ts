import type { Rule, ScriptedAction } from '../../../src/dns/script.ts';
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

export const OK = { a: ['192.0.2.10'], aaaa: ['2001:db8::10'] };
export const NXDOMAIN = { rcode: 3 };
export const SERVFAIL = { rcode: 2 };
export const REFUSED = { rcode: 5 };
export const NODATA = {};

/** One for A, one for AAAA. */
export const byType =
  (a: ScriptedAction, aaaa: ScriptedAction): Rule =>
  ({ type }) =>
    type === 'A' ? a : aaaa;

export const file = (text: string, modified = 0): FileText => ({ state: 'ok', text, modified });

export interface Setting extends Partial<Lookup>, Partial<Omit<World, 'servers'>> {
  version?: string;
  /** By address; one alone is 127.0.0.2's. */
  servers?: Readonly<Record<string, Rule>> | Rule;
  resolvConf?: string | FileText;
  hosts?: string | FileText;
  nsswitch?: string | FileText;
  environment?: Sources['environment'];
  hostname?: string;
}

const LOOPBACK = [
  { address: '127.0.0.1', prefix: 8 },
  { address: '::1', prefix: 128 },
];

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
    servers: typeof servers === 'function' ? { '127.0.0.2': servers } : servers,
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
  const absent: FileText = { state: 'absent' };
  return {
    resolvConf: textOr(resolvConf ?? 'nameserver 127.0.0.2\n'),
    hosts: textOr(hosts ?? ''),
    nsswitch: nsswitch === undefined ? absent : textOr(nsswitch),
    gaiConf: absent,
    hostAliases: absent,
    mdnsAllow: false,
    environment: environment ?? {},
    hostname: hostname ?? 'pod',
    interfaces: interfaces ?? LOOPBACK,
  };
}

function textOr(text: string | FileText): FileText {
  return typeof text === 'string' ? file(text) : text;
}

/** `AAAA 0, A 0, A tcp 1000`: which types when, in whole ms. */
export function sent({ queries }: LookupRecord): string {
  return queries
    .map(({ type, atMs, proto }) => `${type}${proto === 'tcp' ? ' tcp' : ''} ${Math.floor(atMs)}`)
    .join(', ');
}
