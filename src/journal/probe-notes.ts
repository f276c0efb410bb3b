/** How what probing tells gets into its record: windows are cut, counts go up, labels are capped. */
import type {
  Comparison,
  PairCheck,
  ProbeLookup,
  ProbeRecord,
  ServerCheck,
  ServerRecord,
  TargetRecord,
} from './probe-record.ts';
import { MAX_FAILING, MAX_KEPT_QUERIES, WINDOW } from './probe-record.ts';
import { count, observe } from './probe-totals.ts';

/** Single queries of a server in one round. */
export const CHECKS_A_ROUND = 4;

/**
 * Notes the lookups of one target in one round, side by side.
 *
 * @param comparison absent where a model's lookup is missing: what is left says nothing of all of them
 */
export function noteLookups(
  record: ProbeRecord,
  target: TargetRecord,
  lookups: readonly ProbeLookup[],
  comparison: Comparison | undefined,
): void {
  for (const lookup of lookups) {
    noteTotals(record, target, lookup);
    const kept = {
      ...lookup,
      queries: lookup.queries.slice(0, MAX_KEPT_QUERIES),
      because: lookup.because.slice(-MAX_KEPT_QUERIES),
    };
    const window = target.models.get(lookup.model) ?? { model: lookup.model, lookups: [] };
    window.lookups = [...window.lookups, kept].slice(-WINDOW);
    target.models.set(lookup.model, window);
    const worthKeeping = !lookup.asExpected || (comparison?.text !== undefined && lookup.outcome !== 'ok');
    if (worthKeeping) record.failing = [...record.failing, kept].slice(-MAX_FAILING);
  }
  if (comparison) target.comparisons = [...target.comparisons, comparison].slice(-WINDOW);
}

function noteTotals({ totals }: ProbeRecord, { name, origin }: TargetRecord, lookup: ProbeLookup): void {
  const target = totals.targetLabels.labelOf(name, origin === 'configured');
  const model = totals.modelLabels.labelOf(lookup.model);
  count(totals.lookups, { target, model, outcome: lookup.outcome });
  observe(totals.lookupSeconds, { target, model }, lookup.durationMs);
  totals.queriesPerLookup.update({ target, model }, () => lookup.queries.length);
}

/** Notes one query to a nameserver. */
export function noteCheck({ totals }: ProbeRecord, record: ServerRecord, check: ServerCheck): void {
  record.checks = [...record.checks, check].slice(-WINDOW * CHECKS_A_ROUND);
  const server = totals.serverLabels.labelOf(record.server);
  const { proto, type, result, durationMs } = check;
  count(totals.queries, { server, proto, type, rcode: totals.rcodeLabels.labelOf(wordFor(result)) });
  if (result.kind === 'reply') observe(totals.querySeconds, { server, proto }, durationMs);
}

/** An rcode, or what came instead: `timeout`, `ECONNREFUSED`, `closed`, `malformed`. */
function wordFor(result: ServerCheck['result']): string {
  if (result.kind === 'reply') return result.rcode;
  return (result.kind === 'error' && result.errno) || result.kind;
}

/** Notes a pair. Half a pair is lost where one reply came and the other did not. */
export function notePair({ totals }: ProbeRecord, record: ServerRecord, pair: PairCheck): void {
  record.pairs = [...record.pairs, pair].slice(-WINDOW);
  const server = totals.serverLabels.labelOf(record.server);
  for (const lost of ['a', 'aaaa'] as const)
    count(
      totals.pairsHalfLost,
      { server, lost },
      [pair.onePort, pair.twoPorts].filter((each) => each === lost).length,
    );
}
