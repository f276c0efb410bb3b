import { GETADDRINFO_TEXTS } from '../../libc/getaddrinfo-texts.ts';
import { GLIBC_ERRNO_TEXTS } from '../../libc/glibc-errno-texts.ts';
import type { Answer, Errno, Outcome } from '../model.ts';

/** What getaddrinfo of glibc returns where it fails. */
type Eai = 'EAI_AGAIN' | 'EAI_NODATA' | 'EAI_NONAME' | 'EAI_ADDRFAMILY' | 'EAI_SYSTEM';

/** A failed lookup; errno counts for EAI_SYSTEM. */
export interface Failure {
  eai: Eai;
  errno?: Errno;
}

const OUTCOMES: Readonly<Record<Eai, Outcome>> = {
  EAI_AGAIN: 'try-again',
  EAI_NODATA: 'no-data',
  EAI_NONAME: 'not-found',
  EAI_ADDRFAMILY: 'bad-family',
  EAI_SYSTEM: 'system',
};

/** What the application sees of a failure: gai_strerror's text, or strerror's for EAI_SYSTEM. */
export function failedAnswer({ eai, errno = '' }: Failure): Answer {
  const text = GETADDRINFO_TEXTS.find(({ code, libc }) => code === eai && libc !== 'musl')?.text;
  const error = eai === 'EAI_SYSTEM' ? (GLIBC_ERRNO_TEXTS[errno] ?? errno) : text;
  return { outcome: OUTCOMES[eai], error: error ?? 'Unknown error', addresses: [] };
}
