import { GETADDRINFO_TEXTS } from '../../libc/getaddrinfo-texts.ts';
import { MUSL_ERRNO_TEXTS } from '../../libc/musl-errno-texts.ts';
import type { Answer, Errno, Outcome } from '../model.ts';

/** What getaddrinfo of musl returns where it fails. */
export type Eai = 'EAI_AGAIN' | 'EAI_BADFLAGS' | 'EAI_FAIL' | 'EAI_NODATA' | 'EAI_NONAME' | 'EAI_SYSTEM';

/** A failed lookup, or one that kills the process. */
export type Failure = { eai: Eai; errno?: Errno } | { signal: 'SIGFPE' };

const OUTCOMES: Readonly<Record<Eai, Outcome>> = {
  EAI_AGAIN: 'try-again',
  EAI_BADFLAGS: 'failed',
  EAI_FAIL: 'failed',
  EAI_NODATA: 'no-data',
  EAI_NONAME: 'not-found',
  EAI_SYSTEM: 'system',
};

/** What the application sees of a failure: gai_strerror's text, or strerror's for EAI_SYSTEM. */
export function failed(failure: Failure): Answer {
  if ('signal' in failure) return { outcome: 'crash', error: failure.signal, addresses: [] };
  const { eai, errno } = failure;
  return { outcome: OUTCOMES[eai], error: errno ? strerror(errno) : gaiStrerror(eai), addresses: [] };
}

function gaiStrerror(eai: Eai): string {
  return (
    GETADDRINFO_TEXTS.find(({ code, libc }) => code === eai && libc !== 'glibc')?.text ?? 'Unknown error'
  );
}

function strerror(errno: Errno): string {
  return MUSL_ERRNO_TEXTS[errno] ?? 'No error information';
}
