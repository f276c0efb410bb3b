/** Versions of glibc, as its symbols have them: `GLIBC_2.34`. */
import { compareVersions, glibcOf } from '../binary/glibc-needed.ts';

export { compareVersions };

/**
 * Those of these symbol versions that came with a later glibc than this one, each once, the newest first.
 *
 * @param version `2.36`
 */
export function glibcVersionsAfter(version: string, symbolVersions: readonly string[]): string[] {
  const later = symbolVersions.filter((each) => {
    const release = glibcOf(each);
    return release !== undefined && compareVersions(release, version) > 0;
  });
  return [...new Set(later)].sort((a, b) => compareVersions(glibcOf(b) ?? '', glibcOf(a) ?? ''));
}
