import { isMuslItself } from './musl-symbols.ts';

/** Something that the loader loads, as far as where it looks for what that needs depends on it. */
export interface Searcher {
  /** Directory that it is in, which `$ORIGIN` stands for; absent: not known. */
  origin?: string;
  runpath: readonly string[];
  /** It is DT_RPATH. */
  isRpath?: true;
  /** What needs it; absent of the program. */
  parent?: Searcher;
}

/** How a loader finds libraries. */
export interface LoaderRules {
  /** Whether a name is the loader itself, whatever files there are. */
  isItself: (name: string) => boolean;
  /** Whether DT_SONAME of what is loaded, and PT_INTERP's, is a name for it too. */
  bySoname: boolean;
  /** Whether a library with these symbols is another copy of the libc, instead of which the loader stays. */
  isAnotherItself: (symbols: ReadonlySet<string>) => boolean;
  /** Paths to try for a DT_NEEDED name that has no slash, in order. */
  candidates: (name: string, searcher: Searcher) => string[];
  /** Whether a file of another processor is passed over; the search ends with it otherwise. */
  passesOver: boolean;
}

/** A search path has a few; each is one more look for each library. */
const MAX_DIRECTORIES = 32;

/**
 * glibc, elf/dl-load.c, _dl_map_object: DT_RUNPATH of what needs the library or, where it has none, DT_RPATH of that and
 * of all that led there; /etc/ld.so.cache; then what is compiled in. LD_LIBRARY_PATH is the environment's, and
 * glibc-hwcaps has other builds of what is there without.
 *
 * @param system directories that are compiled into this ld.so
 */
export function glibcRules(
  cache: ReadonlyMap<string, readonly string[]>,
  system: readonly string[],
): LoaderRules {
  return {
    isItself: () => false,
    bySoname: true,
    isAnotherItself: () => false,
    candidates: (name, searcher) => [
      ...within(hasRunpath(searcher) ? directoriesOf(searcher) : inherited(searcher, isRpath), name),
      ...(cache.get(name) ?? []),
      ...within(system, name),
    ],
    passesOver: true,
  };
}

/**
 * musl, ldso/dynlink.c, load_library: its own names, then DT_RUNPATH or DT_RPATH of what needs the library and of all
 * that led to that, then the system's path. It takes the first file that can be opened.
 *
 * @param loader PT_INTERP
 * @param systemPath text of /etc/ld-musl-ARCH.path; absent: there is none
 */
export function muslRules(loader: string, systemPath: string | undefined): LoaderRules {
  const system = (systemPath ?? '/lib:/usr/local/lib:/usr/lib').split(/[:\n]+/).filter(isAbsolute);
  return {
    isItself: (name) => isMuslItself(name) || name === loader,
    bySoname: false,
    // Both are libcs' alone, musl's and glibc's.
    isAnotherItself: (symbols) => symbols.has('__libc_start_main') && symbols.has('stdin'),
    candidates: (name, searcher) => within([...inherited(searcher, () => true), ...system], name),
    passesOver: false,
  };
}

/** Where musl's loader reads its path: beside the directory that it is in itself, `/usr` of `/usr/lib/ld.so`. */
export function muslPathFile(loader: string, name: string): string {
  const prefix = loader.startsWith('/') ? loader.split('/').slice(0, -2).join('/') : '';
  return `${prefix}/etc/ld-musl-${name}.path`;
}

const ORIGIN = /\$(?:ORIGIN(?![A-Za-z0-9_])|\{ORIGIN\})/g;

/** ld.so(8), "Dynamic string tokens": `$LIB` and `$PLATFORM` differ by machine, and are not followed. */
export function withOrigin(path: string, origin: string | undefined): string | undefined {
  if (path.replace(ORIGIN, '').includes('$')) return undefined;
  const isAsked = path.includes('$');
  return isAsked && origin === undefined ? undefined : path.replace(ORIGIN, () => origin ?? '');
}

/** Directories of what needs a library and of all that led to that, of those that count. */
function inherited(searcher: Searcher, counts: (searcher: Searcher) => boolean): string[] {
  const directories: string[] = [];
  let at: Searcher | undefined = searcher;
  // A hostile chain is as long as there are libraries.
  for (let depth = 0; at && depth < MAX_DIRECTORIES; depth++, at = at.parent) {
    if (counts(at)) directories.push(...directoriesOf(at));
  }
  return directories.slice(0, MAX_DIRECTORIES);
}

function hasRunpath({ runpath, isRpath }: Searcher): boolean {
  return runpath.length > 0 && !isRpath;
}

function isRpath({ isRpath }: Searcher): boolean {
  return isRpath === true;
}

function directoriesOf({ runpath, origin }: Searcher): string[] {
  const expanded = runpath.slice(0, MAX_DIRECTORIES).map((path) => withOrigin(path, origin) ?? '');
  return expanded.filter(isAbsolute);
}

/** A relative one is of the working directory, which an image does not tell. */
function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

function within(directories: readonly string[], name: string): string[] {
  return directories.map((directory) => `${directory}/${name}`);
}
