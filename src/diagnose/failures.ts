import type { AppRecord } from '../journal/app-record.ts';
import type { ErrorEntry } from '../journal/error-table.ts';
import { shortened } from '../journal/kept-text.ts';
import type { Reason, Resolver } from '../kinds.ts';
import { errorEvidence, recent, spanOf } from './evidence.ts';
import type { Judgement, Verdict } from './finding.ts';
import { FIX_BY_REASON } from './fix-by-reason.ts';

/** The name may simply not exist, or not in this family: worth a look, no alarm. */
const NAME_REASONS: readonly Reason[] = ['not-found', 'address-family'];

/** Reasons that are no failure of a resolver: the caller gave up, or a finding of their own has the cause. */
const NOT_THE_RESOLVER: readonly Reason[] = [
  'canceled',
  'invalid-name',
  'source-ports-exhausted',
  'file-descriptors-exhausted',
];

/**
 * Failures of one resolver that still count: critical if it could not do its work, a warning if it only found
 * nothing.
 *
 * @param who the resolver, as the title's subject
 * @param advice what can be done about this resolver whatever the reason; comes first
 */
export function judgeFailures(
  app: AppRecord,
  by: Judgement,
  resolvers: readonly Resolver[],
  who: string,
  advice?: string,
): Verdict | undefined {
  const failures = failuresOf(app, by, resolvers);
  const serious = failures.filter(({ reason }) => !NAME_REASONS.includes(reason));
  const shown = serious.length > 0 ? serious : failures;
  const [commonest] = shown;
  if (!commonest) return undefined;
  return {
    severity: serious.length > 0 ? 'critical' : 'warning',
    title: `${who} fails: ${commonest.reason}${namesOf(shown)}`,
    evidence: [...errorEvidence(shown), traceEvidence(app)],
    fix: [shown.every(isCLibrarys) ? C_LIBRARY_ADVICE : advice, FIX_BY_REASON[commonest.reason]]
      .filter(Boolean)
      .join(' '),
    ...spanOf(shown),
  };
}

/** Failures of some resolvers that still count, the commonest first. */
export function failuresOf(app: AppRecord, by: Judgement, resolvers: readonly Resolver[]): ErrorEntry[] {
  return recent(app.errors.entries(), by).filter(
    ({ resolver, reason }) => resolvers.includes(resolver) && !NOT_THE_RESOLVER.includes(reason),
  );
}

/** A libc is named, and not by Go: `medium` is what a getaddrinfo text without `lookup` gives. */
const isCLibrarys = ({ resolver, certainty }: ErrorEntry) =>
  resolver.startsWith('cgo-') && certainty === 'medium';
const C_LIBRARY_ADVICE =
  'A C library in the process (librdkafka, libpq) or another program in the container called getaddrinfo itself: GODEBUG does not reach it.';

/** ` for a, b and 3 more` */
function namesOf(entries: ErrorEntry[]): string {
  const names = [...new Set(entries.map(({ name }) => name))].filter((name) => name !== '');
  if (names.length === 0) return '';
  const listed = names.slice(0, 2).map((name) => shortened(name, 80));
  const more = names.length - listed.length;
  return ` for ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What the trace says beside the failures. */
export function traceEvidence(app: AppRecord): string {
  const { seen, mode, reason, lookups } = app.trace.summary();
  if (!seen) return 'no netdns trace in the log';
  const orders = Object.entries(lookups).map(([order, count]) => `${count} × ${order}`);
  return `trace: mode ${mode} (${reason})${orders.length > 0 ? `; lookups: ${orders.join(', ')}` : ''}`;
}
