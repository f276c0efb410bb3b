import { errorEvidence, spanOf, time } from '../evidence.ts';
import type { JoinedRule, Judgement, Known, SubjectVerdict } from '../finding.ts';
import { FIX_BY_REASON } from '../fix-by-reason.ts';
import { portCostText } from '../kernel/port-cost.ts';
import { type PortExhaustion, portExhaustionOf } from '../kernel/port-exhaustion.ts';
import { portErrorsOf } from '../kernel/port-failures.ts';
import { portFix } from '../kernel/port-fix.ts';
import { portEvidence, usedText } from '../kernel/port-words.ts';
import type { PortPressure } from '../kernel/ports.ts';
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
    const ofNamespace = portExhaustionOf(known, by);
    const folded = new Set(ofNamespace?.failed);
    return [
      ...(ofNamespace ? [verdictOf(ofNamespace, known, by)] : []),
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
            ...spanOf(errors),
          },
        ];
      }),
    ];
  },
};

function verdictOf(exhaustion: PortExhaustion, known: Known, by: Judgement): SubjectVerdict {
  const { kernel, pressure, noneLeft, failed, hidden, own } = exhaustion;
  const starts = [noneLeft, own?.first, ...failed.map(({ first }) => first)].filter(
    (start) => start !== undefined,
  );
  return {
    subject: ownNamespace(kernel),
    severity: 'critical',
    title: titleOf(pressure, noneLeft !== undefined),
    evidence: [
      ...(failed.length === 0 && !own && hidden.length === 0 ? [NONE_FAILED] : []),
      ...errorEvidence(failed, 3),
      ...(own ? [own.text] : []),
      ...errorEvidence(hidden, 2).map((line) => `${line} (glibc says so of this too, at once)`),
      ...mostText(exhaustion),
      ...portEvidence(pressure, kernel),
      ...portCostText(known, by),
    ],
    fix: portFix(pressure, kernel, known.processes),
    since: Math.min(...starts),
  };
}

const NONE_FAILED = 'no lookup is known to have failed by it yet';

function titleOf(pressure: PortPressure, noneLeft: boolean): string {
  return noneLeft
    ? `No source port is left: ${usedText(pressure)} are taken`
    : `No source port was left for DNS queries; ${usedText(pressure)} are taken now`;
}

/** How it was while few were left, where that is over. */
function mostText({ pressure, times }: PortExhaustion): string[] {
  const last = times.at(-1);
  if (!last || last.to >= pressure.last.at) return [];
  const most = pressure.samples.reduce((worst, sample) => (sample.used > worst.used ? sample : worst));
  return [
    `the most were ${usedText({ ...pressure, last: most })}, ${time(most.at)}; it was pressing until ${time(last.to)}`,
  ];
}
