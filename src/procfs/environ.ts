/** PID/environ: the environment a process was started with, each variable ended by a NUL (proc_pid_environ(5)). */

/**
 * The variables of these names; of the rest, which may be secrets, nothing is kept. The first of a name counts, as for
 * getenv(3) and Go (syscall/env_unix.go, copyenv). A process may have written anything else over its environment, as
 * setproctitle does: then nothing is found. Never throws.
 *
 * @param text Latin-1; values are decoded as UTF-8, as Node.js does with its own environment
 */
export function parseEnviron<K extends string>(
  text: string,
  names: readonly K[],
): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = firstValue(text, name);
    // Decoding also copies: V8 keeps the whole text alive behind a piece of it.
    if (value !== undefined) found[name] = Buffer.from(value, 'latin1').toString('utf8');
  }
  return found;
}

function firstValue(text: string, name: string): string | undefined {
  const start = text.startsWith(`${name}=`) ? 0 : text.indexOf(`\0${name}=`) + 1;
  if (start === 0 && !text.startsWith(`${name}=`)) return undefined;
  const from = start + name.length + 1;
  const end = text.indexOf('\0', from);
  return text.slice(from, end < 0 ? text.length : end);
}
