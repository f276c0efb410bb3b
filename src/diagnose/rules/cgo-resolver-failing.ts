import { judgeFailures } from '../failures.ts';
import type { AppRule } from '../finding.ts';

/** getaddrinfo of glibc, or of a libc the evidence does not name. musl has a rule of its own. */
export const cgoResolverFailing: AppRule = {
  id: 'cgo-resolver-failing',
  severity: 'critical',
  about: 'app',
  judge: (app, by) =>
    judgeFailures(
      app,
      by,
      ['cgo', 'cgo-glibc'],
      'cgo’s resolver (getaddrinfo)',
      'To use Go’s resolver instead, set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo; its errors also name the nameserver and the errno that libc hides.',
    ),
};
