import type { KernelRecord } from '../../journal/kernel-record.ts';
import { type BlockedReason, type Look, PROCESS_WATCHERS, type Watcher } from '../../journal/looks.ts';
import type { ProcessesRecord, ProcessRecord } from '../../journal/process-record.ts';
import {
  type JoinedRule,
  type Judgement,
  SEVERITIES,
  type Severity,
  type SubjectVerdict,
} from '../finding.ts';
import { isFresh, ownNamespace } from '../kernel/words.ts';

/** Something of the kernel or of the application's process cannot be seen, and somebody can change that. */
export const watcherBlocked: JoinedRule = {
  id: 'watcher-blocked',
  severity: 'warning',
  about: 'everything',
  judge({ kernel, processes }, by) {
    if (!kernel) return [];
    const blocked = [...kernel.looks.values()].filter((look) => look.state !== 'ok');
    const told = blocked.flatMap((look) => {
      const severity = severityOf(look, kernel, processes?.app, by);
      return severity ? [{ look, severity }] : [];
    });
    return [...Map.groupBy(told, ({ look }) => subjectOf(look.watcher, kernel))].map(([subject, of]) =>
      verdictOf(subject, of, processes),
    );
  },
};

type Blocked = Exclude<Look, { state: 'ok' }>;
interface Told {
  look: Blocked;
  severity: Severity;
}

function subjectOf(watcher: Watcher, kernel: KernelRecord): string {
  if (watcher === 'node') return 'the node';
  return isOfProcess(watcher) ? 'the application’s process' : ownNamespace(kernel);
}

function isOfProcess(watcher: Watcher): boolean {
  const ofProcess: readonly Watcher[] = PROCESS_WATCHERS;
  return ofProcess.includes(watcher);
}

/** How bad it is, and what it means in a title. Info: the pod was built so, and the daemon does without. */
const REASONS: Readonly<Record<BlockedReason, { severity?: Severity; words: string }>> = {
  uid: { severity: 'warning', words: 'its uid is not ours' },
  gid: { severity: 'warning', words: 'its gid is not ours' },
  capability: { severity: 'warning', words: 'it has capabilities that we lack' },
  'non-dumpable': {
    severity: 'warning',
    words: 'its binary cannot be read by its own user, or it forbids it',
  },
  'no-shared-namespace': { severity: 'info', words: 'the process namespace is not shared' },
  'no-app': { severity: 'info', words: 'no process that is seen is the application' },
  'no-proc': { severity: 'warning', words: '`proc` is no /proc, and of the kernel nothing is seen either' },
  mode: { severity: 'warning', words: 'a file’s mode forbids it' },
  // Kernels and namespaces differ in what they have.
  absent: { words: 'it is not there' },
  'other-namespace': { severity: 'info', words: 'its network namespace is not ours' },
  'too-large': { severity: 'info', words: 'it takes longer than it may' },
  malformed: { severity: 'warning', words: 'what comes is not what it should be' },
  unreachable: { severity: 'warning', words: 'it is not reachable' },
  failed: { severity: 'warning', words: 'reading fails' },
};

/** Files that most who run a sidecar may not read, and need not. */
const OPTIONAL: readonly Watcher[] = ['conntrack-table'];

function severityOf(
  { watcher, reason }: Blocked,
  kernel: KernelRecord,
  app: ProcessRecord | undefined,
  { now }: Judgement,
): Severity | undefined {
  if (OPTIONAL.includes(watcher)) return undefined;
  const last = kernel.conntrack.get('node')?.samples.at(-1);
  // One scrape that fails is an accident: the numbers of the one before still count.
  if (watcher === 'node' && last && isFresh(last.at, kernel, now)) return undefined;
  // It was asked for; a node on which nothing tracks has nothing to say, and is well.
  if (watcher === 'node' && reason === 'absent') return 'info';
  const { severity } = REASONS[reason];
  // It may be any process of the machine, and nobody has asked to see it.
  return severity && app?.isGuess && isOfProcess(watcher) ? 'info' : severity;
}

const SHOWN = 8;

function verdictOf(
  subject: string,
  told: readonly Told[],
  processes: ProcessesRecord | undefined,
): SubjectVerdict {
  const worst = told.toSorted((a, b) => rankOf(b) - rankOf(a));
  const looks = worst.map(({ look }) => look);
  const [first] = worst;
  const names = [...new Set(looks.map(({ watcher }) => watcher))].join(', ');
  return {
    subject,
    severity: first?.severity ?? 'info',
    title: `Not seen of ${subject} (${names}): ${first ? REASONS[first.look.reason].words : ''}`,
    evidence: [
      ...[...new Set(looks.map(({ why }) => why))].slice(0, SHOWN),
      ...(looks.some(({ watcher }) => isOfProcess(watcher)) ? guessText(processes) : []),
    ],
    fix: fixOf(looks, processes?.app),
  };
}

function guessText({ app, because }: Partial<ProcessesRecord> = {}): string[] {
  return app?.isGuess ? [`${app.comm} (pid ${app.pid}) is taken for it: ${because}`] : [];
}

function rankOf({ severity }: Told): number {
  return SEVERITIES.indexOf(severity);
}

function fixOf(looks: readonly Blocked[], app: ProcessRecord | undefined): string {
  const cures = [...new Set(looks.flatMap(({ cure }) => (cure === undefined ? [] : [cure])))];
  const isIdentity = looks.some(({ reason }) => reason === 'uid' || reason === 'gid');
  const isSaid = cures.some((cure) => cure.includes('runAsUser'));
  const fix = [...cures, ...(app && isIdentity && !isSaid ? [identityYaml(app)] : [])].join(' ');
  return fix === '' ? 'Nothing in the pod’s specification changes that: see the evidence.' : fix;
}

/** Same uid and same gid is all it takes: no capability (kernel/ptrace.c, __ptrace_may_access). */
function identityYaml({ uid, gid }: ProcessRecord): string {
  return `Run the sidecar as the application: \`securityContext: {runAsUser: ${uid}, runAsGroup: ${gid}}\` in its container, or for both in the pod’s.`;
}
