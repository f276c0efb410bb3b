/** A libc, and the file that shows it. */
export interface MappedLibc {
  libc: 'glibc' | 'musl';
  file: string;
}

/** musl's libc is its loader, by whichever of its names it was started: ldso/dynlink.c. */
const MUSL = /\/(?:ld-musl-[^/]+\.so\.1|libc\.musl-[^/]+\.so\.1)$/;
/** Before 2.34 Debian had the version in the name: libc-2.31.so. */
const GLIBC = /\/libc(?:\.so\.6|-2\.\d+\.so)$/;

/**
 * The libc that a process has mapped as code: /proc/PID/maps, proc_pid_maps(5). What stands in PT_INTERP does not
 * tell: with Alpine's libc6-compat glibc's loader is a link to musl's.
 */
export function findLibc(text: string): MappedLibc | undefined {
  let glibc: MappedLibc | undefined;
  for (const line of text.split('\n')) {
    const file = codeFile(line);
    if (file === undefined) continue;
    if (MUSL.test(file)) return { libc: 'musl', file };
    if (GLIBC.test(file)) glibc ??= { libc: 'glibc', file };
  }
  return glibc;
}

/** The file of a line that is mapped executable; ` (deleted)` is said of one that was replaced. */
function codeFile(line: string): string | undefined {
  const [, flags = '', path] = /^\S+ (\S{4}) \S+ \S+ \S+ +(\/.*)$/.exec(line) ?? [];
  return flags[2] === 'x' ? path?.replace(/ \(deleted\)$/, '') : undefined;
}
