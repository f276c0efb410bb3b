import { ElfError } from '../../elf/elf-error.ts';
import type { ElfFile } from '../../elf/elf-file.ts';
import { loadersOf } from '../../elf/machines.ts';
import { readElf } from '../../elf/read-elf.ts';
import type { ImageFacts } from '../../image/image-facts.ts';
import { FileError } from './file-error.ts';
import { type Identity, identify, systemDirectories } from './identify.ts';
import { type Loaded, libraryOf } from './load.ts';
import { type OpenFile, openWithin } from './open-binary.ts';

/** What is at PT_INTERP, and what loading libraries with it takes. */
export interface Loader {
  facts: NonNullable<ImageFacts['loader']>;
  /** Absent: it is no loader of a known libc for this processor, or lacks another. */
  runs?: Running;
  /** The loader that it hands over to, which is not there. */
  lacks?: string;
}

interface Running {
  libc: 'glibc' | 'musl';
  version?: string;
  object: Loaded;
  /** DT_NEEDED names of what it loads before all that the program needs. */
  preloaded: readonly string[];
  littleEndian: boolean;
  /** Directories compiled into glibc's. */
  system: readonly string[];
}

/** Reads what is at the path that a binary of this GOARCH asks to be loaded by; absent: nothing is. */
export async function readLoader(root: string, arch: string, path: string): Promise<Loader | undefined> {
  try {
    await using file = await openWithin(root, path.startsWith('/') ? path : `/${path}`);
    const elf = await readElf(file.read);
    const facts = { leadsTo: file.path, libc: 'unknown' as const, arch: elf.arch };
    const identity = (await identify(file)) ?? glibcByVersions(elf);
    if (identity === undefined || elf.arch !== arch) return { facts: { ...facts, ...libcOf(identity) } };
    const runs = await runningOf(root, { file, elf, path, identity });
    if (typeof runs === 'string') return { facts: { ...facts, ...libcOf(identity) }, lacks: runs };
    return { facts: { ...facts, ...libcOf(runs) }, runs };
  } catch (error) {
    if (error instanceof FileError && error.code === 'missing') return undefined;
    const isDenied = error instanceof FileError && error.code === 'denied';
    if (!(error instanceof FileError) && !(error instanceof ElfError)) throw error;
    return { facts: { leadsTo: path, libc: 'unknown', arch: isDenied ? arch : '' } };
  }
}

interface Read {
  file: OpenFile & { path: string };
  elf: ElfFile;
  path: string;
  identity: Identity;
}

/** @returns the path of what is not there, where one loader hands over to another */
async function runningOf(root: string, { file, elf, path, identity }: Read): Promise<Running | string> {
  const { libc } = identity;
  if (libc === 'gcompat') {
    // A program that runs musl's loader, and has it preload a library: gcompat, loader/loader.c.
    const [real = 'ld-musl'] = loadersOf(elf.arch).musl;
    const loader = real === path ? undefined : await readLoader(root, elf.arch, real);
    return loader?.runs ? { ...loader.runs, preloaded: ['libgcompat.so.0'] } : real;
  }
  const object = await libraryOf(file.read, elf, file.path, path.slice(path.lastIndexOf('/') + 1));
  const system = libc === 'glibc' ? await systemDirectories(file) : [];
  return { ...identity, libc, object, preloaded: [], littleEndian: elf.littleEndian, system };
}

function libcOf(of: { libc: Identity['libc']; version?: string } | undefined) {
  if (of === undefined) return {};
  const { libc, version } = of;
  return { libc: libc === 'gcompat' ? ('musl' as const) : libc, ...(version !== undefined && { version }) };
}

/** Before 2.33 ld.so does not say its release; GLIBC_PRIVATE is in glibc's own files alone. */
function glibcByVersions({ dynamic }: ElfFile): Identity | undefined {
  return dynamic?.versionsDefined.includes('GLIBC_PRIVATE') ? { libc: 'glibc' } : undefined;
}
