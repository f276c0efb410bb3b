import { diagnose } from '../diagnose/diagnose.ts';
import type { Finding, Judgement } from '../diagnose/finding.ts';
import type { Order } from '../golang/debug-lines.ts';
import type { Mode } from '../golang/once-only-lines.ts';
import { type Minor, minorText } from '../golang/versions.ts';
import type { AppRecord } from '../journal/app-record.ts';
import type { ErrorEntry } from '../journal/error-table.ts';
import type { StartupKind } from '../libc/startup-failures.ts';

/** What `explain --json` prints; docs/explain.md describes every field. */
export interface ExplainDocument {
  /** Physical lines read. */
  lines: number;
  /** Lines and records that told something: of the trace, a failed lookup, a failed start. */
  matched: number;
  trace: {
    seen: boolean;
    level: 1 | 2 | null;
    /** Inclusive range of Go minors that the wording allows; null: open. */
    goVersion: { min: string | null; max: string | null };
    cgoCapable: boolean | null;
    mode: Mode | 'unknown';
    reason: string;
    lookups: Partial<Record<Order, number>>;
  };
  errors: ExplainedError[];
  startup: { kind: StartupKind; text: string; count: number }[];
  findings: Finding[];
}

type ExplainedError = Omit<ErrorEntry, 'server' | 'first' | 'last'> & {
  server: string | null;
  first: string;
  last: string;
};

/** All that the log of one application tells, once it is read. */
export function explainDocument(app: AppRecord, by: Judgement): ExplainDocument {
  const { seen, level, goVersion, cgoCapable, mode, reason, lookups } = app.trace.summary();
  return {
    lines: app.lines,
    matched: app.matched,
    trace: {
      seen,
      level: level ?? null,
      goVersion: { min: textOrNull(goVersion.min), max: textOrNull(goVersion.max) },
      cgoCapable: cgoCapable ?? null,
      mode,
      reason,
      lookups,
    },
    errors: app.errors.entries().map(explainError),
    startup: [...app.startups.values()].map(({ kind, text, count }) => ({ kind, text, count })),
    findings: diagnose({ apps: [app], sources: [] }, by),
  };
}

function textOrNull(minor: Minor | undefined): string | null {
  return minor === undefined ? null : minorText(minor);
}

function explainError({
  name,
  server,
  resolver,
  certainty,
  reason,
  text,
  count,
  first,
  last,
}: ErrorEntry): ExplainedError {
  return {
    name,
    server: server ?? null,
    resolver,
    certainty,
    reason,
    text,
    count,
    first: new Date(first).toISOString(),
    last: new Date(last).toISOString(),
  };
}
