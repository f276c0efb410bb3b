import type { Errno, Surroundings } from '../model.ts';
import type { ResolvConf } from './resolv-conf.ts';
import type { Flag } from './resolv-conf-options.ts';
import type { GlibcRules } from './rules.ts';

/** h_errno of netdb.h. */
export type HostError = 'success' | 'not-found' | 'try-again' | 'no-recovery' | 'no-data' | 'internal';

/** How the two queries of a pair are sent; a process that had to fall back stays there (resolv/res_send.c, send_dg). */
export type Pairing = 'parallel' | 'single-request' | 'single-request-reopen';

/** What one process keeps from lookup to lookup. In truth a thread keeps it: other threads begin afresh. */
export interface ResolverState {
  fallback: Pairing;
  /** `rotate`: the next server to begin with; undefined before the first use. */
  rotation: number | undefined;
  /** Services whose library is loaded. */
  loaded: Set<string>;
}

/** One lookup under way, with the C library's two error variables, which outlive the calls that set them. */
export interface Context {
  rules: GlibcRules;
  conf: ResolvConf;
  state: ResolverState;
  around: Surroundings;
  /** Empty for 0. */
  errno: Errno;
  hostError: HostError;
}

/** Whether an option of resolv.conf is on. */
export function has({ conf }: Context, flag: Flag): boolean {
  return conf.flags.has(flag);
}
