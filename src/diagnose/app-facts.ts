import { rangeText } from '../golang/versions.ts';
import type { AppRecord } from '../journal/app-record.ts';
import type { ProcessesRecord } from '../journal/process-record.ts';
import type { Resolver } from '../kinds.ts';
import { recent } from './evidence.ts';
import type { Judgement } from './finding.ts';

/** What is known of an application, as labels. */
export interface AppFacts {
  /** `1.24+`, `1.19-1.23`, `<=1.20`, `unknown`. */
  goVersion: string;
  /** `none`: its process has no libc in its memory. One that is linked into the binary is not seen there. */
  libc: 'glibc' | 'musl' | 'none' | 'unknown';
  /** Whether the binary has cgo's resolver. */
  cgo: 'true' | 'false' | 'unknown';
  /** Which resolvers it was seen to use, and how that is known. */
  resolvers: { resolver: Resolver; source: 'trace' | 'error' }[];
}

/** The facts the log alone decides. Errors tell as long as they count; the trace tells of the present run. */
export function appFacts(app: AppRecord, by: Pick<Judgement, 'now' | 'failureWindow'>): AppFacts {
  const { goVersion, cgoCapable, mode, orders } = app.trace.summary();
  const sure = recent(app.errors.entries(), by).filter(
    ({ certainty }) => certainty === 'certain' || certainty === 'high',
  );
  const byError = new Set(sure.map(({ resolver }) => resolver));
  const byTrace = new Set<Resolver>(mode === 'go' || mode === 'cgo' ? [mode] : []);
  for (const order of orders) byTrace.add(order === 'cgo' ? 'cgo' : 'go');
  byError.delete('unknown');
  return {
    goVersion: rangeText(goVersion),
    libc: byError.has('cgo-musl') ? 'musl' : byError.has('cgo-glibc') ? 'glibc' : 'unknown',
    cgo: cgoCapable === undefined ? 'unknown' : `${cgoCapable}`,
    resolvers: [
      ...[...byTrace].map((resolver) => ({ resolver, source: 'trace' as const })),
      ...[...byError].map((resolver) => ({ resolver, source: 'error' as const })),
    ],
  };
}

/**
 * The facts with what the process shows: the libc it has mapped, where no error has told which one answers. One log and
 * one process are one application; of several logs it is not known whose process it is.
 */
export function joinProcess(
  apps: readonly AppFacts[],
  { app: process }: ProcessesRecord,
): readonly AppFacts[] {
  const [only = NOTHING_KNOWN, ...more] = apps;
  if (process?.libc === undefined || more.length > 0 || only.libc !== 'unknown') return apps;
  return [{ ...only, libc: process.libc }];
}
const NOTHING_KNOWN: AppFacts = { goVersion: 'unknown', libc: 'unknown', cgo: 'unknown', resolvers: [] };
