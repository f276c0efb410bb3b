/** Who looked the name up. `cgo` is getaddrinfo of a libc that the evidence does not name. */
export type Resolver = 'go' | 'cgo' | 'cgo-glibc' | 'cgo-musl' | 'unknown';

/** How sure the evidence makes us of the resolver. */
export type Certainty = 'certain' | 'high' | 'medium' | 'none';

/** Why a lookup failed, in the words of docs/reasons.md. */
export const REASONS = [
  'not-found',
  'timeout',
  'server-failure',
  'refused-connection',
  'unreachable',
  'not-permitted',
  'source-ports-exhausted',
  'file-descriptors-exhausted',
  'no-buffer-space',
  'truncated',
  'bad-response',
  'lame-referral',
  'try-again',
  'canceled',
  'invalid-name',
  'address-family',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];
