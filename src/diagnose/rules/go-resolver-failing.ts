import { judgeFailures } from '../failures.ts';
import type { AppRule } from '../finding.ts';

/** Go's own resolver could not do its work; its errors name the nameserver. */
export const goResolverFailing: AppRule = {
  id: 'go-resolver-failing',
  severity: 'critical',
  about: 'app',
  judge: (app, by) => judgeFailures(app, by, ['go'], 'Go’s resolver'),
};
