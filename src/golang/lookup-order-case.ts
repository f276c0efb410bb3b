/** What Go's choice of a resolver depends on, and the form its rules have. */
import type { ConfigFile } from './config-file.ts';
import type { Minor } from './versions.ts';

export const TAGS = ['netgo', 'netcgo'] as const;
export type Tag = (typeof TAGS)[number];

/**
 * addrLookupOrder came with this release; before, LookupAddr asked hostLookupOrder with an empty name, and no source
 * was passed over for want of one (net/conf.go, lookupOrder: `hostname != ""`).
 */
export const ADDR_LOOKUP_ORDER_SINCE: Minor = 21;

/** All that Go's choice depends on, beside the name. */
export interface Circumstances {
  go: Minor;
  /** Built with CGO_ENABLED=1. */
  cgo: boolean;
  tags: readonly Tag[];
  /** The application's net.Resolver has PreferGo. */
  preferGo?: boolean;
  /** Absent: not set. LOCALDOMAIN counts even when it is empty. */
  environment: { LOCALDOMAIN?: string; RES_OPTIONS?: string; HOSTALIASES?: string; GODEBUG?: string };
  resolvConf: ConfigFile;
  nsswitch: ConfigFile;
  /** Whether /etc/mdns.allow is there. */
  mdnsAllow: boolean;
  hostname: string;
}

/** A name with all that Go's choice for it depends on. The empty name stands for an address. */
export interface Case extends Circumstances {
  name: string;
}

/** What decided: the one line, variable, tag or name to change. */
export interface Decider {
  by: 'build' | 'tag' | 'godebug' | 'code' | 'environment' | 'resolv.conf' | 'nsswitch.conf' | 'name';
  /** As it stands there; of a file that cannot be read, its state. */
  text: string;
  /** Of a file, from 1; absent: the file as a whole. */
  line?: number;
}

/** Something that holds, and what follows from it in a line for a person. */
export interface Ground {
  decider: Decider;
  because: string;
}

/** The releases that have a row of a table: first and last minor, both in it; absent: 1.5, the newest. */
export interface Span {
  since?: Minor;
  until?: Minor;
}

/** One condition, in the releases that have it. */
export interface Rule extends Span {
  /** Where it stands in Go. */
  source: string;
  ground(known: Case): Ground | undefined;
}

/** Whether a release has a row. */
export function inSpan({ since, until }: Span, go: Minor): boolean {
  return (since === undefined || go >= since) && (until === undefined || go <= until);
}

/** The first rule that holds, told by what it found. */
export function firstGround(rules: readonly Rule[], known: Case): Ground | undefined {
  for (const rule of rules) {
    const ground = inSpan(rule, known.go) ? rule.ground(known) : undefined;
    if (ground) return ground;
  }
  return undefined;
}
