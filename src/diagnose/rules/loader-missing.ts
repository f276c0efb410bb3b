import type { ImageFacts } from '../../image/image-facts.ts';
import { judgeStart } from '../../image/starts.ts';
import type { AppRecord, StartupEntry } from '../../journal/app-record.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';
import type { StartupKind } from '../../libc/startup-failures.ts';
import { spanOf, time } from '../evidence.ts';
import type { JoinedRule, Judgement, SubjectVerdict } from '../finding.ts';

const TITLES: Readonly<Record<StartupKind, string>> = {
  'loader-missing': 'The program did not start: its file, or the ELF loader it asks for, is not there',
  'library-missing': 'The program did not start: a shared library is missing',
  'symbol-missing': 'The program did not start: it was built for another libc',
  'glibc-too-old': 'The program did not start: the image’s glibc is older than the one it was built with',
};

/** Where only the words of the start are known. */
const OF_A_SCRIPT = 'For a script, correct its #! line.';

/** The same before it was tried. */
const LOOKED_AT: Readonly<Record<StartupKind, string>> = {
  'loader-missing': 'The program cannot start here: the ELF loader it asks for is not there',
  'library-missing': 'The program cannot start here: a shared library is missing',
  'symbol-missing': 'The program cannot start here: it was built for another libc',
  'glibc-too-old': 'The program cannot start here: the image’s glibc is older than the one it was built with',
};

const FIXES: Readonly<Record<StartupKind, string>> = {
  'loader-missing':
    'Build with CGO_ENABLED=0 (and without -buildmode=pie), or build in an image of the same libc as the one it runs on (golang:alpine for Alpine), or run it on a glibc image (Debian, distroless base).',
  'library-missing':
    'Install the library in the run-time image, of the same libc as the build (a library of glibc, such as libresolv.so.2, does not exist for Alpine: build in golang:alpine), or build with CGO_ENABLED=0.',
  'symbol-missing':
    'Build in golang:alpine for Alpine, or run on a glibc image; libc6-compat and gcompat do not have every symbol. Or build with CGO_ENABLED=0.',
  'glibc-too-old':
    'Build in an image whose glibc is not newer than the run-time image’s (golang:1-bookworm for debian:12), or build with CGO_ENABLED=0.',
};

/** The shell, the runtime or the loader said that the program cannot start; or a look at its image tells. */
export const loaderMissing: JoinedRule = {
  id: 'loader-missing',
  severity: 'critical',
  about: 'everything',
  judge({ apps, program }, by) {
    const said = apps.flatMap((app) => saidInLog(app, by) ?? []);
    const looked = program && lookedAt(program);
    return [...said, ...(looked ? [looked] : [])];
  },
};

function saidInLog(app: AppRecord, { now, failureWindow }: Judgement): SubjectVerdict | undefined {
  const failures = [...app.startups.values()].filter((entry) => now - entry.last <= failureWindow);
  const [first] = failures;
  if (!first) return undefined;
  return {
    subject: app.subject,
    severity: 'critical',
    title: TITLES[first.kind],
    evidence: failures.map(describe),
    fix: first.kind === 'loader-missing' ? `${FIXES[first.kind]} ${OF_A_SCRIPT}` : FIXES[first.kind],
    ...spanOf(failures),
  };
}

/** A PIE that needs no library is pie-needs-loader's. A process that runs has all it needs. */
function lookedAt({ subject, binary, image, process }: ProgramRecord): SubjectVerdict | undefined {
  if (!image || process) return undefined;
  const { starts, why, missing, findings } = judgeStart(binary, image);
  if (starts !== false || !findings.includes('loader-missing')) return undefined;
  const kind = kindOf(image);
  return {
    subject,
    severity: 'critical',
    title: LOOKED_AT[kind],
    evidence: [why, ...(missing.length > 1 ? [`missing: ${missing.join(', ')}`] : []), ...hasInstead(image)],
    fix: FIXES[kind],
  };
}

function kindOf({ loader, missingLibraries, missingSymbols }: ImageFacts): StartupKind {
  if (!loader) return 'loader-missing';
  if (missingLibraries.length > 0) return 'library-missing';
  return missingSymbols.some(({ symbol }) => symbol.startsWith('GLIBC_'))
    ? 'glibc-too-old'
    : 'symbol-missing';
}

function hasInstead({ libcs, os }: ImageFacts): string[] {
  const there = libcs.map(({ libc, version, file }) => `${libc}${version ? ` ${version}` : ''} (${file})`);
  const name = os ? `${os}, with` : 'the image has';
  return [`${name} ${there.length > 0 ? there.join(' and ') : 'no C library'}`];
}

function describe({ text, count, last, program, missing }: StartupEntry): string {
  const what = [program && `program ${program}`, missing && `missing ${missing}`].filter(Boolean).join(', ');
  return `${count} × \`${text}\`${what ? ` (${what})` : ''}, last ${time(last)}`;
}
