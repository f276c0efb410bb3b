import type { AppRecord } from '../journal/app-record.ts';
import type { KernelRecord } from '../journal/kernel-record.ts';
import type { ProbeRecord } from '../journal/probe-record.ts';
import type { ProcessesRecord } from '../journal/process-record.ts';
import type { ProgramRecord } from '../journal/program-record.ts';
import type { SelfRecord } from '../journal/self-record.ts';
import type { SourceRecord } from '../journal/source-record.ts';

/** From least to most severe. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is known, as far as the rules need it. */
export interface Known {
  apps: readonly AppRecord[];
  sources: readonly SourceRecord[];
  /** These are absent where nothing is looked at but logs, as in `explain`. */
  probes?: ProbeRecord;
  kernel?: KernelRecord;
  processes?: ProcessesRecord;
  self?: SelfRecord;
  /** The application's binary, or the one that `inspect` was given. */
  program?: ProgramRecord;
}

/** What a rule found, before it is known since when. */
export interface Verdict {
  severity: Severity;
  title: string;
  /** Measured facts: numbers, names, times. */
  evidence: string[];
  /** What to change, to the letter. */
  fix: string;
  /** When it was first seen in this spell, ms since the epoch; absent: now. */
  since?: number;
  /** When what shows it was last seen, ms since the epoch; absent: now. */
  last?: number;
  /** How often it was seen in this spell: failures, lookups, packets; absent: it is a state, and not counted. */
  count?: number;
}

/** The settings rules judge by. */
export interface Judgement {
  /** ms since the epoch. */
  now: number;
  /** How long a failure counts, ms: no failure for as long, and the finding closes. Infinity: all of the log counts. */
  failureWindow: number;
  /** How long a source may be unreadable before it is a finding, ms. */
  sourceStalled: number;
  /** A nameserver that takes as long to answer is slow, ms. */
  slowQuery: number;
  /** Conntrack entries over their limit, and source ports taken over those usable: near full from here on, 0 to 1. */
  conntrackRatio: number;
  sourcePortRatio: number;
  /** The resolver the operator expects. */
  expected?: 'go' | 'cgo';
}

/** One finding, one rule. `severity` is the one it has at its worst, for a reader of the metric. */
interface RuleBase {
  id: string;
  severity: Severity;
}

/** A rule about an application: its log is all it needs. */
export interface AppRule extends RuleBase {
  about: 'app';
  judge(app: AppRecord, by: Judgement): Verdict | undefined;
}

/** A rule about a log source. */
export interface SourceRule extends RuleBase {
  about: 'source';
  judge(source: SourceRecord, by: Judgement): Verdict | undefined;
}

/** What a rule found, and of what: a target, a nameserver, a file, a network namespace. */
export interface SubjectVerdict extends Verdict {
  /** Stays the same while the finding is open: `10.96.0.10:53`, `api.example.com`, `/etc/resolv.conf line 3`. */
  subject: string;
}

/** What rules about probes judge by. */
export interface ProbeJudgement extends Judgement {
  /** Targets of which an exact rule has found why they cannot be looked up. */
  explained: ReadonlySet<string>;
}

/** A rule about what probing told: several subjects may have it at once. */
export interface ProbeRule extends RuleBase {
  about: 'probes';
  /** Its subjects are targets, and it names which habit of which resolver makes them fail: judged before the others. */
  exact?: true;
  /** @param known what else was seen, for a rule that holds it against the probes */
  judge(probes: ProbeRecord, by: ProbeJudgement, known: Known): readonly SubjectVerdict[];
}

/** A rule that holds the observations of several eyes against each other: kernel, processes, logs, probes. */
export interface JoinedRule extends RuleBase {
  about: 'everything';
  judge(known: Known, by: Judgement): readonly SubjectVerdict[];
}

export type Rule = AppRule | SourceRule | ProbeRule | JoinedRule;

/** An open or past finding, as interface.md has it. */
export interface Finding {
  id: string;
  severity: Severity;
  title: string;
  since: string;
  subject: string;
  evidence: string[];
  fix: string;
  runbook: string;
  lastSeen: string;
  /** How often; null: it is a state. */
  count: number | null;
}
