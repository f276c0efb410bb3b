import type {
  AppRule,
  Finding,
  JoinedRule,
  Judgement,
  Known,
  ProbeRule,
  Rule,
  SourceRule,
  Verdict,
} from './finding.ts';
import { rank } from './status.ts';

/**
 * What these rules find now, most severe first, and of one severity in their order. Pure: what it is told, and nothing
 * else, decides.
 */
export function judgeBy(rules: readonly Rule[], known: Known, by: Judgement): Finding[] {
  const ofProbes = judgeProbes(rules, known, by);
  const findings = rules.flatMap((rule) =>
    rule.about === 'probes' ? (ofProbes.get(rule) ?? []) : judge(rule, known, by),
  );
  return findings.sort((a, b) => rank(b.severity) - rank(a.severity));
}

/** Exact rules first: the others ask whether one of them has the cause already. */
function judgeProbes(all: readonly Rule[], known: Known, by: Judgement): Map<ProbeRule, Finding[]> {
  const { probes } = known;
  const findings = new Map<ProbeRule, Finding[]>();
  if (!probes || probes.rounds === 0) return findings;
  const explained = new Set<string>();
  const rules = all.filter((rule) => rule.about === 'probes');
  for (const rule of rules.toSorted((a, b) => Number(b.exact ?? false) - Number(a.exact ?? false))) {
    const verdicts = rule.judge(probes, { ...by, explained }, known);
    findings.set(
      rule,
      verdicts.map(({ subject, ...verdict }) => toFinding(rule.id, subject, verdict, by)),
    );
    if (!rule.exact) continue;
    for (const { subject, severity } of verdicts) if (severity === 'critical') explained.add(subject);
  }
  return findings;
}

function judge(rule: AppRule | SourceRule | JoinedRule, known: Known, by: Judgement): Finding[] {
  const { id } = rule;
  if (rule.about === 'everything')
    return rule.judge(known, by).map(({ subject, ...verdict }) => toFinding(id, subject, verdict, by));
  const { apps, sources } = known;
  const verdicts =
    rule.about === 'app'
      ? apps.map((app) => ({ subject: app.subject, verdict: rule.judge(app, by) }))
      : sources.map((source) => ({ subject: source.source, verdict: rule.judge(source, by) }));
  return verdicts.flatMap(({ subject, verdict }) => (verdict ? [toFinding(id, subject, verdict, by)] : []));
}

function toFinding(id: string, subject: string, verdict: Verdict, { now }: Judgement): Finding {
  const { severity, title, evidence, fix, since = now, last = now, count = null } = verdict;
  return {
    ...{ id, severity, title, since: new Date(since).toISOString(), subject, evidence, fix },
    ...{ runbook: `docs/findings/${id}.md`, lastSeen: new Date(last).toISOString(), count },
  };
}
