import { posix } from 'node:path';
import type { At } from './dockerfile-facts.ts';

/** A command that is run: words of which variables are put in, without their quotes. */
export interface Invocation {
  program: At<string>;
  args: readonly At<string>[];
}

/** Commands that run the command behind their options and assignments. */
const WRAPPERS = /^(?:env|exec|command|nice|nohup|sudo|time|eatmydata|busybox)$/;
/** Their options that take a word: env -u, nice -n, sudo -u, env -C. */
const WRAPPER_WORD = /^-[unC]$/;

/** Programs that build by a file of their own. */
const BUILD_TOOLS = /^(?:g?make|cmake|ninja|just|task|mage|bazel(?:isk)?|goreleaser|ko|scons|meson)$/;

/** A word with variables put in: one that is nothing but a variable, without quotes, may become several (POSIX XCU 2.6.5). */
export function fields({ value, line }: At<string>, expand: (word: string) => string): At<string>[] {
  const expanded = expand(value);
  const isBare = /^\$(?:\w+|\{[^}]*\})$/.test(value);
  const parts = isBare ? expanded.split(/\s+/).filter((part) => part !== '') : [expanded];
  return parts.map((part) => ({ value: part, line }));
}

/** The command that runs in the end; assignments of `env A=1 go build` go to `assigned`. Absent: there is none. */
export function invocationOf(
  words: readonly At<string>[],
  assigned: Map<string, At<string>>,
): Invocation | undefined {
  let isWrapped = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word) break;
    const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word.value) ?? [];
    if (isWrapped && name !== undefined) assigned.set(name, { value: value ?? '', line: word.line });
    else if (isWrapped && WRAPPER_WORD.test(word.value)) at++;
    else if (isWrapped && word.value.startsWith('-')) continue;
    else if (!WRAPPERS.test(posix.basename(word.value))) return { program: word, args: words.slice(at + 1) };
    else isWrapped = true;
  }
  return undefined;
}

/** Whether a program is one whose builds the text does not show: make and its like, a script of the source tree. */
export function isBuildScript(program: string): boolean {
  return BUILD_TOOLS.test(program) || /\.sh$/.test(program) || /^[^/]+\/./.test(program);
}

/** Files that a command writes, as its arguments name them. */
export function writtenBy(program: string, args: readonly string[]): string[] {
  if (program === 'update-ca-certificates') return ['/etc/ssl/certs/ca-certificates.crt'];
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (program === 'tee' || program === 'touch') return paths;
  if (!/^(?:ln|cp|mv|install)$/.test(program)) return [];
  const [source = '', target] = [paths[0], paths.at(-1)];
  // Whether the target is a directory, the text does not tell: both are named.
  return target === undefined ? [] : [target, posix.join(target, posix.basename(source))];
}

/**
 * The script in `sh -c '…'`: between plain quotes it stays as it is written, for the newlines that it escapes count as
 * lines of the Dockerfile.
 */
export function quotedScript(word: string, expand: (word: string) => string): string {
  const [, quote, inner = ''] = /^(['"])([\s\S]*)\1$/.exec(word) ?? [];
  if (quote === "'" && !inner.includes("'")) return inner;
  if (quote === '"' && !/(?<!\\)"/.test(inner)) return inner.replace(/\\(["$`\\])/g, '$1');
  return expand(word);
}
