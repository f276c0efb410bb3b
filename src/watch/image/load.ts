import { ElfError } from '../../elf/elf-error.ts';
import type { Dynamic, ElfFile } from '../../elf/elf-file.ts';
import type { ReadBytes } from '../../elf/read-bytes.ts';
import { definedSymbols, readElf } from '../../elf/read-elf.ts';
import { type LoaderRules, type Searcher, withOrigin } from '../../image/loader-rules.ts';
import { followWithin } from '../../lookup/path-within.ts';
import { FileError } from './file-error.ts';
import { openWithin } from './open-binary.ts';

/** A program, a library or a loader, with what symbols are looked up in. */
export interface Loaded extends Searcher {
  /** How people know it: its path as in the image, or `the program`. */
  label: string;
  /** What DT_NEEDED may call it. */
  names: Set<string>;
  needed: readonly string[];
  dynamic?: Dynamic;
  /** Absent: not read, as that of the program; of a library that may not be read nothing is known. */
  symbols?: ReadonlySet<string>;
}

export interface Loading {
  root: string;
  rules: LoaderRules;
  arch: string;
  loader: Loaded;
  /** In the order of loading: program, loader, preloaded, then all that they need. */
  objects: Loaded[];
}

interface Missing {
  soname: string;
  neededBy: string;
}

/** Chromium has some 200. */
const MAX_OBJECTS = 512;
const MAX_MISSING = 100;
/** Names that are looked for, each in all directories. */
const MAX_LOOKUPS = 2 * MAX_OBJECTS;
/** All that is read of one image's libraries: a libc with a dozen libraries takes 2 MiB, and becomes names in memory. */
const MAX_READ_BYTES = 16 << 20;

/**
 * Loads all that is needed, breadth first as both loaders do, into `objects`.
 *
 * @returns what is nowhere
 */
export async function loadNeeded(loading: Loading): Promise<Missing[]> {
  const { objects, rules } = loading;
  const missing = new Map<string, Missing>();
  const files = new Map<string, Loaded>();
  const named = new Set(rules.bySoname ? objects.flatMap(({ names }) => [...names]) : []);
  const budget = { left: MAX_READ_BYTES };
  const directories = new Map<string, string | undefined>();
  const place = (path: string) => inDirectory(loading.root, path, directories);
  let lookups = 0;
  // Grows while it is walked.
  for (const object of objects) {
    for (const name of object.needed) {
      if (rules.isItself(name) || named.has(name) || missing.has(name)) continue;
      const isFull = objects.length >= MAX_OBJECTS || missing.size >= MAX_MISSING;
      if (isFull || ++lookups > MAX_LOOKUPS) return [...missing.values()];
      const found = await find(loading, name, object, { files, budget, place });
      if (found === undefined) {
        missing.set(name, { soname: name, neededBy: object.label });
        continue;
      }
      if (!objects.includes(found)) objects.push(found);
      for (const each of [name, ...(rules.bySoname ? found.names : [])]) named.add(each);
      found.names.add(name);
    }
  }
  return [...missing.values()];
}

/** What one search leaves for the next. */
interface Search {
  /** By device and inode. */
  files: Map<string, Loaded>;
  budget: { left: number };
  place: (path: string) => string | undefined;
}

/** A path whose directory's links are followed, once for all that is looked for there; absent: they lead nowhere. */
function inDirectory(root: string, path: string, known: Map<string, string | undefined>): string | undefined {
  const slash = path.lastIndexOf('/');
  const directory = path.slice(0, slash);
  if (!known.has(directory)) known.set(directory, followWithin(root, directory));
  const inside = known.get(directory);
  return inside === undefined ? undefined : `${inside}${path.slice(slash)}`;
}

async function find(
  { root, rules, arch, loader }: Loading,
  name: string,
  parent: Loaded,
  { files, budget, place }: Search,
): Promise<Loaded | undefined> {
  for (const path of new Set(pathsOf(rules, name, parent))) {
    const inside = place(path);
    if (inside === undefined) continue;
    try {
      await using file = await openWithin(root, inside);
      const known = files.get(file.id);
      if (known) return known;
      const read = within(file.read, budget);
      const elf = await readElf(read);
      if (elf.arch !== arch) {
        if (rules.passesOver) continue;
        return undefined;
      }
      const library = { ...(await libraryOf(read, elf, file.path, name)), parent };
      const object = rules.isAnotherItself(library.symbols) ? loader : library;
      files.set(file.id, object);
      return object;
    } catch (error) {
      const unread = { label: path, names: new Set([name]), needed: [], runpath: [], parent };
      if (error instanceof ElfError) return budget.left < 0 ? unread : undefined;
      if (!(error instanceof FileError)) throw error;
      // The application may be another user.
      if (error.code === 'denied') return unread;
      if (error.code !== 'missing') return undefined;
    }
  }
  return undefined;
}

/** ld.so(8): what has a slash is a path and not looked for. */
function pathsOf(rules: LoaderRules, name: string, parent: Loaded): string[] {
  if (!name.includes('/')) return name === '' ? [] : rules.candidates(name, parent);
  const path = withOrigin(name, parent.origin);
  return path?.startsWith('/') ? [path] : [];
}

/** @param name that it was asked for by */
export async function libraryOf(
  read: ReadBytes,
  elf: ElfFile,
  path: string,
  name: string,
): Promise<Loaded & { symbols: ReadonlySet<string> }> {
  const { dynamic } = elf;
  return {
    label: path,
    names: new Set([name, ...(dynamic?.soname !== undefined ? [dynamic.soname] : [])]),
    origin: path.slice(0, path.lastIndexOf('/')) || '/',
    needed: dynamic?.needed ?? [],
    runpath: dynamic?.runpath ?? [],
    ...(dynamic?.isRpath && { isRpath: true }),
    ...(dynamic && { dynamic }),
    symbols: await definedSymbols(read, elf),
  };
}

function within(read: ReadBytes, budget: { left: number }): ReadBytes {
  return async (position, length) => {
    const bytes = await read(position, length);
    budget.left -= bytes.length;
    if (budget.left < 0) throw new ElfError('the libraries of this image are too large to be read');
    return bytes;
  };
}
