import type { Rule, ScriptedAction, TcpMode } from '../../../src/dns/script.ts';
import type { Network } from '../../../src/lookup/network.ts';
import { runLookup } from '../../../src/lookup/run-lookup.ts';
import { createVirtualNetwork } from '../../../src/lookup/virtual-network.ts';
import type { LookupRecord } from '../../../src/resolver/lookup-record.ts';
import type { Lookup, Step } from '../../../src/resolver/model.ts';
import { createMusl } from '../../../src/resolver/musl/musl.ts';
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

export const file = (text: string): FileText => ({ state: 'ok', text, modified: 0 });

interface Setting extends Partial<Lookup> {
  version?: string;
  /** By address; one alone is 127.0.0.2's. */
  servers?: Readonly<Record<string, Rule>> | Rule;
  tcp?: Readonly<Record<string, TcpMode>>;
  resolvConf?: string | FileText;
  hosts?: string | FileText;
  /** Beside 127.0.0.1 and ::1. */
  addresses?: readonly { address: string; prefix: number }[];
  ipv6?: boolean;
  seed?: number;
  /** Steps that the kernel refuses, and why. */
  refused?: (step: Step) => string | undefined;
}

/** A lookup of host.test by musl on 127.0.0.2 over the virtual clock. */
export async function lookUp(setting: Setting): Promise<LookupRecord> {
  const { version = '1.2.5', servers = () => OK, tcp, addresses = [], ipv6 = true } = setting;
  const interfaces = [
    { address: '127.0.0.1', prefix: 8 },
    ...(ipv6 ? [{ address: '::1', prefix: 128 }] : []),
    ...addresses,
  ];
  const virtual = createVirtualNetwork({
    servers: typeof servers === 'function' ? { '127.0.0.2': servers } : servers,
    ...(tcp && { tcp }),
    interfaces,
    ...(setting.seed !== undefined && { seed: setting.seed }),
  });
  const network: Network = {
    ...virtual,
    perform(step) {
      const errno = setting.refused?.(step);
      return errno ? { result: 'failed', errno } : virtual.perform(step);
    },
  };
  const absent: FileText = { state: 'absent' };
  const { name = 'host.test', family = 'unspec', flags = 'go' } = setting;
  const sources: Sources = {
    resolvConf: textOr(setting.resolvConf ?? 'nameserver 127.0.0.2\n'),
    hosts: textOr(setting.hosts ?? ''),
    nsswitch: absent,
    gaiConf: absent,
    hostAliases: absent,
    mdnsAllow: false,
    environment: {},
    hostname: 'pod',
    interfaces,
  };
  const resolver = createMusl(version.split('.').map(Number));
  return runLookup({ resolver, lookup: { name, family, flags }, sources, network, limit: 30_000 });
}

function textOr(text: string | FileText): FileText {
  return typeof text === 'string' ? file(text) : text;
}

/** `A 0, AAAA 0, A 2500`: which types when, in whole ms. */
export function sent({ queries }: LookupRecord): string {
  return queries
    .map(({ type, atMs, proto }) => `${type}${proto === 'tcp' ? ' tcp' : ''} ${Math.floor(atMs)}`)
    .join(', ');
}
