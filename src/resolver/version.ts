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

/** A row of a table of what releases changed: it holds from its release on, until a later row says otherwise. */
export interface Change<Rules> {
  since: Version;
  rules: Partial<Rules>;
  /** Where it can be read: a file and function, a bug, a commit. */
  source: string;
}

/** The rules of a release: those of the oldest one, with all changes up to it in the order of the table. */
export function rulesAt<Rules extends object>(
  version: Version,
  oldest: Rules,
  changes: readonly Change<Rules>[],
): Rules {
  const rules = { ...oldest };
  for (const change of changes)
    if (compareVersions(version, change.since) >= 0) Object.assign(rules, change.rules);
  return rules;
}
