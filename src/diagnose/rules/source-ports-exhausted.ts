import type { ErrorEntry } from '../../journal/error-table.ts';
import type { KernelRecord } from '../../journal/kernel-record.ts';
import { errorEvidence, firstOf, time } from '../evidence.ts';
import type { JoinedRule, Judgement, Known, SubjectVerdict } from '../finding.ts';
import { FIX_BY_REASON } from '../fix-by-reason.ts';
import { portCostText } from '../kernel/port-cost.ts';
import {
  hiddenErrorsOf,
  isIn,
  isOverTcp,
  isSameNetwork,
  ownPortFailures,
  portErrorsOf,
} from '../kernel/port-failures.ts';
import { portFix } from '../kernel/port-fix.ts';
import { portEvidence, usedText } from '../kernel/port-words.ts';
import { noneLeftSince, type PortPressure, portPressureOf, pressedTimes } from '../kernel/ports.ts';
import { ownNamespace } from '../kernel/words.ts';

/**
 * A lookup got no UDP or TCP source port. Go: EAGAIN from connect(), at once and flagged as a timeout; musl: EADDRINUSE
 * from bind(). glibc hides it behind `Temporary failure in name resolution`. Where the kernel shows it too, it is one
 * finding for the namespace, and the applications' failures are its evidence.
 */
export const sourcePortsExhausted: JoinedRule = {
  id: 'source-ports-exhausted',
  severity: 'critical',
  about: 'everything',
  judge(known, by) {
    const ofNamespace = judgeExhaustedPorts(known, by);
    const folded = new Set(ofNamespace?.folded);
    return [
      ...(ofNamespace ? [ofNamespace.verdict] : []),
      ...known.apps.flatMap((app): SubjectVerdict[] => {
        const errors = portErrorsOf(app, by).filter((error) => !folded.has(error));
        if (errors.length === 0) return [];
        return [
          {
            subject: app.subject,
            severity: 'critical',
            title: 'No source port was left for a DNS query',
            evidence: errorEvidence(errors),
            fix: FIX_BY_REASON['source-ports-exhausted'],
            ...firstOf(errors),
          },
        ];
      }),
    ];
  },
};

interface OfNamespace {
  verdict: SubjectVerdict;
  /** Failures of applications that are told by it. */
  folded: readonly ErrorEntry[];
}

/** What the kernel shows of it, and who failed by it; undefined where it shows nothing of the kind. */
export function judgeExhaustedPorts(known: Known, by: Judgement): OfNamespace | undefined {
  const { kernel, probes, apps } = known;
  const pressure = portPressureOf(kernel, by);
  if (!kernel || !pressure) return undefined;
  // Between two samples the last ports come and go: who failed while few were left, failed by it.
  const times = pressedTimes(pressure, by.sourcePortRatio);
  const inTime = (each: { first: number; last: number }) => isIn(each, times);
  const shared = isSameNetwork(known) ? apps : [];
  const folded = shared
    .flatMap((app) => portErrorsOf(app, by))
    .filter((error) => !isOverTcp(error) && inTime(error));
  const ownFailures = probes && ownPortFailures(probes, by);
  const own = ownFailures && inTime(ownFailures) ? ownFailures : undefined;
  const noneLeft = noneLeftSince(pressure);
  if (noneLeft === undefined && folded.length === 0 && !own) return undefined;
  const hidden = shared.flatMap((app) => hiddenErrorsOf(app, by)).filter(inTime);
  const starts = [noneLeft, own?.first, ...folded.map(({ first }) => first)].filter(
    (start) => start !== undefined,
  );
  return {
    folded,
    verdict: {
      subject: ownNamespace(kernel),
      severity: 'critical',
      title: titleOf(pressure, noneLeft !== undefined),
      evidence: [
        ...(folded.length === 0 && !own && hidden.length === 0 ? [NONE_FAILED] : []),
        ...errorEvidence(folded, 3),
        ...(own ? [own.text] : []),
        ...errorEvidence(hidden, 2).map((line) => `${line} (glibc says so of this too, at once)`),
        ...evidenceOf(pressure, kernel, times),
        ...portCostText(known, by),
      ],
      fix: portFix(pressure, kernel, known.processes),
      since: Math.min(...starts),
    },
  };
}

const NONE_FAILED = 'no lookup is known to have failed by it yet';

function titleOf(pressure: PortPressure, noneLeft: boolean): string {
  return noneLeft
    ? `No source port is left: ${usedText(pressure)} are taken`
    : `No source port was left for DNS queries; ${usedText(pressure)} are taken now`;
}

function evidenceOf(
  pressure: PortPressure,
  kernel: KernelRecord,
  times: readonly { from: number; to: number }[],
): string[] {
  const last = times.at(-1);
  const most = pressure.samples.reduce((worst, sample) => (sample.used > worst.used ? sample : worst));
  const before =
    last && last.to < pressure.last.at
      ? [
          `the most were ${usedText({ ...pressure, last: most })}, ${time(most.at)}; it was pressing until ${time(last.to)}`,
        ]
      : [];
  return [...before, ...portEvidence(pressure, kernel)];
}
