import { createTrace, type Trace } from '../golang/trace.ts';
import type { StartupFailure, StartupKind } from '../libc/startup-failures.ts';
import { createErrorTable, type ErrorTable } from './error-table.ts';
import { kept } from './kept-text.ts';

/** A start-up failure, however often it came. */
export interface StartupEntry extends StartupFailure {
  count: number;
  first: number;
  last: number;
}

/** A fact that is kept as its latest example. */
export interface Sighting {
  text: string;
  count: number;
  first: number;
  last: number;
}

/** All that the log of one application has told. */
export interface AppRecord {
  /** Where its log is, as shown to people. */
  readonly subject: string;
  readonly trace: Trace;
  readonly errors: ErrorTable;
  readonly startups: Map<StartupKind, StartupEntry>;
  /** The libc whose words a lookup error had, certainly. */
  libc?: 'glibc' | 'musl';
  /** `too many open files` outside of lookups: accept, open, connect. */
  descriptors?: Sighting;
  /** `netedns0=0` in a GODEBUG or DefaultGODEBUG that the log shows. */
  edns0Off?: Sighting;
  /** Physical lines read so far. */
  lines: number;
  /** Of them, those that told something: of the trace, a failed lookup, a failed start. */
  matched: number;
}

/** An empty record. */
export function createAppRecord(subject: string): AppRecord {
  return {
    subject,
    trace: createTrace(),
    errors: createErrorTable(),
    startups: new Map(),
    lines: 0,
    matched: 0,
  };
}

/** A sighting with one more example. */
export function sightAgain(before: Sighting | undefined, text: string, at: number): Sighting {
  return {
    text: kept(text, 500),
    count: (before?.count ?? 0) + 1,
    first: Math.min(before?.first ?? at, at),
    last: Math.max(before?.last ?? at, at),
  };
}

/** Keeps a start-up failure. */
export function addStartup(record: AppRecord, failure: StartupFailure, at: number): void {
  const before = record.startups.get(failure.kind);
  const { kind, program, missing, text } = failure;
  record.startups.set(kind, {
    kind,
    ...(program !== undefined && { program: kept(program, 255) }),
    ...(missing !== undefined && { missing: kept(missing, 255) }),
    ...sightAgain(before, text, at),
  });
}
