import type { Look } from '../../journal/looks.ts';
import type { Reading } from '../proc/read-proc.ts';
import type { Candidate, Choice, Wish } from './choose.ts';
import type { Scan } from './scan.ts';

/** No application, and why. */
export type None = Exclude<Look, { state: 'ok' }>;

/** Of the processes that are seen, as many are told. */
const SHOWN = 5;

/** Why there is no application among the processes, and what to change. */
export function whyNone(proc: string, scan: Scan, choice: Choice, wish: Wish): None {
  if (scan.foreign > 0) {
    const why = [choice.because, ...seenText(choice.others, wish)].join('; ');
    return { watcher: 'process', state: 'absent', reason: 'no-app', why, cure: cureOf(wish) };
  }
  const none = whyNoOther(proc, scan);
  const isNamed = wish.pid !== 'auto' || wish.exe !== undefined;
  return isNamed && none.reason !== 'no-proc' ? { ...none, why: `${choice.because}: ${none.why}` } : none;
}

function seenText(others: readonly Candidate[], { exe }: Wish): string[] {
  const some = others.slice(0, SHOWN).map((each) => {
    const name = (exe === undefined ? undefined : each.exe) ?? each.comm;
    return `${each.pid} (${JSON.stringify(name).slice(1, -1)})`;
  });
  return some.length > 0 ? [`of Go, or such as may be: ${some.join(', ')}`] : [];
}

function cureOf({ pid, exe }: Wish): string {
  if (pid !== 'auto')
    return 'correct target.pid, or leave it out: in a pod a restart gives the application another';
  if (exe !== undefined) return 'correct target.exe: the path that `readlink /proc/PID/exe` shows';
  return 'set target.pid, or target.exe to the path of its binary';
}

function whyNoOther(proc: string, scan: Scan): None {
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

/** Why processes cannot be listed. */
export function whyNotListed(proc: string, listed: Exclude<Reading<unknown>, { state: 'ok' }>): None {
  switch (listed.state) {
    case 'absent':
      return noProc(proc);
    case 'denied':
      return {
        watcher: 'process',
        state: 'denied',
        reason: 'mode',
        why: `${proc} may not be read: its mode forbids it`,
      };
    case 'failed':
      return { watcher: 'process', state: 'failed', reason: 'failed', why: listed.why };
  }
}

/** Nothing of the kernel is seen either: all of its files are absent, which of one alone is no fault. */
function noProc(proc: string): None {
  return {
    watcher: 'process',
    state: 'failed',
    reason: 'no-proc',
    why: `${proc} is no /proc: it has no net/udp and no process (PID/stat)`,
    cure: 'set `proc` to where procfs is mounted, as a rule /proc',
  };
}
