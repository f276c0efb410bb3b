import { isIP } from 'node:net';
import type { Certainty, Reason, Resolver } from '../kinds.ts';
import { ERRNO_REASONS } from '../libc/errno-texts.ts';
import { isDomainName } from './domain-name.ts';
import { ERROR_TEXTS } from './error-texts.ts';
import { ADDRESS_ERROR, ERROR_END, NAMELESS, ON_SERVER, OTHER_ON_SERVER } from './lookup-error-patterns.ts';
import { range, type VersionRange } from './versions.ts';

/** A failed lookup as an application logged it. */
export interface LookupError {
  /** As the application asked for it; empty where the text does not say. */
  name: string;
  /** The nameserver in the text, `10.96.0.10:53`. Only Go's own resolver names one. */
  server?: string;
  resolver: Resolver;
  certainty: Certainty;
  reason: Reason;
  /** The error verbatim, from `lookup` on. */
  text: string;
  /** Where the text stands in what was read, in UTF-16 units, end exclusive. */
  start: number;
  end: number;
  /** Go versions that use this wording; open where all do. */
  goVersion: VersionRange;
}

const LOOKUP = 'lookup ';
const KNOWN_TEXTS = new Map(ERROR_TEXTS.map((known) => [known.text, known]));

/** Every failed lookup that stands in a piece of text, in order, each once. */
export function findLookupErrors(text: string): LookupError[] {
  const errors = [...namedErrors(text), ...namelessErrors(text)];
  for (const other of otherErrors(text)) {
    if (!errors.some((known) => known.start < other.end && other.start < known.end)) errors.push(other);
  }
  return errors.sort((a, b) => a.start - b.start);
}

/** `lookup NAME[ on SERVER]: ERR`. The nearest `lookup ` before the end is the error's own: wrapping adds to the front. */
function* namedErrors(text: string): Generator<LookupError> {
  let start = -1;
  let next = text.indexOf(LOOKUP);
  if (next < 0) return;
  for (const match of text.matchAll(ERROR_END)) {
    for (; next >= 0 && next <= match.index; next = text.indexOf(LOOKUP, next + 1)) start = next;
    if (start < 0 || !startsAnError(text, start, match.index)) continue;
    const subject = text.slice(start + LOOKUP.length, match.index);
    const onServer = ON_SERVER.exec(subject);
    const verdict = onServer ? goError(match.groups ?? {}) : serverlessError(subject, match.groups ?? {});
    if (!verdict) continue;
    const end = match.index + match[0].length;
    const who = onServer ? { name: onServer[1] ?? '', server: onServer[2] ?? '' } : { name: subject };
    yield { ...who, ...verdict, text: text.slice(start, end), start, end };
    start = -1;
  }
}

type Verdict = Pick<LookupError, 'resolver' | 'certainty' | 'reason' | 'goVersion'>;

/** A server in the text: Go's own resolver, certainly (net.DNSError.Server is set nowhere else). */
function goError(groups: Record<string, string | undefined>): Verdict {
  const known = KNOWN_TEXTS.get(groups.text ?? '');
  return {
    resolver: 'go',
    certainty: 'certain',
    reason: known?.reason ?? opErrorReason(groups),
    goVersion: known?.goVersion ?? {},
  };
}

/** Go's own client names its server, so an OpError, a closed connection or a bare context error is somebody else's. */
function serverlessError(name: string, groups: Record<string, string | undefined>): Verdict | undefined {
  const known = KNOWN_TEXTS.get(groups.text ?? '');
  if (!known || NOT_WITHOUT_SERVER.test(known.text)) return undefined;
  const { reason, resolver, certainty, goVersion = {} } = known;
  // Only a name that was never looked up, or that libc looked up, can hold a space; and prose begins with such words.
  const anyName = known.text === 'no such host' || certainty === 'certain';
  if (/\s/.test(name) && (!anyName || PROSE.test(name))) return undefined;
  // An errno is little to go by: a path is not a host name.
  if (ERRNO_REASONS[known.text] && name.includes('/')) return undefined;
  if (known.text === 'no such host') return { ...notFound(name), reason, goVersion };
  return { resolver, certainty, reason, goVersion };
}
const NOT_WITHOUT_SERVER = /^(?:(?:unexpected )?EOF|context .*)$/;
const PROSE = /^(?:of|for|in|on|at|the|error|failed|failure|table)\s/;

/**
 * `no such host` without a server: cgo's, unless Go never asked because the name cannot be one. An address is
 * LookupAddr's: Go's own resolver prints the in-addr.arpa name there.
 */
function notFound(name: string): Pick<Verdict, 'resolver' | 'certainty'> {
  if (isIP(name) > 0) return { resolver: 'cgo', certainty: 'certain' };
  return isDomainName(name)
    ? { resolver: 'cgo', certainty: 'high' }
    : { resolver: 'unknown', certainty: 'none' };
}

function opErrorReason({ errno = '', net = '', addr = '' }: Record<string, string | undefined>): Reason {
  // No IPv6 in the container gives EADDRNOTAVAIL as well; only IPv4 over TCP means the ports are gone.
  if (errno === 'cannot assign requested address' && (addr.startsWith('[') || net.startsWith('udp'))) {
    return 'unreachable';
  }
  return ERRNO_REASONS[errno] ?? KNOWN_TEXTS.get(errno)?.reason ?? 'other';
}

/** What stands before an error where a log line, a wrapping error, a quoted value or a level ends. */
const BEFORE_ERROR = /(?:^|[\t\n:=,;"'`[({>|\d] ?|\b(?:error|err|warn|warning|info|debug|fatal|panic) )$/i;

/**
 * Whether the `lookup ` at `start` begins an error and is not prose. A name may hold spaces, so `DNS lookup failed
 * for db: no such host` is told from `lookup a b: no such host` by what stands before it.
 */
function startsAnError(text: string, start: number, end: number): boolean {
  if (/[\w-]$/.test(text.slice(Math.max(0, start - 1), start))) return false;
  const name = text.slice(start + LOOKUP.length, end).replace(/ on \S+$/, '');
  if (name.includes('\n')) return false;
  return !/\s/.test(name) || BEFORE_ERROR.test(text.slice(Math.max(0, start - 12), start));
}

function* namelessErrors(text: string): Generator<LookupError> {
  for (const match of text.matchAll(NAMELESS)) {
    yield {
      name: '',
      resolver: 'unknown',
      certainty: 'none',
      reason: match.groups?.text === 'i/o timeout' ? 'timeout' : 'canceled',
      goVersion: range(undefined, 18),
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    };
  }
  for (const match of text.matchAll(ADDRESS_ERROR)) {
    yield {
      name: match.groups?.name ?? '',
      // Since 1.17; unless /etc/hosts has the name with an address of the other family only.
      resolver: 'cgo',
      certainty: 'medium',
      reason: 'address-family',
      goVersion: {},
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    };
  }
}

function* otherErrors(text: string): Generator<LookupError> {
  for (const match of text.matchAll(OTHER_ON_SERVER)) {
    yield {
      name: match[1] ?? '',
      server: match[2] ?? '',
      resolver: 'go',
      certainty: 'certain',
      reason: 'other',
      goVersion: {},
      text: match[0].trimEnd(),
      start: match.index,
      end: match.index + match[0].trimEnd().length,
    };
  }
}
