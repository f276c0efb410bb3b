import { time } from '../evidence.ts';
import type { SourceRule } from '../finding.ts';

/** A log cannot be read: what the application says in it is not seen. */
export const logSourceStalled: SourceRule = {
  id: 'log-source-stalled',
  severity: 'warning',
  about: 'source',
  judge({ state, stateSince, source }, { now, sourceStalled }) {
    if (state.state === 'ok' || now - stateSince < sourceStalled) return undefined;
    return {
      severity: 'warning',
      title: `The log ${source} cannot be read: ${state.state}`,
      evidence: [`${state.why}; so since ${time(stateSince)}`],
      fix: FIXES[state.state],
      since: stateSince,
    };
  },
};

const FIXES = {
  missing:
    'Check the path in `logs`, that the application writes to it, and that the volume is mounted into the sidecar too.',
  denied:
    'Run the sidecar with the uid and gid of the application (securityContext.runAsUser, runAsGroup), or make the log readable to it.',
  'not-a-file': 'Give a regular file in `logs`, `fifo` for a named pipe, or `stdin`.',
  failed: 'Read the error above: the file system under the log does not answer as it should.',
} as const;
