import { recent, time } from '../evidence.ts';
import type { AppRule } from '../finding.ts';

/** An error worded as only musl words it. */
export const muslResolverInUse: AppRule = {
  id: 'musl-resolver-in-use',
  severity: 'info',
  about: 'app',
  judge(app, by) {
    const errors = recent(app.errors.entries(), by).filter(
      ({ resolver, certainty }) => resolver === 'cgo-musl' && certainty !== 'medium',
    );
    const error = errors.find(({ certainty }) => certainty === 'certain') ?? errors[0];
    if (!error) return undefined;
    return {
      severity: 'info',
      title: 'Lookups go through musl’s getaddrinfo',
      evidence: [`\`${error.text}\` is worded as by musl (${error.certainty}), last ${time(error.last)}`],
      fix: 'If that is not wanted, set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo, or build and run on a glibc image (Debian, distroless base).',
    };
  },
};
