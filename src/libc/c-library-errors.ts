import type { Certainty, Reason, Resolver } from '../kinds.ts';
import { GETADDRINFO_TEXTS } from './getaddrinfo-texts.ts';

/** A getaddrinfo failure told by a C library in the process, or by another program in the log: no `lookup` before it. */
export interface CLibraryError {
  /** The name that was looked up; empty where the text does not say. */
  name: string;
  resolver: Extract<Resolver, 'cgo-glibc' | 'cgo-musl'>;
  certainty: Extract<Certainty, 'medium'>;
  reason: Reason;
  text: string;
  start: number;
  end: number;
}

/** Words that are gai_strerror's and nobody else's. `Try again` and the like are common English. */
const DISTINCT = GETADDRINFO_TEXTS.filter(({ text }) =>
  [
    'Temporary failure in name resolution',
    'Name or service not known',
    'Name does not resolve',
    'No address associated with hostname',
    'Name has no usable address',
    'Non-recoverable failure in name resolution',
  ].includes(text),
);
const PHRASES = new RegExp(`(?:${DISTINCT.map(({ text }) => text).join('|')}|: Try again)(?![\\w-])`, 'g');
/** What a line must speak of for `: Try again` to be musl's EAI_AGAIN. */
const ABOUT_NAMES = /resolv|getaddrinfo|lookup|look up|host ?name/i;

/** How far before the phrase the name may stand. */
const REACH = 300;

/**
 * Every getaddrinfo text in a piece of text.
 *
 * @example findCLibraryErrors("Failed to resolve 'kafka:9092': Temporary failure in name resolution")
 *   // [{ name: 'kafka', resolver: 'cgo-glibc', reason: 'try-again', … }]
 */
export function findCLibraryErrors(text: string): CLibraryError[] {
  const errors: CLibraryError[] = [];
  let from = 0;
  for (const match of text.matchAll(PHRASES)) {
    const phrase = match[0].replace(/^: /, '');
    const known = GETADDRINFO_TEXTS.find((entry) => entry.text === phrase);
    const before = text.slice(Math.max(from, match.index - REACH), match.index);
    // Go's %#v of a DNSError: an application that prints it prints the error itself as well.
    if (before.endsWith('Err:"')) continue;
    if (!known?.libc || (phrase === 'Try again' && !ABOUT_NAMES.test(before))) continue;
    const end = match.index + match[0].length;
    const start = Math.max(from, match.index - REACH, text.lastIndexOf('\n', match.index) + 1);
    errors.push({
      name: nameBefore(before),
      resolver: `cgo-${known.libc}`,
      certainty: 'medium',
      reason: known.reason,
      text: text.slice(start, end).trim(),
      start: match.index,
      end,
    });
    from = end;
  }
  return errors;
}

/** Words that stand before the colon where no name does. */
const NOT_A_NAME = /^(?:getaddrinfo|gai_strerror|error|failed|resolve|resolver|lookup|dns|host|hostname)$/i;

/** librdkafka and libpq quote the name; ping, ssh and most C programs put it before the last colon. */
function nameBefore(before: string): string {
  const quoted = [...before.matchAll(/['"]([\w.-]{1,255})(?::\d{1,5})?['"]/g)].at(-1);
  if (quoted?.[1]) return quoted[1];
  const name = /(?:^|[\s:[(])([A-Za-z0-9_][\w.-]{0,254}?)\.?(?::\d{1,5})?: ?$/.exec(before)?.[1] ?? '';
  return NOT_A_NAME.test(name) ? '' : name;
}
