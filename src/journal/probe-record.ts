/**
 * What probing has told, for the rules of diagnose: lookups as each resolver would make them, single queries to
 * each nameserver, and the files that decide. Facts only. Times are ms since the epoch, durations ms. Every list is
 * bounded, its newest entry last; a sample taken while this process stood still is in none of them.
 */
import type { LookupRecord } from '../resolver/lookup-record.ts';
import type { FileText, Remark, Sources } from '../resolver/sources.ts';
import { createProbeTotals, type ProbeTotals } from './probe-totals.ts';
import type { PairCheck, ServerCheck } from './server-checks.ts';

export type { CheckFailure, CheckReply, CheckResult, Lost, PairCheck, ServerCheck } from './server-checks.ts';

/** The `M` of a rule's N of M: samples kept of a target by one model, and of a server's checks of one kind. */
export const WINDOW = 10;
/** Transcripts of failing lookups that are kept for evidence. */
export const MAX_FAILING = 20;
/** A node's DNS moves now and then; a file that is rewritten all the time must not fill the memory. */
export const MAX_FORMER = 16;
/** Of one lookup: a resolver that asks for ever must not fill the memory. */
export const MAX_KEPT_QUERIES = 100;

export interface ProbeRecord {
  /** Rounds ended since the start; 0: nothing has been probed yet, and no rule can say anything. */
  rounds: number;
  /** When the last round ended. */
  lastRound?: number;
  /** Between the beginnings of two rounds, as configured. */
  intervalMs: number;
  /** By name as configured or found in the log, those that are probed now. */
  readonly targets: Map<string, TargetRecord>;
  /** Lookups that did not end as expected, of all targets: the last {@link MAX_FAILING}. */
  failing: ProbeLookup[];
  files?: FilesRecord;
  /** By endpoint (`10.96.0.10:53`), in the order of resolv.conf; those it names now. */
  readonly servers: Map<string, ServerRecord>;
  /** For the metrics: only ever grows. */
  readonly totals: ProbeTotals;
}

/** A name that is looked up in every round. */
export interface TargetRecord {
  readonly name: string;
  readonly origin: 'configured' | 'log';
  /** What a configured target should give. Absent for names from the log: nobody said that they exist. */
  readonly expect?: 'found' | 'not-found';
  /** The resolver that stands for the application's. Absent where `app` is not among the configured models. */
  app?: AppModel;
  /** By model, as it is asked for and the application's as it was found: `go-1.27`, `musl-1.2.6`, `nslookup`. */
  readonly models: Map<string, ModelWindow>;
  /** The last {@link WINDOW} rounds in which every model's lookup counted. */
  comparisons: Comparison[];
}

/** Whether all models gave the same; `text` says how they differ, as `resolve` does. */
export interface Comparison {
  at: number;
  text?: string;
}

/** Which model stands for the application's resolver, and how that is known. */
export interface AppModel {
  model: string;
  source: 'trace' | 'error' | 'process' | 'config' | 'default';
  /** One line for people: `the trace says cgo for this name; error texts are musl's`. */
  because: string;
}

/** The last {@link WINDOW} lookups of a name by one model. The latest is the last. */
export interface ModelWindow {
  readonly model: string;
  lookups: ProbeLookup[];
}

/** A lookup of a target: outcome, addresses, error text, every query with its reply, every decision. */
export interface ProbeLookup extends LookupRecord {
  target: string;
  model: string;
  /** When it began. */
  at: number;
  /** As `expect` says; without one, `ok` is what is hoped for. */
  asExpected: boolean;
}

/** One nameserver of resolv.conf. */
export interface ServerRecord {
  /** `10.96.0.10:53`, `[fd00::10]:53` */
  readonly server: string;
  /** From 0: resolvers ask the first one first, and glibc and musl only the first three. */
  position: number;
  /** Single queries of the last {@link WINDOW} rounds: in each one a transport with and without EDNS. */
  checks: ServerCheck[];
  /** A and AAAA at once, of the last {@link WINDOW} rounds. */
  pairs: PairCheck[];
}

/** The files that decide lookups, as read at the last round. */
export interface FilesRecord {
  /** Under which they are: `/`, `/proc/7/root`. */
  root: string;
  resolvConf: FileState;
  hosts: FileState;
  nsswitch: FileState;
  environment: Sources['environment'];
  /** What resolv.conf says to each family of resolvers; in the dialects known. */
  dialects: DialectFacts[];
  /** When this process first saw resolv.conf as it is now. */
  resolvConfSeen: number;
  /** Endpoints that it named in the time of this process and names no more, the last {@link MAX_FORMER}. */
  formerNameservers: string[];
}

/** A file without its text. */
export type FileState = { state: 'ok'; modified: number } | Exclude<FileText, { state: 'ok' }>;

type Dialect = 'glibc' | 'musl' | 'go';

/** resolv.conf as one family of resolvers takes it, the environment included. */
export interface DialectFacts {
  dialect: Dialect;
  /** Endpoints in the order they are asked, those not used left out. */
  nameservers: string[];
  search: string[];
  ndots: number;
  /** Seconds. */
  timeout: number;
  attempts: number;
  /** Options without a number that are switched on and known to this family: `single-request`, `use-vc`. */
  options: string[];
  /** Lines of resolv.conf, hosts and nsswitch.conf that this family does not heed as they stand. */
  remarks: Remark[];
}

/** A record of a daemon that has not probed yet. */
export function createProbeRecord(): ProbeRecord {
  return {
    rounds: 0,
    intervalMs: 0,
    targets: new Map(),
    failing: [],
    servers: new Map(),
    totals: createProbeTotals(),
  };
}

/** Longer without a round, and the probes are stuck: the longest hanging lookups of a large configuration take less. */
const STUCK_AFTER_MS = 120_000;

/** Whether rounds end in time. */
export function probesUp({ lastRound, intervalMs }: ProbeRecord, now: number): boolean {
  return lastRound !== undefined && now - lastRound <= 3 * intervalMs + STUCK_AFTER_MS;
}
