import type { Certainty, Reason, Resolver } from '../kinds.ts';
import { ERRNO_REASONS } from '../libc/errno-texts.ts';
import { GETADDRINFO_TEXTS } from '../libc/getaddrinfo-texts.ts';
import { range, type VersionRange } from './versions.ts';

/** What the Err field of a net.DNSError without a server tells. */
export interface ErrorText {
  text: string;
  reason: Reason;
  resolver: Resolver;
  certainty: Certainty;
  goVersion?: VersionRange;
}

const onlyGo = { resolver: 'go', certainty: 'certain' } as const;
/** Go's own resolver that sent nothing, cgo's, or the caller's context: the text does not tell. */
const either = { resolver: 'unknown', certainty: 'none' } as const;

/** Go's own words. Source: net/dnsclient*.go, net/net.go, net/lookup*.go; measured on 1.15 to 1.27. */
const GO_TEXTS: readonly ErrorText[] = [
  { text: 'no such host', reason: 'not-found', resolver: 'cgo', certainty: 'high' },
  { text: 'server misbehaving', reason: 'server-failure', ...onlyGo },
  { text: 'lame referral', reason: 'lame-referral', ...onlyGo },
  { text: 'cannot unmarshal DNS message', reason: 'bad-response', ...onlyGo },
  { text: 'cannot marshal DNS message', reason: 'bad-response', ...onlyGo, goVersion: range(undefined, 21) },
  { text: 'invalid DNS response', reason: 'bad-response', ...onlyGo },
  { text: 'DNS message ID mismatch', reason: 'bad-response', ...onlyGo, goVersion: range(undefined, 5) },
  // Truncated over TCP too; Go 1.23 and newer use the records there are (golang/go#64896).
  { text: 'no answer from DNS server', reason: 'truncated', ...onlyGo, goVersion: range(undefined, 22) },
  { text: 'DNS response contained records which contain invalid names', reason: 'bad-response', ...either },
  { text: 'unrecognized address', reason: 'invalid-name', ...onlyGo },
  { text: 'invalid address', reason: 'invalid-name', resolver: 'cgo', certainty: 'certain' },
  { text: 'i/o timeout', reason: 'timeout', ...either },
  { text: 'context deadline exceeded', reason: 'timeout', ...either },
  { text: 'operation was canceled', reason: 'canceled', ...either },
  { text: 'context canceled', reason: 'canceled', ...either },
  { text: 'unknown port', reason: 'invalid-name', ...either },
  // The server closed the TCP connection before it answered.
  { text: 'unexpected EOF', reason: 'bad-response', ...onlyGo },
  { text: 'EOF', reason: 'bad-response', ...onlyGo },
];

/** gai_strerror's words: the text names the libc. */
const LIBC_TEXTS: readonly ErrorText[] = GETADDRINFO_TEXTS.map(({ text, libc, reason, goUntil }) => ({
  text,
  reason,
  resolver: libc ? (`cgo-${libc}` as const) : 'cgo',
  certainty: libc ? 'certain' : 'high',
  ...(goUntil !== undefined && { goVersion: range(undefined, goUntil) }),
}));

/** EAI_SYSTEM: Go prints the errno. glibc keeps it for nothing but EMFILE; Go substitutes EMFILE where it is lost. */
const ERRNO_TEXTS: readonly ErrorText[] = Object.entries(ERRNO_REASONS).map(([text, reason]) => ({
  text,
  reason,
  resolver: text === 'too many open files' ? 'cgo' : 'cgo-musl',
  certainty: 'high',
}));

/** Every Err text, longest first, so that one which begins like another is tried before it. */
export const ERROR_TEXTS: readonly ErrorText[] = [...GO_TEXTS, ...LIBC_TEXTS, ...ERRNO_TEXTS].sort(
  (a, b) => b.text.length - a.text.length,
);
