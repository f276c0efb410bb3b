import { atoi } from '../c-text.ts';
import type { GlibcRules } from './rules.ts';

/** What `options` lines and RES_OPTIONS set: resolv.conf(5). */
export interface Options {
  ndots: number;
  /** Seconds; may be 0 or less. */
  timeout: number;
  attempts: number;
  flags: Set<Flag>;
}

/** The options that are on or off, by the name they have in resolv.conf(5). */
export type Flag =
  | 'rotate'
  | 'edns0'
  | 'single-request-reopen'
  | 'single-request'
  | 'no-tld-query'
  | 'no-reload'
  | 'use-vc'
  | 'trust-ad'
  | 'no-aaaa'
  | 'strict-error';

/**
 * resolv/res_init.c, res_setoptions. A word need only begin with one of these: the first that it begins with counts.
 */
const WORDS: readonly { word: string; flag: Flag; rule?: keyof GlibcRules }[] = [
  { word: 'rotate', flag: 'rotate' },
  { word: 'edns0', flag: 'edns0' },
  { word: 'single-request-reopen', flag: 'single-request-reopen' },
  { word: 'single-request', flag: 'single-request' },
  { word: 'no_tld_query', flag: 'no-tld-query' },
  { word: 'no-tld-query', flag: 'no-tld-query' },
  { word: 'no-reload', flag: 'no-reload' },
  { word: 'use-vc', flag: 'use-vc' },
  { word: 'trust-ad', flag: 'trust-ad' },
  { word: 'no-aaaa', flag: 'no-aaaa', rule: 'noAaaa' },
  { word: 'strict-error', flag: 'strict-error', rule: 'strictError' },
];

/** resolv/resolv.h: RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY. */
const NUMBERS = [
  { word: 'ndots:', name: 'ndots', max: 15 },
  { word: 'timeout:', name: 'timeout', max: 30 },
  { word: 'attempts:', name: 'attempts', max: 5 },
] as const;

/** What glibc had once, or another libc has: no mistake to warn of beyond that nothing comes of it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  inet6: 'glibc has had no such option since 2.30',
  'ip6-bytestring': 'glibc has had no such option since 2.25',
  'ip6-dotint': 'glibc has had no such option since 2.25',
  'no-ip6-dotint': 'glibc has had no such option since 2.25',
  debug: 'does nothing in glibc as distributions build it',
};

/** What counts where nothing is said: RES_TIMEOUT and RES_DFLRETRY of resolv/resolv.h. */
export function defaultOptions(): Options {
  return { ndots: 1, timeout: 5, attempts: 2, flags: new Set() };
}

/**
 * Applies the words of an `options` line to what there is.
 *
 * @param remark told of each word that does not do what it says
 */
export function applyOptions(
  options: Options,
  text: string,
  rules: GlibcRules,
  remark: (word: string, reason: string) => void,
): void {
  for (const word of text.split(/[ \t]+/).filter((each) => each !== '')) {
    const number = NUMBERS.find((each) => word.startsWith(each.word));
    if (number) setNumber(options, word, number, remark);
    else setFlag(options, word, rules, remark);
  }
}

function setNumber(
  options: Options,
  word: string,
  { word: prefix, name, max }: (typeof NUMBERS)[number],
  remark: (word: string, reason: string) => void,
): void {
  const written = word.slice(prefix.length);
  const value = atoi(written);
  options[name] = Math.min(value, max);
  // struct __res_state has four bits for it.
  if (name === 'ndots') options.ndots &= 15;
  if (!/^\d+$/.test(written)) remark(word, `no number: taken as ${value}`);
  else if (value > max) remark(word, `more than ${max}: ${max} is used`);
  else if (name === 'timeout' && value === 0) remark(word, 'less than a second: 1 s is used');
  else if (name === 'attempts' && value === 0) remark(word, 'no attempts: no query is ever sent');
}

function setFlag(
  { flags }: Options,
  word: string,
  rules: GlibcRules,
  remark: (word: string, reason: string) => void,
): void {
  const back = rules.strictError && word.startsWith('-');
  const written = back ? word.slice(1) : word;
  const known = WORDS.find((each) => written.startsWith(each.word) && (!each.rule || rules[each.rule]));
  if (!known) {
    const newer = WORDS.find((each) => written.startsWith(each.word));
    remark(
      word,
      newer ? 'this release of glibc has no such option' : (ELSEWHERE[written] ?? 'no such option'),
    );
    return;
  }
  if (back) flags.delete(known.flag);
  else flags.add(known.flag);
  if (written !== known.word) remark(word, `read as ${known.word}: only the beginning is compared`);
}
