import type { AppRecord } from '../../journal/app-record.ts';
import { recent } from '../evidence.ts';
import { traceEvidence } from '../failures.ts';
import type { AppRule, Judgement, Verdict } from '../finding.ts';

/** GODEBUG or `target.resolver` asks for one resolver, and the process uses another. */
export const resolverNotAsConfigured: AppRule = {
  id: 'resolver-not-as-configured',
  severity: 'warning',
  about: 'app',
  judge: (app, by) => againstGodebug(app) ?? againstTarget(app, by),
};

function againstGodebug(app: AppRecord): Verdict | undefined {
  const { contradiction, mode } = app.trace.summary();
  if (!contradiction) return undefined;
  return {
    severity: 'warning',
    title: `The resolver that GODEBUG asks for is not the one in use (mode ${mode})`,
    evidence: [`the trace says: ${contradiction}`, traceEvidence(app)],
    fix: contradiction.includes('invalid dns mode')
      ? 'Write GODEBUG=netdns=go or GODEBUG=netdns=cgo (lower case, one mode, and a level as in netdns=go+2).'
      : 'To have cgo’s resolver, build with CGO_ENABLED=1, a C compiler and without the netgo tag; otherwise take netdns=cgo out of GODEBUG.',
  };
}

function againstTarget(app: AppRecord, by: Judgement): Verdict | undefined {
  const { expected } = by;
  if (!expected) return undefined;
  const { orders, mode } = app.trace.summary();
  const others = orders.filter((order) => (order === 'cgo') !== (expected === 'cgo'));
  const errors = recent(app.errors.entries(), by).filter(
    ({ resolver, certainty }) =>
      certainty !== 'none' &&
      certainty !== 'medium' &&
      resolver !== 'unknown' &&
      resolver.startsWith('cgo') !== (expected === 'cgo'),
  );
  const otherMode = mode === (expected === 'go' ? 'cgo' : 'go');
  if (others.length === 0 && errors.length === 0 && !otherMode) return undefined;
  return {
    severity: 'warning',
    title: `Lookups do not use the ${expected} resolver that target.resolver expects`,
    evidence: [
      traceEvidence(app),
      ...errors.slice(0, 3).map(({ resolver, text, count }) => `${count} × \`${text}\`: ${resolver}’s words`),
    ],
    fix:
      expected === 'go'
        ? 'Set GODEBUG=netdns=go+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=0 or -tags netgo.'
        : 'Set GODEBUG=netdns=cgo+2 in the container’s environment (joined by a comma to what it holds already), or build with CGO_ENABLED=1 and -tags netcgo.',
  };
}
