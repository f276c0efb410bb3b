import type { ProcessesRecord, ResolverEnvironment } from '../../journal/process-record.ts';

/** Where names are looked up from. */
export interface Place {
  /** Where etc/ is: a container's root, as in `/proc/7/root`, or `/`. */
  root: string;
  /** What the application has set of the variables that decide; absent: it cannot be seen, and this process's count. */
  environment?: ResolverEnvironment;
}

/**
 * The application's own files and environment as far as they can be seen; a configured root goes before.
 *
 * @param isThere whether a directory can be entered, and at once: the application may have ended since it was seen, and to find no
 * resolv.conf under its root would be to ask 127.0.0.1 for it
 */
export async function placeOf(
  configured: string | undefined,
  { app }: ProcessesRecord,
  isThere: (directory: string) => Promise<boolean>,
): Promise<Place> {
  // From our network namespace another one's nameservers may not be reached, or be others.
  const near = app?.sameNetwork === false ? undefined : app;
  const own = near?.root !== undefined && (await isThere(near.root)) ? near.root : '/';
  return {
    root: configured ?? own,
    ...(near?.environment && { environment: near.environment }),
  };
}
