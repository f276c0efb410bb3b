import type { BlockedReason } from '../../journal/looks.ts';
import type { Choice } from './choose.ts';
import type { Scan } from './scan.ts';

/** Why there is no application among the processes, and what to change. */
export function whyNone(
  { foreign, init }: Scan,
  { because, others }: Choice,
): { state: 'absent'; reason: BlockedReason; why: string; cure?: string } {
  const state = 'absent';
  if (foreign > 0) {
    const some = others.slice(0, 5).map(({ pid, comm }) => `${pid} (${JSON.stringify(comm).slice(1, -1)})`);
    const why = others.length > 0 ? `${because}: ${some.join(', ')}` : because;
    return { state, reason: 'no-app', why, cure: 'set target.pid, or target.exe to the path of its binary' };
  }
  if (init === undefined) {
    const why = 'no process but our own is seen, not even the first: /proc is mounted with hidepid';
    return { state, reason: 'no-shared-namespace', why };
  }
  const why = 'there is no process but our own: the PID namespace is ours alone';
  return {
    state,
    reason: 'no-shared-namespace',
    why,
    cure: 'in the spec of the pod: `shareProcessNamespace: true`',
  };
}
