import { ElfError } from './elf-error.ts';
import { type Encoding, fieldsOf } from './fields.ts';
import type { Strings } from './strings.ts';

/** A version of symbols that a library must have. */
export interface VersionNeed {
  /** DT_NEEDED name of the library. */
  library: string;
  /** `GLIBC_2.34`. */
  version: string;
  /** What .gnu.version says of a symbol that is of it. */
  index: number;
  /** VER_FLG_WEAK: ld.so goes on without it. */
  weak: boolean;
}

/** Of versions a program needs some dozens, and libc.so.6 defines about fifty. */
const MAX_VERSIONS = 4096;
const VER_FLG_WEAK = 2;

/**
 * Parses DT_VERNEED: records of libraries, each with its versions, linked by how far the next is.
 * Symbol Versioning, LSB Core 10.7.3; an ElfError where a link leads outside or there are too many.
 * @param count DT_VERNEEDNUM
 */
export function parseVersionNeeds(
  bytes: Uint8Array,
  count: number,
  names: Strings,
  encoding: Encoding,
): VersionNeed[] {
  const { half, word } = fieldsOf(bytes, encoding);
  const needs: VersionNeed[] = [];
  for (const record of linked(count, 0, (at) => word(at + 12))) {
    const library = names(word(record + 4));
    for (const at of linked(half(record + 2), record + word(record + 8), (here) => word(here + 12))) {
      if (needs.length === MAX_VERSIONS) throw new ElfError(`more than ${MAX_VERSIONS} versions`);
      const [flags, index, version] = [half(at + 4), half(at + 6), names(word(at + 8))];
      needs.push({ library, version, index, weak: (flags & VER_FLG_WEAK) !== 0 });
    }
  }
  return needs;
}

/** Parses DT_VERDEF for the names of the versions: LSB Core 10.7.2. @param count DT_VERDEFNUM */
export function parseVersionDefinitions(
  bytes: Uint8Array,
  count: number,
  names: Strings,
  encoding: Encoding,
): string[] {
  const { word } = fieldsOf(bytes, encoding);
  // The first of vd_aux is the version itself, the others what it follows.
  return [...linked(count, 0, (at) => word(at + 16))].map((at) => names(word(at + word(at + 12))));
}

/** Places of records, each of which says how many bytes further the next is; 0: it is the last. */
function* linked(count: number, first: number, next: (at: number) => number): Generator<number> {
  if (count > MAX_VERSIONS) throw new ElfError(`${count} records of versions`);
  for (let at = first, index = 0; index < count; index++) {
    yield at;
    const step = next(at);
    if (step === 0) return;
    at += step;
  }
}
