import { TRACE_PREFIX } from '../../golang/debug-lines.ts';
import type { Force, Forced } from '../../golang/forced.ts';
import { minorText } from '../../golang/versions.ts';
import type { AppRecord } from '../../journal/app-record.ts';
import type { Resolver } from '../../kinds.ts';
import { errorEvidence } from '../evidence.ts';
import { failuresOf, traceEvidence } from '../failures.ts';
import type { AppRule, Judgement, Verdict } from '../finding.ts';

/** Go does not choose for each lookup: an operator, the build or the machine's configuration does, for all of them. */
export const resolverForced: AppRule = {
  id: 'resolver-forced',
  severity: 'warning',
  about: 'app',
  judge(app, by) {
    const { forced } = app.trace.summary();
    return forced && verdictOf(forced, app, by);
  },
};

/** By whom, as the subject of a title, and what to do about it. */
const FORCES: Readonly<
  Record<Force, { who(resolver: Forced['resolver']): string; fix(resolver: Forced['resolver']): string }>
> = {
  godebug: {
    who: (resolver) => `GODEBUG=netdns=${resolver}`,
    fix: (resolver) =>
      `Take netdns=${resolver} out of GODEBUG, or out of //go:debug and go.mod where it is compiled in; GODEBUG=netdns=2 keeps the trace and lets Go choose, GODEBUG=netdns=${other(resolver)}+2 takes the other resolver.`,
  },
  'netgo-tag': {
    who: () => 'the netgo build tag',
    fix: () =>
      'Build without -tags netgo, with CGO_ENABLED=1 and a C compiler, if libc is to be had (Go 1.20 and older says netgo of CGO_ENABLED=0 too).',
  },
  'netcgo-tag': {
    who: () => 'the netcgo build tag',
    fix: () => 'Build without -tags netcgo; until then GODEBUG=netdns=go+2 takes Go’s resolver.',
  },
  environment: {
    who: () => 'LOCALDOMAIN, RES_OPTIONS or HOSTALIASES in the environment',
    fix: () =>
      'Take LOCALDOMAIN (an empty one counts), RES_OPTIONS and HOSTALIASES out of the container’s env: searches and options belong in the pod’s dnsConfig. GODEBUG=netdns=go+2 takes Go’s resolver in spite of them.',
  },
  files: {
    who: () => 'something in resolv.conf or nsswitch.conf that Go does not know',
    fix: () => '',
  },
};

const other = (resolver: Forced['resolver']) => (resolver === 'go' ? 'cgo' : 'go');

const RESOLVERS: Readonly<Record<Forced['resolver'], readonly Resolver[]>> = {
  go: ['go'],
  cgo: ['cgo', 'cgo-glibc', 'cgo-musl'],
};

function verdictOf({ resolver, by: forces, lines }: Forced, app: AppRecord, by: Judgement): Verdict {
  const failures = failuresOf(app, by, RESOLVERS[resolver]);
  const what = resolver === 'go' ? 'Go’s resolver' : 'libc’s getaddrinfo';
  const who = forces.map((force) => FORCES[force].who(resolver)).join(', or ');
  return {
    severity: failures.length > 0 ? 'warning' : 'info',
    title: `Every lookup takes ${what}${failures.length > 0 ? ', which fails' : ''}: forced by ${who}`,
    evidence: [
      ...lines.map((line) => `the trace says: \`${TRACE_PREFIX}${line}\``),
      traceEvidence(app),
      ...errorEvidence(failures, 3),
    ],
    fix: forces
      .map((force) => (force === 'files' ? predictFix(app) : FORCES[force].fix(resolver)))
      .join(' Or: '),
  };
}

/** The trace does not name the line; predict does. */
function predictFix(app: AppRecord): string {
  const { goVersion } = app.trace.summary();
  const go = goVersion.min === undefined ? 'VERSION' : minorText(goVersion.min);
  return `Run \`netdns-sidecar predict NAME --go ${go} --root /proc/PID/root\`: it names the line of resolv.conf or nsswitch.conf; take it out, or set GODEBUG=netdns=go+2.`;
}
