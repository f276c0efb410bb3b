/** PID/maps: files that a process has mapped (fs/proc/task_mmu.c, show_map_vma). */
import { ProcfsError } from './procfs-error.ts';
import { copied, linesOf, shown } from './text.ts';

const FILE = 'PID/maps';

/** A C library whose code a process has mapped. */
export interface MappedLibc {
  libc: 'glibc' | 'musl';
  /** Path as in the process's root. Latin-1. */
  file: string;
}

/** `7f0a-7f0b r-xp 00001000 fd:00 42   /lib/libc.so.6`; anonymous memory has no path. */
const MAPPING = /^[\da-f]+-[\da-f]+ [-r][-w]([-x])[ps] [\da-f]+ [\da-f]+:[\da-f]+ \d+(?: +(.*))?$/;

/**
 * By the name of the file. musl is one file, library and loader, often behind a link: `ld-musl-x86_64.so.1`, or
 * `libc.so` (glibc's file of that name is a text for ld, never mapped; Android's is another libc). With libc6-compat a
 * program asks for glibc's loader, and this is what it gets.
 */
const MUSL = /^(?!.*\/(?:bionic|system)\/).*\/(?:(?:ld-|libc\.)musl-[^/]+\.so\.1|libc\.so)$/;
/** Since 2.34 `libc.so.6`, before it a link to `libc-2.31.so`; 6.1 on some old architectures. */
const GLIBC = /\/libc(?:\.so\.6(?:\.\d)?|-2\.[\d.]+\.so)$/;
/** Alone it shows nothing: a Go program of buildmode=pie has glibc's loader mapped and no libc. */
const GLIBC_LOADER = /\/(?:ld-linux[^/]*\.so\.\d|ld64\.so\.\d|ld-2\.[\d.]+\.so|ld\.so\.1)$/;

/** The C library of a process, of a whole text. @throws {ProcfsError} where a line is none of the kernel's */
export function findLibc(text: string): MappedLibc | undefined {
  return libcOf(codeFiles(text));
}

/**
 * The C library among the files that a process has mapped as code; a program may read any file through a mapping. Where
 * both are, that of the loader. Absent: none, as of a static program.
 */
export function libcOf(code: readonly string[]): MappedLibc | undefined {
  const musl = code.find((file) => MUSL.test(file));
  const glibc = code.find((file) => GLIBC.test(file));
  if (glibc !== undefined && (musl === undefined || code.some((file) => GLIBC_LOADER.test(file)))) {
    return { libc: 'glibc', file: copied(glibc) };
  }
  return musl === undefined ? undefined : { libc: 'musl', file: copied(musl) };
}

/**
 * Paths of files that are mapped with the right to execute.
 *
 * @param text any number of lines
 * @throws {ProcfsError} where a line is none of the kernel's
 */
export function codeFiles(text: string): string[] {
  const files: string[] = [];
  for (const line of linesOf(text, FILE)) {
    const mapping = MAPPING.exec(line);
    if (!mapping) throw new ProcfsError(FILE, `not a mapping: ${shown(line)}`);
    const [, execute, path = ''] = mapping;
    // Of a path only the newline is escaped; a file that was replaced since, by an upgrade, is `(deleted)`.
    if (execute === 'x' && path.startsWith('/')) {
      files.push(path.replaceAll('\\012', '\n').replace(/ \(deleted\)$/, ''));
    }
  }
  return files;
}
