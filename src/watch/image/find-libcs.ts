import { opendir } from 'node:fs/promises';
import { libcOfLoader, loadersOf } from '../../elf/machines.ts';
import type { ImageFacts, ImageLibc } from '../../image/image-facts.ts';
import { pathWithin } from '../../lookup/path-within.ts';
import { FileError } from './file-error.ts';
import { type Identity, identify } from './identify.ts';
import { openWithin } from './open-binary.ts';

/** Where distributions have libraries; the last is where people put glibc on Alpine (sgerrand/alpine-pkg-glibc). */
const DIRECTORIES = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/glibc-compat/lib'];
const LIBC = /^(?:libc\.so\.6|ld-musl-[\w-]{1,40}\.so\.1)$/;
/** Debian's: wiki.debian.org/Multiarch/Tuples. */
const TUPLE = /^[\w]{1,40}-linux-gnu\w{0,20}$/;
/** A /usr/lib of a desktop has some thousand. */
const MAX_ENTRIES = 20_000;
const MAX_FILES = 64;

interface Found {
  libcs: ImageLibc[];
  compat?: ImageFacts['compat'];
}

/**
 * All C libraries of a root, and whether one stands in for glibc.
 *
 * @param interpreter PT_INTERP of the binary, which may be a loader's of its own
 */
export async function findLibcs(root: string, arch: string, interpreter: string | undefined): Promise<Found> {
  const glibcLoaders = loadersOf(arch).glibc.filter((path) => path !== interpreter);
  if (interpreter !== undefined && libcOfLoader(interpreter) === 'glibc') glibcLoaders.unshift(interpreter);
  const libcs = new Map<string, ImageLibc>();
  let compat: Found['compat'];
  for (const path of [...(await candidates(root)), ...glibcLoaders]) {
    const found = await identifyAt(root, path);
    if (!found) continue;
    const { identity, file, id } = found;
    const isGlibcPlace = glibcLoaders.includes(path);
    if (identity.libc === 'gcompat') compat = 'gcompat';
    else if (identity.libc === 'musl' && isGlibcPlace) compat ??= 'libc6-compat';
    // ld.so is no libc: of glibc it is another file.
    if (identity.libc === 'gcompat' || isGlibcPlace) continue;
    libcs.set(id, { ...identity, libc: identity.libc, file });
  }
  return { libcs: [...libcs.values()], ...(compat && { compat }) };
}

async function identifyAt(
  root: string,
  path: string,
): Promise<{ identity: Identity; file: string; id: string } | undefined> {
  try {
    await using file = await openWithin(root, path);
    const identity = await identify(file);
    return identity && { identity, file: file.path, id: file.id };
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Files by whose names a libc goes, in the directories where they are. */
async function candidates(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const directory of DIRECTORIES) {
    for await (const name of namesIn(root, directory)) {
      if (LIBC.test(name)) files.push(`${directory}/${name}`);
      else if (TUPLE.test(name)) files.push(`${directory}/${name}/libc.so.6`);
    }
  }
  return files.slice(0, MAX_FILES);
}

async function* namesIn(root: string, directory: string): AsyncGenerator<string> {
  const path = pathWithin(root, directory);
  if (path === undefined) return;
  try {
    let left = MAX_ENTRIES;
    for await (const { name } of await opendir(path)) {
      if (left-- === 0) return;
      yield name;
    }
  } catch {
    // Not there, or not for us: then its libc is not known.
  }
}
