import type { BinaryFacts } from '../binary/binary-facts.ts';
import { loadersOf } from '../elf/machines.ts';
import { BASE_IMAGES, type BaseImage } from './base-image-table.ts';
import type { BaseImageId } from './base-images.ts';
import { glibcVersionsAfter } from './glibc-versions.ts';
import { type ImageFacts, THE_PROGRAM } from './image-facts.ts';
import { isMuslItself, muslLacks } from './musl-symbols.ts';

/** Of Debian 12, which the rows name, and of Alpine since 3.20. */
const VERSIONS = { glibc: '2.36', musl: '1.2.5' } as const;

/**
 * A base image as one binary finds it, before anything is installed or copied there but the binary.
 *
 * @param glibc of the release, where it is known: `2.41`
 */
export function imageOf(id: BaseImageId, binary: BinaryFacts, glibc: string = VERSIONS.glibc): ImageFacts {
  const row = BASE_IMAGES[id];
  const { libc } = row;
  const version = libc === 'glibc' ? glibc : VERSIONS.musl;
  const loader = loaderOf(row, binary, version);
  return {
    ...(row.os !== undefined && { os: row.os }),
    libcs: libc ? [{ libc, version, file: libcFile(libc, binary.arch) }] : [],
    ...(row.compat && { compat: row.compat }),
    ...(loader && { loader }),
    missingLibraries: loader ? missingLibraries(row, binary) : [],
    missingSymbols: loader ? missingSymbols(row, binary, version) : [],
    files: row.files,
  };
}

/** Of images for ARM the first loader is what they have: Debian's armhf, and Alpine's armhf and armv7. */
function loaderOf(row: BaseImage, { arch, interpreter }: BinaryFacts, version: string): ImageFacts['loader'] {
  const { glibc, musl } = loadersOf(arch);
  const own = row.libc && { glibc, musl }[row.libc][0];
  if (!row.libc || interpreter === undefined || own === undefined) return undefined;
  const isThere = interpreter === own || (row.compat !== undefined && interpreter === glibc[0]);
  return isThere ? { leadsTo: interpreter, libc: row.libc, version, arch } : undefined;
}

function libcFile(libc: 'glibc' | 'musl', arch: string): string {
  return libc === 'glibc' ? 'libc.so.6' : (loadersOf(arch).musl[0] ?? 'libc.so');
}

function missingLibraries(row: BaseImage, { needed, interpreter }: BinaryFacts) {
  const isThere = (name: string) =>
    row.libraries.includes(name) ||
    interpreter?.endsWith(`/${name}`) ||
    (row.libc === 'musl' && isMuslItself(name));
  return needed.filter((name) => !isThere(name)).map((soname) => ({ soname, neededBy: THE_PROGRAM }));
}

function missingSymbols(row: BaseImage, { libc, imports, glibcNeeded }: BinaryFacts, version: string) {
  if (libc !== 'glibc') return [];
  if (row.libc === 'glibc') {
    const needed = [...imports.map((each) => each.version ?? ''), glibcNeeded ? `GLIBC_${glibcNeeded}` : ''];
    const newer = glibcVersionsAfter(version, needed);
    return newer.map((symbol) => ({ symbol, library: 'libc.so.6', neededBy: THE_PROGRAM }));
  }
  const lacking = imports.filter(({ name }) => muslLacks(name, row.compat !== undefined));
  return lacking.map(({ name, library }) => ({
    ...{ symbol: name, neededBy: THE_PROGRAM },
    ...(library !== undefined && { library }),
  }));
}
