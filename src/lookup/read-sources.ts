import { existsSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { Server } from '../resolver/model.ts';
import type { FileText, Interface, Sources } from '../resolver/sources.ts';
import { pathWithin } from './path-within.ts';
import { readText } from './read-text.ts';

/** Where to read. */
export interface SourceOptions {
  /** The root of the filesystem, `/` or a container's. */
  root: string;
  resolvConf?: string;
  hosts?: string;
  nsswitch?: string;
  nameservers?: readonly Server[];
  environment: Readonly<Record<string, string | undefined>>;
}

/** Reads all that decides lookups, as it is now. Never throws: what cannot be read is said in each file's state. */
export function readSources(options: SourceOptions): Sources {
  const { root, environment, nameservers } = options;
  const etc = (name: string, instead?: string) =>
    instead === undefined ? textWithin(root, `/etc/${name}`) : readText(instead);
  const { HOSTALIASES } = environment;
  return {
    resolvConf: etc('resolv.conf', options.resolvConf),
    hosts: etc('hosts', options.hosts),
    nsswitch: etc('nsswitch.conf', options.nsswitch),
    gaiConf: etc('gai.conf'),
    hostAliases: HOSTALIASES ? textWithin(root, resolve('/', HOSTALIASES)) : { state: 'absent' },
    mdnsAllow: existsSync(pathWithin(root, '/etc/mdns.allow') ?? ''),
    environment: pick(environment, ['LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES', 'GODEBUG']),
    hostname: hostname(),
    interfaces: interfaces(),
    ...(nameservers && { nameservers }),
  };
}

/** A file as in that root, no matter where links lead to. Never throws. @param path absolute */
export function textWithin(root: string, path: string): FileText {
  const inside = pathWithin(root, path);
  return inside === undefined ? { state: 'failed', errno: 'ELOOP' } : readText(inside);
}

function interfaces(): Interface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, cidr }) => ({ address, prefix: Number(cidr?.split('/')[1] ?? 0), name })),
  );
}

function pick<K extends string>(
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly K[],
): Partial<Record<K, string>> {
  const set = names.filter((name) => environment[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, environment[name]])) as Partial<Record<K, string>>;
}
