/** Why a program did not start, as the shell, the runtime or the loader said it. */
export type StartupKind = 'loader-missing' | 'library-missing' | 'symbol-missing' | 'glibc-too-old';

/** A program that could not start. */
export interface StartupFailure {
  kind: StartupKind;
  /** The program, where the text names it. */
  program?: string;
  /** The library, symbol or version that is missing. */
  missing?: string;
  /** The text, verbatim. */
  text: string;
}

interface Pattern {
  kind: StartupKind;
  pattern: RegExp;
}

const PATH = String.raw`(?<program>\.{0,2}/[^\s:'"\x60‘’]{1,512})`;
/** dash: `1: exec: `; busybox: `exec: line 0: `; either without exec. */
const SHELL_PLACE = String.raw`(?:exec: )?(?:(?:line )?\d+: )?(?:exec: )?`;
/** Where a shell, launcher or loader begins its words: the line's start, or behind a log prefix's space. */
const LINE = String.raw`(?:^|[\s\]|])`;

/**
 * execve gives ENOENT for a file that exists when its PT_INTERP does not, and each launcher words that in its own
 * way; a file that is really missing is `stat …` or `executable file not found in $PATH` with runc. The same texts
 * come from a script whose `#!` interpreter is missing. Measured: busybox, dash, bash 5.2, runc 1.1, crun 1.8,
 * coreutils, glibc 2.36 and musl 1.2 loaders.
 */
const PATTERNS: readonly Pattern[] = [
  // busybox and dash, by their own name or by that of the script they run. A command without a slash is just not in
  // $PATH.
  {
    kind: 'loader-missing',
    pattern: new RegExp(
      String.raw`${LINE}(?:\S*/)?(?:sh|ash|dash|busybox): ${SHELL_PLACE}${PATH}: not found\s*$`,
    ),
  },
  { kind: 'loader-missing', pattern: new RegExp(`${PATH}: cannot execute: required file not found`) },
  {
    kind: 'loader-missing',
    pattern: new RegExp(
      String.raw`${LINE}(?:\S*/\S+|\S+\.sh): (?=(?:exec: )?(?:line )?\d)${SHELL_PLACE}${PATH}: not found\s*$`,
    ),
  },
  // runc's own words stand alone; Go's os/exec says `fork/exec` and a shell says `exec:`.
  {
    kind: 'loader-missing',
    pattern: new RegExp(`${LINE}exec ${PATH}(?: failed)?: [Nn]o such file or directory`),
  },
  {
    kind: 'loader-missing',
    pattern: /standard_init_linux\.go:\d+: exec user process caused:? "?no such file or directory/,
  },
  {
    kind: 'loader-missing',
    pattern: new RegExp(
      String.raw`exec container process (?:\(missing dynamic library\?\) )?\x60${PATH}\x60: No such file or directory`,
    ),
  },
  {
    kind: 'loader-missing',
    pattern: new RegExp(
      String.raw`${LINE}(?:chroot|env|nice|timeout|nohup|setpriv|gosu|su-exec|dumb-init\]|tini):?(?: [^\s/'"\x60‘]+){0,6} ['"\x60‘]?${PATH}['"\x60’]?: No such file or directory`,
    ),
  },
  // musl's loader, as on Alpine, also when libc6-compat puts it behind glibc's path.
  {
    kind: 'library-missing',
    pattern:
      /Error loading shared library (?<missing>[^\s:]{1,255}): [^(\n]{1,100}(?:\(needed by (?<program>[^)\n]{1,512})\))?/,
  },
  {
    kind: 'symbol-missing',
    pattern:
      /Error relocating (?<program>[^\s:]{1,512}): (?<missing>\S{1,255}): (?:symbol not found|unsupported relocation type)/,
  },
  // glibc's loader.
  {
    kind: 'glibc-too-old',
    pattern:
      /version [\x60'"](?<missing>GLIBC_[\d.]{1,16})[\x60'"] not found(?: \(required by (?<program>[^)\n]{1,512})\))?/,
  },
  {
    kind: 'library-missing',
    pattern:
      /error while loading shared libraries: (?<missing>[^\s:]{1,255}): cannot open shared object file: No such file or directory/,
  },
];

/** What every pattern has in it: nearly all texts are told apart by this one pass. */
const ANY = /not found|o such file or directory|Error relocating|shared librar/;

/** The start-up failure a line of text tells of, if it does. */
export function findStartupFailure(text: string): StartupFailure | undefined {
  if (!ANY.test(text)) return undefined;
  for (const { kind, pattern } of PATTERNS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const { program, missing } = match.groups ?? {};
    return {
      kind,
      ...(program && { program }),
      ...(missing && { missing }),
      text: lineAround(text, match.index, match.index + match[0].length),
    };
  }
  return undefined;
}

/** The line in which a match stands, at most 500 characters of it. */
function lineAround(text: string, start: number, end: number): string {
  const from = Math.max(text.lastIndexOf('\n', start) + 1, start - 200);
  const newline = text.indexOf('\n', end);
  return text.slice(from, Math.min(newline < 0 ? text.length : newline, from + 500)).trim();
}
