/** What of resolv.conf Go does not know, and therefore leaves to libc. Source: net/dnsconfig_unix.go, dnsReadConfig. */
import { fields, fileLines } from './config-file.ts';
import type { Minor } from './versions.ts';

/** A word of `options` that Go knows. Those that end in a colon take a number, which may be missing or absurd. */
interface KnownOption {
  word: string;
  since: Minor;
  /** The change that brought it. */
  source: string;
}

/** Measured on 1.15 to 1.27; before by the source of each release. */
const KNOWN_OPTIONS: readonly KnownOption[] = [
  { word: 'ndots:', since: 5, source: 'Go 1.5, dnsconfig_unix.go' },
  { word: 'timeout:', since: 5, source: 'Go 1.5, dnsconfig_unix.go' },
  { word: 'attempts:', since: 5, source: 'Go 1.5, dnsconfig_unix.go' },
  { word: 'rotate', since: 5, source: 'Go 1.5, dnsconfig_unix.go' },
  { word: 'single-request', since: 13, source: 'golang/go issue 29644' },
  { word: 'single-request-reopen', since: 13, source: 'golang/go issue 29644' },
  { word: 'use-vc', since: 13, source: 'golang/go issue 29358' },
  { word: 'usevc', since: 13, source: 'golang/go issue 29358' },
  { word: 'tcp', since: 13, source: 'golang/go issue 29358' },
  { word: 'trust-ad', since: 20, source: 'Go 1.20, dnsconfig_unix.go' },
  { word: 'edns0', since: 20, source: 'golang/go issue 33904' },
  { word: 'no-reload', since: 20, source: 'golang/go issue 56489' },
];

/** The option that a word of an `options` line is, in whatever release knows it. */
export function knownOption(word: string): KnownOption | undefined {
  return KNOWN_OPTIONS.find((option) =>
    option.word.endsWith(':') ? word.startsWith(option.word) : word === option.word,
  );
}

/** Keywords that begin a line; `lookup` is OpenBSD's, known everywhere. */
const KNOWN_KEYWORDS = ['nameserver', 'domain', 'search', 'options', 'lookup'];

/** A word Go does not know, and where it stands. */
export interface UnknownWord {
  /** From 1. */
  line: number;
  /** The whole line. */
  text: string;
  word: string;
  /** It stands on an `options` line; else it is the keyword of its line. */
  option: boolean;
  /** First minor that knows it; absent: none does. */
  knownSince?: Minor;
}

/**
 * All words of a resolv.conf that a release of Go does not know, in the order of the file. One is enough for Go to
 * leave every lookup to libc.
 */
export function unknownWords(text: string, go: Minor): UnknownWord[] {
  return fileLines(text).flatMap(({ number, text: line }): UnknownWord[] => {
    if (line.startsWith(';') || line.startsWith('#')) return [];
    const [keyword, ...words] = fields(line);
    if (keyword === undefined) return [];
    const at = { line: number, text: line.trim() };
    if (!KNOWN_KEYWORDS.includes(keyword)) return [{ ...at, word: keyword, option: false }];
    if (keyword !== 'options') return [];
    return words.flatMap((word) => {
      const known = knownOption(word);
      if (known && known.since <= go) return [];
      return [{ ...at, word, option: true, ...(known && { knownSince: known.since }) }];
    });
  });
}
