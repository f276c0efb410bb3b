import type { AppRecord } from '../journal/app-record.ts';
import type { SourceRecord } from '../journal/source-record.ts';
import { type Finding, type Judgement, SEVERITIES, type Severity, type Verdict } from './finding.ts';
import { RULES } from './rules.ts';

/** What is known, as far as the rules need it. */
export interface Known {
  apps: AppRecord[];
  sources: SourceRecord[];
}

/** What the rules find now, most severe first. Pure: what it is told, and nothing else, decides. */
export function diagnose(known: Known, by: Judgement): Finding[] {
  const findings = RULES.flatMap((rule) =>
    rule.about === 'app'
      ? known.apps.map((app) => toFinding(rule.id, app.subject, rule.judge(app, by), by))
      : known.sources.map((source) => toFinding(rule.id, source.source, rule.judge(source, by), by)),
  ).filter((finding) => finding !== undefined);
  return findings.sort((a, b) => rank(b.severity) - rank(a.severity));
}

function toFinding(
  id: string,
  subject: string,
  verdict: Verdict | undefined,
  { now }: Judgement,
): Finding | undefined {
  if (!verdict) return undefined;
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
