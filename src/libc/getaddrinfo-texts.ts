import type { Reason } from '../kinds.ts';

/** One text of gai_strerror, as a Go or C program prints it. */
export interface GetaddrinfoText {
  text: string;
  /** Which libc says so; absent: both use the same words. */
  libc?: 'glibc' | 'musl';
  code: string;
  reason: Reason;
  /**
   * Go has its own words for these codes since 1.21 (golang/go#57507, #57548): behind `lookup` the libc's own text
   * means Go 1.20 or older.
   */
  goUntil?: number;
}

const nothingFound = { reason: 'not-found', goUntil: 20 } as const;

/**
 * Source: gai_strerror.c of glibc (2.31 to 2.43) and gai_strerror.c of musl (1.2.2 to 1.2.6), measured.
 * musl's `Name has no usable address` exists since 1.2.4.
 */
export const GETADDRINFO_TEXTS: readonly GetaddrinfoText[] = [
  { text: 'Temporary failure in name resolution', libc: 'glibc', code: 'EAI_AGAIN', reason: 'try-again' },
  { text: 'Try again', libc: 'musl', code: 'EAI_AGAIN', reason: 'try-again' },
  { text: 'Name or service not known', libc: 'glibc', code: 'EAI_NONAME', ...nothingFound },
  { text: 'Name does not resolve', libc: 'musl', code: 'EAI_NONAME', ...nothingFound },
  { text: 'No address associated with hostname', libc: 'glibc', code: 'EAI_NODATA', ...nothingFound },
  { text: 'Name has no usable address', libc: 'musl', code: 'EAI_NODATA', ...nothingFound },
  {
    text: 'Non-recoverable failure in name resolution',
    libc: 'glibc',
    code: 'EAI_FAIL',
    reason: 'server-failure',
  },
  { text: 'Non-recoverable error', libc: 'musl', code: 'EAI_FAIL', reason: 'server-failure' },
  { text: 'Bad value for ai_flags', libc: 'glibc', code: 'EAI_BADFLAGS', reason: 'other' },
  { text: 'Invalid flags', libc: 'musl', code: 'EAI_BADFLAGS', reason: 'other' },
  { text: 'ai_family not supported', libc: 'glibc', code: 'EAI_FAMILY', reason: 'address-family' },
  {
    text: 'Unrecognized address family or invalid length',
    libc: 'musl',
    code: 'EAI_FAMILY',
    reason: 'address-family',
  },
  { text: 'ai_socktype not supported', libc: 'glibc', code: 'EAI_SOCKTYPE', reason: 'other' },
  { text: 'Unrecognized socket type', libc: 'musl', code: 'EAI_SOCKTYPE', reason: 'other' },
  { text: 'Servname not supported for ai_socktype', libc: 'glibc', code: 'EAI_SERVICE', reason: 'other' },
  { text: 'Unrecognized service', libc: 'musl', code: 'EAI_SERVICE', reason: 'other' },
  {
    text: 'Address family for hostname not supported',
    libc: 'glibc',
    code: 'EAI_ADDRFAMILY',
    reason: 'address-family',
  },
  { text: 'Memory allocation failure', libc: 'glibc', code: 'EAI_MEMORY', reason: 'no-buffer-space' },
  { text: 'Out of memory', libc: 'musl', code: 'EAI_MEMORY', reason: 'no-buffer-space' },
  { text: 'Result too large for supplied buffer', libc: 'glibc', code: 'EAI_OVERFLOW', reason: 'other' },
  { text: 'System error', code: 'EAI_SYSTEM', reason: 'other' },
  { text: 'Unknown error', code: 'EAI_…', reason: 'other' },
];
