import { errorEvidence, firstOf, recent } from '../evidence.ts';
import type { AppRule } from '../finding.ts';
import { FIX_BY_REASON } from '../fix-by-reason.ts';

/**
 * A lookup got no UDP or TCP source port. Go: EAGAIN from connect(), at once and flagged as a timeout; musl: EADDRINUSE
 * from bind(). glibc hides it behind `Temporary failure in name resolution`.
 */
export const sourcePortsExhausted: AppRule = {
  id: 'source-ports-exhausted',
  severity: 'critical',
  about: 'app',
  judge(app, by) {
    const errors = recent(app.errors.entries(), by).filter(
      ({ reason }) => reason === 'source-ports-exhausted',
    );
    if (errors.length === 0) return undefined;
    return {
      severity: 'critical',
      title: 'No source port was left for a DNS query',
      evidence: errorEvidence(errors),
      fix: FIX_BY_REASON['source-ports-exhausted'],
      ...firstOf(errors),
    };
  },
};
