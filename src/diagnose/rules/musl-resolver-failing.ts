import { judgeFailures } from '../failures.ts';
import type { AppRule } from '../finding.ts';

/** musl's getaddrinfo: `Try again` where glibc and nslookup find the name. */
export const muslResolverFailing: AppRule = {
  id: 'musl-resolver-failing',
  severity: 'critical',
  about: 'app',
  judge: (app, by) =>
    judgeFailures(
      app,
      by,
      ['cgo-musl'],
      'musl’s resolver',
      'musl needs a good answer to both the A and the AAAA query, and stops the search list at the first error. Set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo, or build and run on a glibc image.',
    ),
};
