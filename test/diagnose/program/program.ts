import type { BinaryFacts } from '../../../src/binary/binary-facts.ts';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import type { ImageFacts } from '../../../src/image/image-facts.ts';
import type { ProgramRecord } from '../../../src/journal/program-record.ts';
import { JUDGEMENT } from '../judgement.ts';

/** A binary of Go 1.24 with cgo, linked by Debian's gcc, but for what is given. */
export function binary(given: Partial<BinaryFacts> = {}, settings: Record<string, string> = {}): BinaryFacts {
  return {
    arch: 'amd64',
    linkage: 'dynamic',
    interpreter: '/lib64/ld-linux-x86-64.so.2',
    needed: ['libc.so.6'],
    runpath: [],
    imports: [{ name: 'getaddrinfo', version: 'GLIBC_2.2.5', library: 'libc.so.6' }],
    libc: 'glibc',
    glibcNeeded: '2.34',
    cgoResolver: 'present',
    cgoResolverBecause: 'imports getaddrinfo',
    isGo: true,
    build: {
      goVersion: 'go1.24.4',
      path: 'example.com/app',
      deps: [],
      settings: new Map(Object.entries({ CGO_ENABLED: '1', ...settings })),
    },
    ...given,
  };
}

/** Built without cgo: static, and of no libc. */
export function pureGo(given: Partial<BinaryFacts> = {}, settings: Record<string, string> = {}): BinaryFacts {
  const { interpreter: _, glibcNeeded: __, ...rest } = binary({}, { CGO_ENABLED: '0', ...settings });
  return {
    ...rest,
    ...{ linkage: 'static', needed: [], imports: [], libc: 'none' },
    ...{ cgoResolver: 'absent', cgoResolverBecause: 'has no call of getaddrinfo' },
    ...given,
  };
}

/** An image that has glibc 2.36 and all files, but for what is given. */
export function image(given: Partial<ImageFacts> = {}): ImageFacts {
  const file = '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2';
  return {
    os: 'Debian GNU/Linux 12 (bookworm)',
    libcs: [{ libc: 'glibc', version: '2.36', file: '/lib/x86_64-linux-gnu/libc.so.6' }],
    loader: { leadsTo: file, libc: 'glibc', version: '2.36', arch: 'amd64' },
    missingLibraries: [],
    missingSymbols: [],
    files: { 'ca-certificates': true, tzdata: true, 'nsswitch.conf': true },
    ...given,
  };
}

/** What is found of a program, `severity id`. */
export function found(program: Omit<ProgramRecord, 'subject'>): string[] {
  return findings(program).map(({ severity, id }) => `${severity} ${id}`);
}

/** What is found of a program. */
export function findings(program: Omit<ProgramRecord, 'subject'>) {
  const known = { apps: [], sources: [], program: { subject: '/app', ...program } };
  return diagnose(known, { ...JUDGEMENT, now: 0 });
}
