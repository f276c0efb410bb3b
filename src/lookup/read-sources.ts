import { existsSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Server } from '../resolver/model.ts';
import type { Interface, Sources } from '../resolver/sources.ts';
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

/** As many as the kernel follows. */
const MAX_LINKS = 40;

/** Reads all that decides lookups, as it is now. Never throws: what cannot be read is said in each file's state. */
export function readSources(options: SourceOptions): Sources {
  const { root, environment, nameservers } = options;
  const etc = (name: string, instead?: string) => readText(instead ?? pathWithin(root, `/etc/${name}`));
  const { HOSTALIASES } = environment;
  return {
    resolvConf: etc('resolv.conf', options.resolvConf),
    hosts: etc('hosts', options.hosts),
    nsswitch: etc('nsswitch.conf', options.nsswitch),
    gaiConf: etc('gai.conf'),
    hostAliases: HOSTALIASES ? readText(pathWithin(root, resolve('/', HOSTALIASES))) : { state: 'absent' },
    mdnsAllow: existsSync(join(root, 'etc/mdns.allow')),
    environment: pick(environment, ['LOCALDOMAIN', 'RES_OPTIONS', 'HOSTALIASES', 'GODEBUG']),
    hostname: hostname(),
    interfaces: interfaces(),
    ...(nameservers && { nameservers }),
  };
}

/**
 * Links of another root are to be followed within it: the kernel would take absolute ones from ours
 * (path_resolution(7)).
 */
function pathWithin(root: string, path: string): string {
  let inside = path;
  for (let hops = 0; root !== '/' && hops < MAX_LINKS; hops++) {
    const target = linkTarget(join(root, inside));
    if (target === undefined) break;
    inside = resolve(dirname(inside), target);
  }
  return join(root, inside);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
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
