import type { ErrorEntry } from '../../journal/error-table.ts';
import type { FilesRecord, ProbeLookup, ProbeRecord } from '../../journal/probe-record.ts';
import type { ProcessesRecord } from '../../journal/process-record.ts';
import { errorEvidence, recent, time } from '../evidence.ts';
import type { ProbeRule, SubjectVerdict } from '../finding.ts';
import { type OtherResolvConf, otherResolvConf } from '../kernel/own-resolv-conf.ts';
import { appWindowOf, factsFor, partsOf } from '../probes/models.ts';
import { cut, RESOLV_CONF } from '../probes/resolv-conf-words.ts';
import { counted, duration } from '../probes/transcripts.ts';

/** The application goes on asking a nameserver that resolv.conf, which has changed meanwhile, no longer names. */
export const resolvConfStale: ProbeRule = {
  id: 'resolv-conf-stale',
  severity: 'critical',
  about: 'probes',
  judge(probes, by, { apps, processes }) {
    const { files } = probes;
    if (files?.resolvConf.state !== 'ok') return [];
    const named = new Set([...probes.servers.keys()]);
    for (const { nameservers } of files.dialects) for (const server of nameservers) named.add(server);
    const ofLogs = apps.flatMap((app) =>
      staleErrors(files, named, recent(app.errors.entries(), by)).slice(0, MAX_KINDS),
    );
    const other = otherResolvConf(files, processes);
    const beside = [...(other ? [otherText(other)] : []), ...ownRootText(files, processes)];
    if (ofLogs.length > 0)
      return [verdictOfLog(ofLogs, probes, files)].map((each) => withEvidence(each, beside));
    const ofModels = verdictOfModels(probes, files);
    if (ofModels.length > 0) return ofModels.map((each) => withEvidence(each, beside));
    return other && other.theirsWritten < other.oursWritten ? [verdictOfOther(other, files)] : [];
  },
};

const MAX_KINDS = 5;
/**
 * A lookup that began before the change may fail so much later: Go reads the
 * file again after 5 s, and waits for servers.
 */
const GRACE_MS = 60_000;

/** Failures that name a server which is named no more, and came after the change. */
function staleErrors(
  files: FilesRecord,
  named: ReadonlySet<string>,
  errors: readonly ErrorEntry[],
): ErrorEntry[] {
  return errors.filter(({ server, first, last }) => {
    if (server === undefined || named.has(server)) return false;
    const changed = changedAt(files, server, first);
    return changed !== undefined && last > changed + GRACE_MS;
  });
}

/** When resolv.conf ceased to name a server; undefined where it is not known that it ever did. */
function changedAt(files: FilesRecord, server: string, first: number): number | undefined {
  if (files.formerNameservers.includes(server)) return files.resolvConfSeen;
  const { resolvConf } = files;
  const modified = resolvConf.state === 'ok' ? resolvConf.modified : undefined;
  // The application was asking it before the file became what it is.
  return modified !== undefined && first < modified ? modified : undefined;
}

function withEvidence(verdict: SubjectVerdict, more: readonly string[]): SubjectVerdict {
  return { ...verdict, evidence: [...verdict.evidence, ...more] };
}

function otherText({ theirs, ours, theirsWritten, oursWritten, process }: OtherResolvConf): string {
  return `${process} has another resolv.conf than this sidecar: \`${cut(theirs)}\`, written ${time(theirsWritten)}; here \`${cut(ours)}\`, written ${time(oursWritten)}`;
}

function ownRootText({ root }: FilesRecord, processes: ProcessesRecord | undefined): string[] {
  const { app } = processes ?? {};
  return app?.root === root
    ? [`these are the files of ${app.comm} (pid ${app.pid}) itself, read through ${root}`]
    : [];
}

/** Its file may be its own by design: no lookup is known to fail by it. */
function verdictOfOther(other: OtherResolvConf, files: FilesRecord): SubjectVerdict {
  return {
    subject: RESOLV_CONF,
    severity: 'warning',
    title: 'The application’s resolv.conf is older than the one here, and says otherwise',
    evidence: [otherText(other)],
    fix: `If it has a file of its own by design (a mounted ConfigMap), set \`root\` in this sidecar’s configuration to its root, or leave \`root: ${files.root}\` out. ${FIX}`,
    since: other.oursWritten,
  };
}

/** Not found is an answer, if by the wrong one; the rest is none. */
function isSerious({ reason }: ErrorEntry): boolean {
  return reason !== 'not-found';
}

function verdictOfLog(errors: ErrorEntry[], probes: ProbeRecord, files: FilesRecord): SubjectVerdict {
  const servers = [...new Set(errors.map(({ server }) => server))].join(', ');
  return {
    subject: RESOLV_CONF,
    severity: errors.some(isSerious) ? 'critical' : 'warning',
    title: `The application still asks ${servers}, which resolv.conf names no more`,
    evidence: [...errorEvidence(errors), fileText(probes, files)],
    fix: FIX,
    since: Math.min(...errors.map(({ first }) => first)),
  };
}

const FIX =
  'Restart the application (`kubectl rollout restart deployment/DEPLOY`), then see why it did not read the file again: `options no-reload` in resolv.conf, a file that was replaced while the container has the old one mounted (Docker binds the inode: restart the container), a resolver that the program configured itself, glibc before 2.26, or glibc before 2.40 after its fallback to single-request (bug 31476).';

function fileText({ servers }: ProbeRecord, { resolvConf, resolvConfSeen }: FilesRecord): string {
  const modified = resolvConf.state === 'ok' ? time(resolvConf.modified) : 'unknown';
  return `resolv.conf names ${[...servers.keys()].join(', ')}; it was written ${modified} and is seen so since ${time(resolvConfSeen)}`;
}

/** Longer than Go's 5 s between two looks at the file, ms. */
const MODEL_GRACE_MS = 10_000;

/** The application's own model goes on so: an option or an old release keeps it from reading the file again. */
function verdictOfModels(probes: ProbeRecord, files: FilesRecord): SubjectVerdict[] {
  const stale = [...probes.targets.values()].flatMap((target) => {
    const latest = appWindowOf(target)?.lookups.at(-1);
    return latest && asksOthers(latest, probes, files) ? [latest] : [];
  });
  const [first] = stale;
  if (!first) return [];
  const failing = stale.filter(({ asExpected }) => !asExpected);
  const family = partsOf(first.model)?.family ?? 'go';
  const options = factsFor(probes, family)?.options ?? [];
  const asked = [...new Set(first.queries.map(({ server }) => server))].join(', ');
  return [
    {
      subject: RESOLV_CONF,
      severity: failing.length > 0 ? 'critical' : 'warning',
      title: `${first.model} does not read resolv.conf again: it still asks ${asked}`,
      evidence: [
        `${counted(first.queries.length, 'query', 'queries')} of ${first.model} for ${first.target} to ${asked}, ${time(first.at)}: ${first.outcome} after ${duration(first.durationMs)}`,
        fileText(probes, files),
        ...(options.includes('no-reload') ? ['resolv.conf has `options no-reload`'] : []),
      ],
      fix: FIX,
      since: files.resolvConfSeen,
    },
  ];
}

function asksOthers({ at, queries, model }: ProbeLookup, probes: ProbeRecord, files: FilesRecord): boolean {
  const family = partsOf(model)?.family;
  const named = family ? (factsFor(probes, family)?.nameservers ?? []) : [];
  return (
    at > files.resolvConfSeen + MODEL_GRACE_MS &&
    queries.length > 0 &&
    queries.every(({ server }) => !named.includes(server))
  );
}
