/** `[1, 2, 3]` for 1.2.3. */
export type Version = readonly number[];

/** Below 0 where `a` is older; parts that are not there count as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A row of a table of version-dependent behaviour: `since` inclusive, `until` exclusive. */
export interface Span {
  since?: Version;
  until?: Version;
}

/** Whether a version lies in a row's span. */
export function within(version: Version, { since, until }: Span): boolean {
  return (
    (since === undefined || compareVersions(version, since) >= 0) &&
    (until === undefined || compareVersions(version, until) < 0)
  );
}
