/** Which lookups failed in the same seconds in which a counter grew. */
import type { Judgement, Known } from '../finding.ts';
import { counted } from '../probes/transcripts.ts';
import type { Growth, Step } from './growth.ts';
import { type SentProbe, sentProbes } from './probe-queries.ts';

export interface FailedMeanwhile {
  /** Lookups failed, more than at other times, and no more than the counter can have lost. */
  byIt: boolean;
  /** Something failed, whatever made it. */
  any: boolean;
  /** One line of evidence: what failed, or that nothing did, or that it is not known. */
  text: string;
}

/** A sample may be taken so long after the second it speaks of, ms. */
const SLACK_MS = 1_000;
/** A lookup ends so long after its packet was lost: Go's and musl's wait is 5 s, and glibc asks twice, ms. */
const LOOKUP_ENDS_MS = 10_000;
/** ms since the epoch. */
interface Span {
  from: number;
  to: number;
}

/** Two looks further apart have no seconds that are the same, ms. */
const LONGEST_STEP_MS = 60_000;
/** What fails all the time fails in these seconds too: so many times as often must it be. */
const OFTENER = 2;

/**
 * Holds the growth of a counter against probe queries without a reply and against the log.
 *
 * @param from since when the counter has been looked at, ms since the epoch
 */
export function failedMeanwhile(
  { probes, apps }: Known,
  growth: Growth,
  from: number,
  { now }: Judgement,
): FailedMeanwhile {
  const steps = growth.steps.filter((step) => step.to - step.from <= LONGEST_STEP_MS);
  if (steps.length === 0)
    return {
      byIt: false,
      any: false,
      text: 'its samples are too far apart to say which lookups failed by it',
    };
  // An incident that is older than a failure counts is not what it is like at other times.
  const allSteps = [...growth.earlier, ...growth.steps];
  const queries = probes
    ? queriesIn(sentProbes(probes), steps, allSteps)
    : { sent: 0, lost: [], oftener: false };
  const lookups = lookupsIn(apps, steps, allSteps, { from, now });
  const [lost, ended] = [queries.lost.length, lookups.count];
  const any = lost + ended > 0;
  const byIt =
    (queries.oftener && lost <= growth.total) || (lookups.oftener && ended > 0 && ended <= growth.total);
  if (!any) return { byIt, any, text: noneText(queries.sent, apps.length > 0) };
  const parts = [
    ...(lost > 0
      ? [`${counted(lost, 'probe query', 'probe queries')} without a reply (${examples(queries.lost)})`]
      : []),
    ...(ended > 0 ? [`${counted(ended, 'lookup')} of the log that ended without an answer`] : []),
  ];
  const doubt = byIt
    ? ''
    : '; such failures come at other times too, or are more than it can explain: look for another cause as well';
  return { byIt, any, text: `in the same seconds: ${parts.join(', ')}${doubt}` };
}

function noneText(sent: number, logged: boolean): string {
  if (sent === 0 && !logged)
    return 'no probe query is known of the same seconds and no log is read: whether a lookup failed by it is not known';
  const probed =
    sent > 0
      ? `${counted(sent, 'probe query', 'probe queries')} answered`
      : 'no probe query is known of them';
  return `no lookup is known to have failed in the same seconds (${probed}${logged ? ', none in the log' : ''})`;
}

const SHOWN = 3;

function examples(lost: readonly SentProbe[]): string {
  const shown = lost
    .slice(0, SHOWN)
    .map(({ what, server, at }) => `${what} to ${server} at ${new Date(at).toISOString().slice(11)}`);
  const more = lost.length - SHOWN;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Probe queries of these seconds. A server that answers as seldom at other times is silent by itself. */
function queriesIn(probes: readonly SentProbe[], steps: readonly Step[], allSteps: readonly Step[]) {
  const isInAny =
    (spans: readonly Span[]) =>
    ({ at }: SentProbe) =>
      spans.some(({ from, to }) => from <= at && at <= to);
  const inside = probes.filter(isInAny(spansOf(steps, SLACK_MS, SLACK_MS)));
  const isIn = isInAny(spansOf(allSteps, SLACK_MS, SLACK_MS));
  const lost = inside.filter(({ answered }) => !answered).toSorted((a, b) => a.at - b.at);
  const outside = Map.groupBy(
    probes.filter((probe) => !isIn(probe)),
    ({ server }) => server,
  );
  const oftener = [...Map.groupBy(inside, ({ server }) => server)].some(([server, sent]) => {
    const share = shareLost(sent);
    return share > 0 && share >= OFTENER * shareLost(outside.get(server) ?? []);
  });
  return { sent: inside.length, lost, oftener };
}

function shareLost(sent: readonly SentProbe[]): number {
  return sent.length === 0 ? 0 : sent.filter(({ answered }) => !answered).length / sent.length;
}

/** Lookups of the logs that ended for want of an answer, in these seconds or as long after as they wait. */
function lookupsIn(
  apps: Known['apps'],
  steps: readonly Step[],
  allSteps: readonly Step[],
  looked: { from: number; now: number },
) {
  const count = (begin: number, end: number) =>
    apps.reduce((sum, { errors }) => sum + errors.unansweredBetween(begin, end), 0);
  const total = (spans: readonly Span[]) => ({
    failed: spans.reduce((sum, { from, to }) => sum + count(from, to), 0),
    ms: spans.reduce((sum, { from, to }) => sum + to - from, 0),
  });
  const { failed: inside, ms: insideMs } = total(spansOf(steps, 0, LOOKUP_ENDS_MS));
  const grew = total(spansOf(allSteps, 0, LOOKUP_ENDS_MS));
  const outside = count(looked.from, looked.now) - grew.failed;
  const outsideMs = looked.now - looked.from - grew.ms;
  const oftener = outsideMs <= 0 || inside / insideMs >= (OFTENER * outside) / outsideMs;
  return { count: inside, oftener };
}

/** The times of the steps, each made longer at both ends, without overlap. */
function spansOf(steps: readonly Step[], before: number, after: number): Span[] {
  const spans: Span[] = [];
  for (const step of steps) {
    const [from, to] = [step.from - before, step.to + after];
    const last = spans.at(-1);
    // Whole seconds are counted: two spans must not share one.
    if (last && from <= last.to + 1_000) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans;
}
