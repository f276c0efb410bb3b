import type { Linkage } from '../binary/binary-facts.ts';
import { rangeText } from '../golang/versions.ts';
import type { AppRecord } from '../journal/app-record.ts';
import type { ProcessesRecord } from '../journal/process-record.ts';
import { type ProgramRecord, programOf } from '../journal/program-record.ts';
import type { Resolver } from '../kinds.ts';
import { recent } from './evidence.ts';
import type { Judgement } from './finding.ts';
import { predictedResolver } from './program/resolver-of.ts';

/**
 * `binary`: it and its environment settle it for every lookup. `prediction`: its files decide, and this is what Go takes
 * for a name with a dot.
 */
type ResolverSource = 'trace' | 'error' | 'prediction' | 'binary';

/** What is known of an application, as labels. */
export interface AppFacts {
  /** `1.24.4` where the binary tells; else what the log allows: `1.24+`, `1.19-1.23`, `<=1.20`, `unknown`. */
  goVersion: string;
  /** `none`: its process has no libc in its memory. One that is linked into the binary is not seen there. */
  libc: 'glibc' | 'musl' | 'none' | 'unknown';
  linkage: Linkage | 'unknown';
  /** Whether the binary has cgo's resolver. */
  cgo: 'true' | 'false' | 'unknown';
  /** Which resolvers it was seen to use, and how that is known. */
  resolvers: { resolver: Resolver; source: ResolverSource }[];
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
    linkage: 'unknown',
    cgo: cgoCapable === undefined ? 'unknown' : `${cgoCapable}`,
    resolvers: [
      ...[...byTrace].map((resolver) => ({ resolver, source: 'trace' as const })),
      ...[...byError].map((resolver) => ({ resolver, source: 'error' as const })),
    ],
  };
}

/**
 * The facts with what the process and its binary show: these tell how it was built to the letter, and the libc where no
 * error has told which one answers. One log and one process are one application; of several logs it is not known whose
 * process it is.
 */
export function joinProcess(apps: readonly AppFacts[], processes: ProcessesRecord): readonly AppFacts[] {
  const [only = NOTHING_KNOWN, ...more] = apps;
  const { app: process } = processes;
  const program = programOf(processes);
  if (more.length > 0 || (process?.libc === undefined && !program)) return apps;
  const libc = only.libc === 'unknown' ? (process?.libc ?? 'unknown') : only.libc;
  return [program ? joinProgram({ ...only, libc }, program) : { ...only, libc }];
}

function joinProgram(facts: AppFacts, program: ProgramRecord): AppFacts {
  const { build, cgoResolver, linkage, libc } = program.binary;
  // One that is linked in is not mapped as a file; one that is loaded may be another than the one it was linked for.
  const isStatic = linkage === 'static' || linkage === 'static-pie';
  const isTold = facts.libc === 'glibc' || facts.libc === 'musl';
  const told = predictedResolver(program);
  const known = isStatic && !isTold ? libc : facts.libc;
  return {
    goVersion: releaseIn(build?.goVersion) ?? facts.goVersion,
    libc: known,
    linkage,
    cgo: cgoResolver === 'unknown' ? facts.cgo : `${cgoResolver === 'present'}`,
    resolvers: [
      ...facts.resolvers,
      ...(told ? [{ resolver: resolverName(told.resolver, known), source: told.source }] : []),
    ],
  };
}

/** `1.24.4` of `go1.24.4 X:boringcrypto`: a label value, whatever stands in the binary. */
function releaseIn(goVersion = ''): string | undefined {
  return /\bgo(1\.\d{1,3}(?:\.\d{1,3}|(?:rc|beta)\d{1,2})?)/.exec(goVersion)?.[1];
}

function resolverName(resolver: 'go' | 'cgo', libc: AppFacts['libc']): Resolver {
  if (resolver === 'go') return 'go';
  return libc === 'glibc' || libc === 'musl' ? `cgo-${libc}` : 'cgo';
}

const NOTHING_KNOWN: AppFacts = {
  goVersion: 'unknown',
  libc: 'unknown',
  linkage: 'unknown',
  cgo: 'unknown',
  resolvers: [],
};
