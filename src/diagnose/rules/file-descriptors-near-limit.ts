import { errorEvidence, firstOf, recent, time } from '../evidence.ts';
import type { AppRule } from '../finding.ts';
import { FIX_BY_REASON } from '../fix-by-reason.ts';

/** EMFILE or ENFILE: critical when lookups fail by it, a warning while only other calls do. */
export const fileDescriptorsNearLimit: AppRule = {
  id: 'file-descriptors-near-limit',
  severity: 'critical',
  about: 'app',
  judge(app, by) {
    const errors = recent(app.errors.entries(), by).filter(
      ({ reason }) => reason === 'file-descriptors-exhausted',
    );
    const others =
      app.descriptors && by.now - app.descriptors.last <= by.failureWindow ? app.descriptors : undefined;
    if (errors.length === 0 && !others) return undefined;
    return {
      severity: errors.length > 0 ? 'critical' : 'warning',
      title:
        errors.length > 0
          ? 'Lookups fail for lack of file descriptors'
          : 'The application runs out of file descriptors',
      evidence: [
        ...errorEvidence(errors),
        ...(others
          ? [`${others.count} × outside of lookups, last ${time(others.last)}: ${others.text}`]
          : []),
      ],
      fix: FIX_BY_REASON['file-descriptors-exhausted'],
      ...firstOf([...errors, ...(others ? [others] : [])]),
    };
  },
};
