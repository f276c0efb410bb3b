import type { StartupEntry } from '../../journal/app-record.ts';
import type { StartupKind } from '../../libc/startup-failures.ts';
import { firstOf, time } from '../evidence.ts';
import type { AppRule } from '../finding.ts';

const TITLES: Readonly<Record<StartupKind, string>> = {
  'loader-missing': 'The program did not start: its file, or the ELF loader it asks for, is not there',
  'library-missing': 'The program did not start: a shared library is missing',
  'symbol-missing': 'The program did not start: it was built for another libc',
  'glibc-too-old': 'The program did not start: the image’s glibc is older than the one it was built with',
};

const FIXES: Readonly<Record<StartupKind, string>> = {
  'loader-missing':
    'Build with CGO_ENABLED=0 (and without -buildmode=pie), or build in an image of the same libc as the one it runs on (golang:alpine for Alpine), or run it on a glibc image (Debian, distroless base). For a script, correct its #! line.',
  'library-missing':
    'Install the library in the run-time image, of the same libc as the build (a library of glibc, such as libresolv.so.2, does not exist for Alpine: build in golang:alpine), or build with CGO_ENABLED=0.',
  'symbol-missing':
    'Build in golang:alpine for Alpine, or run on a glibc image; libc6-compat and gcompat do not have every symbol. Or build with CGO_ENABLED=0.',
  'glibc-too-old':
    'Build in an image whose glibc is not newer than the run-time image’s (golang:1-bookworm for debian:12), or build with CGO_ENABLED=0.',
};

/** The shell, the runtime or the loader said that the program cannot start. */
export const loaderMissing: AppRule = {
  id: 'loader-missing',
  severity: 'critical',
  about: 'app',
  judge(app, { now, failureWindow }) {
    const failures = [...app.startups.values()].filter((entry) => now - entry.last <= failureWindow);
    const [first] = failures;
    if (!first) return undefined;
    return {
      severity: 'critical',
      title: TITLES[first.kind],
      evidence: failures.map(describe),
      fix: FIXES[first.kind],
      ...firstOf(failures),
    };
  },
};

function describe({ text, count, last, program, missing }: StartupEntry): string {
  const what = [program && `program ${program}`, missing && `missing ${missing}`].filter(Boolean).join(', ');
  return `${count} × \`${text}\`${what ? ` (${what})` : ''}, last ${time(last)}`;
}
