import type { TcpMode } from '../../../src/dns/script.ts';
import type { Network } from '../../../src/lookup/network.ts';
import { runLookup } from '../../../src/lookup/run-lookup.ts';
import { createVirtualNetwork } from '../../../src/lookup/virtual-network.ts';
import type { LookupRecord } from '../../../src/resolver/lookup-record.ts';
import type { Lookup, Step } from '../../../src/resolver/model.ts';
import { createMusl } from '../../../src/resolver/musl/musl.ts';
import type { FileText, Sources } from '../../../src/resolver/sources.ts';
import { ABSENT, fileOf, OK, type Servers, serversOf } from '../made-up.ts';

export { byType, file, OK, REFUSED, SERVFAIL, sent } from '../made-up.ts';

export const NXDOMAIN = { rcode: 3 };
export const NODATA = {};

interface Setting extends Partial<Lookup> {
  version?: string;
  servers?: Servers;
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
    servers: serversOf(servers),
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
  const { name = 'host.test', family = 'unspec', flags = 'go' } = setting;
  const sources: Sources = {
    resolvConf: fileOf(setting.resolvConf ?? 'nameserver 127.0.0.2\n'),
    hosts: fileOf(setting.hosts ?? ''),
    nsswitch: ABSENT,
    gaiConf: ABSENT,
    hostAliases: ABSENT,
    mdnsAllow: false,
    environment: {},
    hostname: 'pod',
    interfaces,
  };
  const resolver = createMusl(version.split('.').map(Number));
  return runLookup({ resolver, lookup: { name, family, flags }, sources, network, limit: 30_000 });
}
