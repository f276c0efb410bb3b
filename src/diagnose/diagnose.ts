import type { AppRecord } from '../journal/app-record.ts';
import type { ProbeRecord } from '../journal/probe-record.ts';
import type { SourceRecord } from '../journal/source-record.ts';
import {
  type Finding,
  type Judgement,
  type Rule,
  SEVERITIES,
  type Severity,
  type Verdict,
} from './finding.ts';
import { RULES } from './rules.ts';

/** What is known, as far as the rules need it. */
export interface Known {
  apps: AppRecord[];
  sources: SourceRecord[];
  /** Absent where nothing is probed, as in `explain`. */
  probes?: ProbeRecord;
}

/** What the rules find now, most severe first. Pure: what it is told, and nothing else, decides. */
export function diagnose(known: Known, by: Judgement): Finding[] {
  const findings = RULES.flatMap((rule) => judge(rule, known, by));
  return findings.sort((a, b) => rank(b.severity) - rank(a.severity));
}

function judge(rule: Rule, { apps, sources, probes }: Known, by: Judgement): Finding[] {
  const { id, about } = rule;
  if (about === 'probes') {
    const verdicts = probes && probes.rounds > 0 ? rule.judge(probes, by, apps) : [];
    return verdicts.map(({ subject, ...verdict }) => toFinding(id, subject, verdict, by));
  }
  const verdicts =
    about === 'app'
      ? apps.map((app) => ({ subject: app.subject, verdict: rule.judge(app, by) }))
      : sources.map((source) => ({ subject: source.source, verdict: rule.judge(source, by) }));
  return verdicts.flatMap(({ subject, verdict }) => (verdict ? [toFinding(id, subject, verdict, by)] : []));
}

function toFinding(id: string, subject: string, verdict: Verdict, { now }: Judgement): Finding {
  const { severity, title, evidence, fix, since = now } = verdict;
  const runbook = `docs/findings/${id}.md`;
  return { id, severity, title, since: new Date(since).toISOString(), subject, evidence, fix, runbook };
}

/** How severe: 0 info, 1 warning, 2 critical. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export type Status = 'pass' | 'warn' | 'fail';

/** Health, told by the worst finding. */
export function statusOf(findings: readonly Finding[]): Status {
  const worst = Math.max(0, ...findings.map((finding) => rank(finding.severity)));
  return (['pass', 'warn', 'fail'] as const)[worst] ?? 'pass';
}
