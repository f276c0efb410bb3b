import { errorEvidence, recent } from '../evidence.ts';
import type { AppRule } from '../finding.ts';

/**
 * The log has no netdns trace, so which resolver a lookup takes is known from error texts at best. A warning while
 * lookups fail whose text does not tell either: then the trace is what is missing for a diagnosis.
 */
export const traceOff: AppRule = {
  id: 'trace-off',
  severity: 'info',
  about: 'app',
  judge(app, by) {
    const { seen, level } = app.trace.summary();
    const untold = recent(app.errors.entries(), by).filter(
      ({ resolver, reason }) => resolver === 'unknown' && reason === 'timeout',
    );
    if (app.lines === 0 || level === 2 || (seen && untold.length === 0)) return undefined;
    return {
      severity: untold.length > 0 ? 'warning' : 'info',
      title: seen
        ? 'The netdns trace is at level 1: it does not tell which resolver a failing lookup took'
        : 'No netdns trace in the log: which resolver a lookup takes is known from error texts only',
      evidence: [
        seen
          ? 'only lines printed once a process were seen'
          : `${app.lines} lines read, none of Go’s netdns trace among them`,
        ...errorEvidence(untold, 3),
      ],
      fix: 'Set GODEBUG=netdns=2 in the application’s environment and restart it. Where a mode is compiled in (//go:debug netdns=…, or godebug in go.mod) keep it, as in netdns=cgo+2: the variable replaces it.',
    };
  },
};
