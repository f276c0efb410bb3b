import type { Rule, TcpMode } from '../../src/dns/script.ts';
import type { Family, HintFlags } from '../../src/resolver/model.ts';

/** A scripted network and machine, and the lookups to make in it. */
export interface Scenario {
  name: string;
  /** What is special, in a line. */
  about: string;
  /** Rules by server address. */
  servers: Readonly<Record<string, Rule>>;
  tcp?: Readonly<Record<string, TcpMode>>;
  resolvConf: string;
  /** Default `127.0.0.1 localhost\n`. */
  hosts?: string;
  /** Default `hosts: files dns\n`. */
  nsswitch?: string;
  environment?: Readonly<Record<string, string>>;
  /** Text of the file that HOSTALIASES names. */
  hostAliases?: string;
  /** Addresses beside 127.0.0.1/8 and ::1/128, as `198.51.100.7/24`. */
  addresses?: readonly string[];
  /** The kernel has IPv6 switched off. */
  noIpv6?: boolean;
  lookups: readonly ScenarioLookups[];
  /** resolv.conf is rewritten after so many ms. */
  rewrite?: { afterMs: number; resolvConf: string };
  /** nslookup, dig and busybox were not run. */
  libcOnly?: boolean;
}

/** Lookups of one process. */
export interface ScenarioLookups {
  names: readonly string[];
  family?: Family;
  flags?: HintFlags;
  repeat?: number;
  /** Between repetitions, ms. */
  waitMs?: number;
}
