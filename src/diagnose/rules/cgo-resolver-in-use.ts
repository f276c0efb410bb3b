import type { AppRecord } from '../../journal/app-record.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';
import { recent, time } from '../evidence.ts';
import { traceEvidence } from '../failures.ts';
import type { JoinedRule, Judgement, SubjectVerdict } from '../finding.ts';
import { settledResolver } from '../program/resolver-of.ts';
import { buildEvidence } from '../program/words.ts';

/**
 * Lookups go through libc's getaddrinfo: told by the trace, by an error that only libc words so, or by the binary and
 * its environment, where they settle it and no log has told it yet.
 */
export const cgoResolverInUse: JoinedRule = {
  id: 'cgo-resolver-in-use',
  severity: 'info',
  about: 'everything',
  judge({ apps, program }, by) {
    const seen = apps.flatMap((app) => seenInLog(app, by) ?? []);
    const settled = program && seen.length === 0 ? settledBy(program) : undefined;
    return (settled ? [settled] : seen).map((verdict) => ({
      ...verdict,
      severity: 'info',
      title: TITLE,
      fix: FIX,
    }));
  },
};

const TITLE = 'Lookups go through cgo: libc’s getaddrinfo, not Go’s resolver';
const FIX =
  'If that is not wanted, set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo.';

type Seen = Pick<SubjectVerdict, 'subject' | 'evidence'>;

function seenInLog(app: AppRecord, by: Judgement): Seen | undefined {
  const { mode, orders } = app.trace.summary();
  const error = libcError(app, by);
  if (mode !== 'cgo' && !orders.includes('cgo') && !error) return undefined;
  const words =
    error &&
    `\`${error.text}\` is worded as by ${error.resolver} (${error.certainty}), last ${time(error.last)}`;
  return { subject: app.subject, evidence: [traceEvidence(app), ...(words ? [words] : [])] };
}

function libcError(app: AppRecord, by: Judgement) {
  return recent(app.errors.entries(), by).find(
    ({ resolver, certainty }) =>
      resolver.startsWith('cgo') && (certainty === 'certain' || certainty === 'high'),
  );
}

function settledBy(program: ProgramRecord): Seen | undefined {
  const settled = settledResolver(program);
  if (settled?.resolver !== 'cgo') return undefined;
  const { subject, binary } = program;
  const evidence = [settled.because, `the binary ${binary.cgoResolverBecause}`];
  return {
    subject,
    evidence: [...evidence, ...buildEvidence(binary, ['CGO_ENABLED', '-tags', 'DefaultGODEBUG'])],
  };
}
