import type { Look } from '../../journal/looks.ts';
import type { Choice } from './choose.ts';
import type { Scan } from './scan.ts';

type None = Exclude<Look, { state: 'ok' }>;

/** Why there is no application among the processes, and what to change. */
export function whyNone(proc: string, scan: Scan, { because, others }: Choice): None {
  if (scan.foreign > 0) {
    const some = others.slice(0, 5).map(({ pid, comm }) => `${pid} (${JSON.stringify(comm).slice(1, -1)})`);
    const why = others.length > 0 ? `${because}: ${some.join(', ')}` : because;
    const cure = 'set target.pid, or target.exe to the path of its binary';
    return { watcher: 'process', state: 'absent', reason: 'no-app', why, cure };
  }
  if (scan.ours === 0) {
    if (!scan.isProc) return noProc(proc);
    const why = `${proc} has files of the kernel and no process`;
    return { watcher: 'process', state: 'absent', reason: 'no-app', why };
  }
  const none = { watcher: 'process', state: 'absent', reason: 'no-shared-namespace' } as const;
  if (scan.init === undefined) {
    return {
      ...none,
      why: 'no process but our own is seen, not even the first: /proc is mounted with hidepid',
    };
  }
  return {
    ...none,
    why: 'there is no process but our own: the PID namespace is ours alone',
    cure: 'in the spec of the pod: `shareProcessNamespace: true`',
  };
}

/** Nothing of the kernel is seen either: all of its files are absent, which of one alone is no fault. */
export function noProc(proc: string): None {
  return {
    watcher: 'process',
    state: 'failed',
    reason: 'no-proc',
    why: `${proc} is no /proc: it has no net/udp and no process (PID/stat)`,
    cure: 'set `proc` to where procfs is mounted, as a rule /proc',
  };
}
