import type { Dynamic } from '../elf/elf-file.ts';
import { compareVersions } from './glibc-versions.ts';
import type { ImageFacts } from './image-facts.ts';
import { lfs64Alias } from './musl-symbols.ts';

/** A program or a library that is loaded, with what it asks of the others and has for them. */
export interface Linked {
  label: string;
  names: ReadonlySet<string>;
  dynamic?: Dynamic;
  symbols?: ReadonlySet<string>;
}

type MissingSymbol = ImageFacts['missingSymbols'][number];

const MAX_MISSING = 100;
/** musl, ldso/dynlink.c: names of large files are the loader's since then, symbols of their own before. */
const LFS64_SINCE = '1.2.4';

/**
 * What no loaded object has although one asks for it. musl's loader looks for names and stops; glibc's checks the
 * versions of all libraries first (elf/dl-version.c), and may look for a function when it is first called.
 *
 * @param objects the program first
 * @param version of the libc
 */
export function unresolved(
  objects: readonly Linked[],
  { libc, version = '0' }: { libc: 'glibc' | 'musl'; version?: string },
): MissingSymbol[] {
  const versions = libc === 'glibc' ? missingVersions(objects) : [];
  const [, ...libraries] = objects;
  // One that could not be read may have any.
  if (libraries.some(({ symbols }) => symbols === undefined)) return versions;
  const hasAliases = libc === 'musl' && compareVersions(version, LFS64_SINCE) >= 0;
  const there = new Set(libraries.flatMap(({ symbols }) => [...(symbols ?? [])]));
  const missing = new Map<string, MissingSymbol>(versions.map((each) => [each.symbol, each]));
  for (const { label, dynamic } of objects) {
    for (const { name, version: of, library } of dynamic?.imports ?? []) {
      if (missing.size >= MAX_MISSING) return [...missing.values()];
      if (missing.has(name) || (of !== undefined && missing.has(of))) continue;
      if (there.has(name) || (hasAliases && there.has(lfs64Alias(name) ?? name))) continue;
      missing.set(name, { symbol: name, ...(library !== undefined && { library }), neededBy: label });
    }
  }
  return [...missing.values()];
}

function missingVersions(objects: readonly Linked[]): MissingSymbol[] {
  const missing = new Map<string, MissingSymbol>();
  const definedIn = new Map<string, ReadonlySet<string>>();
  for (const { names, dynamic } of objects.toReversed()) {
    const defined = new Set(dynamic?.versionsDefined);
    for (const name of names) definedIn.set(name, defined);
  }
  for (const { label, dynamic } of objects) {
    for (const { library, versions } of dynamic?.versionsNeeded ?? []) {
      const defined = definedIn.get(library);
      // One without versions fits all; ld.so only says so.
      if (!defined || defined.size === 0) continue;
      for (const symbol of versions) {
        if (missing.size >= MAX_MISSING) return [...missing.values()];
        if (!defined.has(symbol)) missing.set(symbol, { symbol, library, neededBy: label });
      }
    }
  }
  return [...missing.values()];
}
