import { recent, time } from '../evidence.ts';
import type { AppRule } from '../finding.ts';

/** An error worded as only musl words it. */
export const muslResolverInUse: AppRule = {
  id: 'musl-resolver-in-use',
  severity: 'info',
  about: 'app',
  judge(app, by) {
    const errors = recent(app.errors.entries(), by).filter(({ resolver }) => resolver === 'cgo-musl');
    const error = errors.find(({ certainty }) => certainty === 'certain') ?? errors[0];
    if (!error) return undefined;
    return {
      severity: 'info',
      title: 'Lookups go through musl’s getaddrinfo',
      evidence: [`only musl says \`${error.text}\` (${error.certainty}), last ${time(error.last)}`],
      fix: 'If that is not wanted, set GODEBUG=netdns=go in the container’s environment, or build with CGO_ENABLED=0 or -tags netgo, or use a glibc base image (debian:12-slim, gcr.io/distroless/base).',
    };
  },
};
