import { type Finding, SEVERITIES, type Severity } from './finding.ts';

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
