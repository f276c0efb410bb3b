import type { Dynamic } from '../elf/elf-file.ts';

/** Versions without a number that ld.so must know, and the glibc that first does. */
const UNNUMBERED: Readonly<Record<string, string>> = {
  // NEWS of glibc 2.36: programs with packed relative relocations.
  GLIBC_ABI_DT_RELR: '2.36',
};

/** The newest glibc that a program asks for by versions of symbols: `2.34`; absent: it asks for none. */
export function glibcNeeded(versionsNeeded: Dynamic['versionsNeeded']): string | undefined {
  return versionsNeeded
    .flatMap(({ versions }) => versions.map(glibcOf))
    .filter((version) => version !== undefined)
    .sort(compareVersions)
    .at(-1);
}

/** The glibc that first has a version of symbols, `2.34`; absent: it is none that counts. */
export function glibcOf(version: string): string | undefined {
  return /^GLIBC_(\d+(?:\.\d+)*)$/.exec(version)?.[1] ?? UNNUMBERED[version];
}

/** Negative where the first is older; by number, part by part: 2.4 is before 2.34. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
