/**
 * Some variables of /proc/PID/environ: as they were when the program started, each ended by a NUL. Nothing else is
 * kept, for the rest may be secrets. The first of a name counts, as for getenv(3). A program that has written over its
 * environment (setproctitle) leaves text that is none: what it does not show is absent.
 */
export function parseEnviron<K extends string>(
  text: string,
  names: readonly K[],
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) {
    const begin = text.startsWith(`${name}=`) ? 0 : text.indexOf(`\0${name}=`) + 1;
    if (begin === 0 && !text.startsWith(`${name}=`)) continue;
    const value = begin + name.length + 1;
    const end = text.indexOf('\0', value);
    // A copy: a slice would keep the whole text, with all that is in it.
    found[name] = Array.from(text.slice(value, end < 0 ? undefined : end)).join('');
  }
  return found;
}
