/** The `options` of resolv.conf as Go takes them (net/dnsconfig_unix.go, dnsReadConfig). */
import { knownOption } from '../../golang/unknown-options.ts';
import { compareVersions, type Version } from '../version.ts';

export interface GoOptions {
  ndots: number;
  /** Of one exchange, ms. */
  timeout: number;
  /** Rounds through all servers. */
  attempts: number;
  rotate: boolean;
  singleRequest: boolean;
  useTcp: boolean;
  trustAd: boolean;
  noReload: boolean;
}

/** What counts where nothing is said. */
export function newOptions(): GoOptions {
  return {
    ndots: 1,
    timeout: 5_000,
    attempts: 2,
    rotate: false,
    singleRequest: false,
    useTcp: false,
    trustAd: false,
    noReload: false,
  };
}

/** What one word does, and what is to be said of it. */
const EFFECTS: Readonly<Record<string, (options: GoOptions) => string | undefined>> = {
  rotate: set('rotate'),
  'single-request': set('singleRequest'),
  'single-request-reopen': set('singleRequest'),
  'use-vc': set('useTcp'),
  usevc: set('useTcp'),
  tcp: set('useTcp'),
  'trust-ad': set('trustAd'),
  'no-reload': set('noReload'),
  edns0: () => 'has no effect: Go sends EDNS0 anyway',
};

/** A number behind a colon: its least and greatest value. */
const NUMBERS: Readonly<
  Record<string, { min: number; max: number; take(options: GoOptions, n: number): void }>
> = {
  'ndots:': {
    min: 0,
    max: 15,
    take: (options, n) => {
      options.ndots = n;
    },
  },
  'timeout:': {
    min: 1,
    max: Number.POSITIVE_INFINITY,
    take: (options, n) => {
      options.timeout = n * 1000;
    },
  },
  'attempts:': {
    min: 1,
    max: Number.POSITIVE_INFINITY,
    take: (options, n) => {
      options.attempts = n;
    },
  },
};

/** Takes one word in; gives what is to be remarked on it, if anything. */
export function readOption(word: string, options: GoOptions, version: Version): string | undefined {
  const known = knownOption(word);
  if (!known) return 'an option that Go does not know: ignored (a cgo build leaves all lookups to libc)';
  if (compareVersions(version, [1, known.since]) < 0)
    return `an option that Go knows from 1.${known.since} on: ignored (a cgo build leaves all lookups to libc)`;
  const number = NUMBERS[known.word];
  if (!number) return EFFECTS[word]?.(options);
  const { n, whole } = decimal(word.slice(known.word.length));
  const value = Math.min(Math.max(n, number.min), number.max);
  number.take(options, value);
  return whole && value === n ? undefined : `read as ${value}`;
}

function set(flag: 'rotate' | 'singleRequest' | 'useTcp' | 'trustAd' | 'noReload') {
  return (options: GoOptions) => {
    options[flag] = true;
    return undefined;
  };
}

/** net/parse.go, big: where dtoi stops counting. */
const BIG = 0xff_ffff;

/** net/parse.go, dtoi: leading digits; none of them is 0. */
function decimal(text: string): { n: number; whole: boolean } {
  const [digits = ''] = /^\d*/.exec(text) ?? [];
  const n = Math.min(Number(digits), BIG);
  return { n, whole: digits === text && digits !== '' && Number(digits) === n };
}
