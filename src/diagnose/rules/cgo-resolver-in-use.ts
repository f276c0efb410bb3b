import type { AppRecord } from '../../journal/app-record.ts';
import { recent, time } from '../evidence.ts';
import { traceEvidence } from '../failures.ts';
import type { AppRule, Judgement } from '../finding.ts';

/** Lookups go through libc's getaddrinfo: told by the trace, or by an error that only libc words so. */
export const cgoResolverInUse: AppRule = {
  id: 'cgo-resolver-in-use',
  severity: 'info',
  about: 'app',
  judge(app, by) {
    const { mode, orders } = app.trace.summary();
    const error = libcError(app, by);
    if (mode !== 'cgo' && !orders.includes('cgo') && !error) return undefined;
    return {
      severity: 'info',
      title: 'Lookups go through cgo: libc’s getaddrinfo, not Go’s resolver',
      evidence: [
        traceEvidence(app),
        ...(error
          ? [
              `\`${error.text}\` is worded as by ${error.resolver} (${error.certainty}), last ${time(error.last)}`,
            ]
          : []),
      ],
      fix: 'If that is not wanted, set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo.',
    };
  },
};

function libcError(app: AppRecord, by: Judgement) {
  return recent(app.errors.entries(), by).find(
    ({ resolver, certainty }) =>
      resolver.startsWith('cgo') && (certainty === 'certain' || certainty === 'high'),
  );
}
