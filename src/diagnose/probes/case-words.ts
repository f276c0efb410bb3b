import { time } from '../evidence.ts';
import type { Severity, SubjectVerdict } from '../finding.ts';
import type { Case } from './models.ts';
import { duration } from './transcripts.ts';
import { shareText, spanOfSpell } from './window.ts';

/** What a rule says of its cases beside what they have in common. */
export interface CaseWords {
  /** Of a case by the application's resolver; what only another resolver would meet is info. Default critical. */
  severity?: Severity;
  /** Without the resolver: it is put before it. */
  title: string;
  /** The facts of this rule, the plainest first. */
  evidence: string[];
  fix: string;
}

/** A finding of the target: how often, what the other models made of it, and how the application's is known. */
export function verdictOf(each: Case, words: CaseWords): SubjectVerdict {
  const { target, isApp, spell } = each;
  return {
    subject: target.name,
    severity: isApp ? (words.severity ?? 'critical') : 'info',
    title: `${whoOf(each)} ${words.title}`,
    evidence: [...words.evidence, oftenText(each), ...besides(each)],
    fix: words.fix,
    ...spanOfSpell(spell),
  };
}

/** `musl, the application’s resolver,` or `musl-1.2.6, which is not the application’s resolver,` */
function whoOf({ model, isApp }: Case): string {
  return isApp ? model : `An application that uses ${model}`;
}

function oftenText({ model, target, spell, latest }: Case): string {
  const { outcome, error, at, durationMs } = latest;
  const result = outcome === 'ok' ? 'ok' : `${outcome}${error === '' ? '' : ` (\`${error}\`)`}`;
  return `${shareText(spell, `lookups of ${target.name} by ${model}`)}, last ${time(at)}: ${result} after ${duration(durationMs)}`;
}

function besides({ target, isApp }: Case): string[] {
  const { app } = target;
  const comparison = target.comparisons.at(-1);
  return [
    ...(comparison?.text === undefined ? [] : [`side by side, ${time(comparison.at)}: ${comparison.text}`]),
    ...(app ? [`${isApp ? '' : 'the application’s resolver: '}${app.model}: ${app.because}`] : []),
  ];
}

/** How a Go application leaves musl's getaddrinfo. */
export const LEAVE_MUSL =
  'To leave musl’s resolver: set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo, or build and run on a glibc image.';
/** How a Go application leaves glibc's getaddrinfo. */
export const LEAVE_GLIBC =
  'To leave glibc’s resolver: set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo.';
