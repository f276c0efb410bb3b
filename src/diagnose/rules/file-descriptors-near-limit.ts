import type { AppRecord } from '../../journal/app-record.ts';
import type { ProcessesRecord, ProcessRecord } from '../../journal/process-record.ts';
import { errorEvidence, grouped, recent, spanOf, time } from '../evidence.ts';
import type { JoinedRule, Judgement, SubjectVerdict } from '../finding.ts';
import { FIX_BY_REASON } from '../fix-by-reason.ts';
import { highSince } from '../kernel/stands.ts';
import { percent } from '../kernel/words.ts';

/**
 * EMFILE or ENFILE, critical when lookups fail by it, a warning while only other calls do; or a process that is about
 * to have them. With one log and one process it is one application, and one finding.
 */
export const fileDescriptorsNearLimit: JoinedRule = {
  id: 'file-descriptors-near-limit',
  severity: 'critical',
  about: 'everything',
  judge({ apps, processes }, by) {
    if (apps.length === 1) return apps.flatMap((app) => judgeApp(app, processes, by));
    const full = nearLimitOf(processes);
    return [
      ...apps.flatMap((app) => judgeApp(app, undefined, by)),
      ...(full ? [ofProcess('the application’s process', full)] : []),
    ];
  },
};

/** A lookup of Go's takes two at a time for each name that is looked up: few are few. */
const NEAR = 0.9;

interface NearLimit {
  app: ProcessRecord;
  since: number;
  fds: number;
  limit: number;
}

function nearLimitOf(processes: ProcessesRecord | undefined): NearLimit | undefined {
  const { app, descriptors = [] } = processes ?? {};
  const [last, limit] = [descriptors.at(-1), app?.openFiles?.soft];
  if (!app || !last || limit === undefined || limit <= 0) return undefined;
  const samples = descriptors.map(({ at, open }) => ({ at, ratio: open / limit }));
  const since = highSince(samples, NEAR);
  return since === undefined ? undefined : { app, since, fds: last.open, limit };
}

/** By hand, of this process. */
function fixOf(pid: number | undefined): string {
  const fix = FIX_BY_REASON['file-descriptors-exhausted'];
  return pid === undefined ? fix : fix.replaceAll('/proc/PID/', `/proc/${pid}/`);
}

/** @param processes where the application's process is this log's */
function judgeApp(app: AppRecord, processes: ProcessesRecord | undefined, by: Judgement): SubjectVerdict[] {
  const full = nearLimitOf(processes);
  const errors = recent(app.errors.entries(), by).filter(
    ({ reason }) => reason === 'file-descriptors-exhausted',
  );
  const others =
    app.descriptors && by.now - app.descriptors.last <= by.failureWindow ? app.descriptors : undefined;
  if (errors.length === 0 && !others) return full ? [ofProcess(app.subject, full)] : [];
  return [
    {
      subject: app.subject,
      severity: errors.length > 0 ? 'critical' : 'warning',
      title:
        errors.length > 0
          ? 'Lookups fail for lack of file descriptors'
          : 'The application runs out of file descriptors',
      evidence: [
        ...errorEvidence(errors),
        ...(others
          ? [`${others.count} × outside of lookups, last ${time(others.last)}: ${others.text}`]
          : []),
        ...(full ? [openText(full)] : []),
      ],
      fix: fixOf(processes?.app?.pid),
      ...spanOf([...errors, ...(others ? [others] : [])]),
    },
  ];
}

function ofProcess(subject: string, full: NearLimit): SubjectVerdict {
  return {
    subject,
    severity: 'warning',
    title: `The application has ${percent(full.fds / full.limit)} of its file descriptors open`,
    evidence: [openText(full), 'each query of Go’s resolver is a socket: two for a candidate name'],
    fix: fixOf(full.app.pid),
    since: full.since,
  };
}

function openText({ app: { comm, pid, openFiles }, fds, limit }: NearLimit): string {
  const hard = openFiles && openFiles.hard > limit ? `, the hard limit is ${limitText(openFiles.hard)}` : '';
  return `${comm} (pid ${pid}) has ${grouped(fds)} of ${limitText(limit)} file descriptors open${hard}`;
}

function limitText(limit: number): string {
  return limit === Infinity ? 'unlimited' : grouped(limit);
}
