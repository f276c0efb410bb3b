/** Versions of glibc, as its symbols have them: `GLIBC_2.34`. */

/** A release that no program names by number: DT_RELR, since 2.36 (glibc, elf/dl-version.c). */
const ABI_VERSIONS: Readonly<Record<string, string>> = { GLIBC_ABI_DT_RELR: '2.36' };

/**
 * Those of these symbol versions that came with a later glibc than this one, each once, the newest first.
 *
 * @param version `2.36`
 */
export function glibcVersionsAfter(version: string, symbolVersions: readonly string[]): string[] {
  const later = symbolVersions.filter((each) => {
    const release = releaseOf(each);
    return release !== undefined && compareVersions(release, version) > 0;
  });
  return [...new Set(later)].sort((a, b) => compareVersions(releaseOf(b) ?? '', releaseOf(a) ?? ''));
}

function releaseOf(symbolVersion: string): string | undefined {
  return /^GLIBC_(\d+(?:\.\d+)*)$/.exec(symbolVersion)?.[1] ?? ABI_VERSIONS[symbolVersion];
}

/** Negative where the first is older; by number, part by part: 2.4 is before 2.34. */
export function compareVersions(first: string, second: string): number {
  const [a, b] = [first.split('.').map(Number), second.split('.').map(Number)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
