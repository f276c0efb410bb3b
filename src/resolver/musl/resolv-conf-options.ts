import { words } from '../c-text.ts';

/** The options musl heeds. Seconds for `timeout`, which is for a whole name. */
export interface MuslOptions {
  ndots: number;
  timeout: number;
  attempts: number;
}

const OPTIONS = ['ndots', 'attempts', 'timeout'] as const;
/** resolvconf.c, __get_resolv_conf */
const LARGEST = { ndots: 15, attempts: 10, timeout: 60 } as const;
const FATAL: Readonly<Record<string, string>> = {
  'attempts:0': 'musl divides by it: on x86 every lookup by DNS kills the process with SIGFPE',
  'timeout:0': 'no time to ask in: every lookup by DNS fails at once with EAI_AGAIN',
};

/**
 * Reads an `options` line. musl looks for the first `ndots:`, `attempts:` and `timeout:` anywhere in it, words or not.
 *
 * @param remark told of what is not heeded as it stands
 */
export function readOptions(
  line: string,
  options: MuslOptions,
  remark: (text: string, reason: string) => void,
): void {
  for (const option of OPTIONS) {
    const key = `${option}:`;
    const at = line.indexOf(key);
    if (at < 0) continue;
    const [digits] = /^\d+/.exec(line.slice(at + key.length)) ?? [];
    if (digits === undefined) {
      remark(line.slice(at).trimEnd(), `no number after ${key} the option is ignored`);
      continue;
    }
    const value = Number(digits);
    options[option] = Math.min(value, LARGEST[option]);
    if (value > LARGEST[option]) remark(key + digits, `musl takes at most ${LARGEST[option]}`);
    const fatal = FATAL[`${option}:${value}`];
    if (fatal) remark(key + digits, fatal);
    if (line.includes(key, at + 1))
      remark(key, `given more than once: musl takes the first of a line, ${key}${digits}`);
  }
  for (const word of words(line).slice(1)) {
    if (!OPTIONS.some((option) => word.includes(`${option}:`)))
      remark(word, 'musl knows only ndots, timeout and attempts: the option is ignored');
  }
}
