import type { Finding, Severity } from '../diagnose/finding.ts';
import { type Status, statusOf } from '../diagnose/status.ts';
import { VERSION } from '../version.ts';

/** The body of /healthz, application/health+json (draft-inadarei-api-health-check-06). */
export interface Health {
  status: Status;
  version: string;
  findings: Finding[];
}

/** @param failOn `warning`: a warning fails too */
export function health(findings: Finding[], failOn: Severity = 'critical'): Health {
  const status = statusOf(findings);
  const fails = failOn === 'info' ? findings.length > 0 : failOn === 'warning' && status === 'warn';
  return { status: fails ? 'fail' : status, version: VERSION, findings };
}
