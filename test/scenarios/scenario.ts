import type { Rule, Script, ScriptedAction, TcpMode } from '../../src/dns/script.ts';
import type { Family, HintFlags } from '../../src/resolver/model.ts';

/** A scripted network and machine, and the lookups to make in it. */
export interface Scenario {
  name: string;
  /** What is special, in a line. */
  about: string;
  /** Rules by server address, made afresh for every run: some remember what they have seen. */
  servers: () => Script;
  tcp: Readonly<Record<string, TcpMode>>;
  resolvConf: string;
  hosts: string;
  nsswitch: string;
  environment: Readonly<Record<string, string>>;
  /** Text of the file that HOSTALIASES names. */
  hostAliases?: string;
  /** Addresses beside 127.0.0.1/8 and ::1/128, as `198.51.100.7/24`. */
  addresses: readonly string[];
  /** The kernel has IPv6 switched off. */
  noIpv6: boolean;
  /** The process has no file descriptor left, from the start or once the first lookup is done. */
  noDescriptors?: 'at-all' | 'after-first';
  lookups: Lookups;
  /** resolv.conf is rewritten after so many ms. */
  rewrite?: { afterMs: number; resolvConf: string };
}

/** Lookups of one process. */
interface Lookups {
  /** As the application passes it, UTF-8. */
  name: string;
  family: Family;
  flags: HintFlags;
  repeat: number;
  /** Between repetitions, ms. */
  waitMs: number;
}

/** What a server does: always the same, by a rule, or by a rule with a memory that begins with the run. */
export type Behaviour = ScriptedAction | readonly ScriptedAction[] | Rule | { perRun: () => Rule };

interface Options
  extends Partial<Omit<Scenario, 'name' | 'about' | 'servers' | 'lookups'>>,
    Partial<Lookups> {
  /** What 127.0.0.2 does. */
  server?: Behaviour;
  /** What several servers do, by address. */
  servers?: Readonly<Record<string, Behaviour>>;
  /** Lines of resolv.conf after a nameserver line for each server; `resolvConf` instead is the whole file. */
  conf?: string;
}

/** The server there is where nothing else is said. */
export const S1 = '127.0.0.2';
export const S2 = '127.0.0.3';
export const S3 = '127.0.0.4';
export const S4 = '127.0.0.5';

/** A scenario with all that is not said filled in: one lookup of host.test for both families, with Go's hints. */
export function scenario(name: string, about: string, options: Options): Scenario {
  const { server, conf = '', name: lookedUp = 'host.test' } = options;
  const { family = 'unspec', flags = 'go', repeat = 1, waitMs = 0 } = options;
  const behaviours = options.servers ?? (server === undefined ? {} : { [S1]: server });
  const nameservers = Object.keys(behaviours).map((address) => `nameserver ${address}\n`);
  return {
    name,
    about,
    servers: () => mapValues(behaviours, ruleOf),
    tcp: options.tcp ?? {},
    resolvConf: options.resolvConf ?? nameservers.join('') + conf,
    hosts: options.hosts ?? '127.0.0.1 localhost\n',
    nsswitch: options.nsswitch ?? 'hosts: files dns\n',
    environment: options.environment ?? {},
    ...(options.hostAliases !== undefined && { hostAliases: options.hostAliases }),
    addresses: options.addresses ?? [],
    noIpv6: options.noIpv6 ?? false,
    ...(options.noDescriptors && { noDescriptors: options.noDescriptors }),
    lookups: { name: lookedUp, family, flags, repeat, waitMs },
    ...(options.rewrite && { rewrite: options.rewrite }),
  };
}

function ruleOf(behaviour: Behaviour): Rule {
  if (typeof behaviour === 'function') return behaviour;
  if (typeof behaviour === 'object' && 'perRun' in behaviour) return behaviour.perRun();
  return () => behaviour;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
