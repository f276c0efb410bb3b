import type { BinaryFacts } from '../../binary/binary-facts.ts';
import type { Dynamic } from '../../elf/elf-file.ts';
import { loadersOf } from '../../elf/machines.ts';
import { type ImageFacts, THE_PROGRAM } from '../../image/image-facts.ts';
import { parseLdSoCache } from '../../image/ld-so-cache.ts';
import { glibcRules, type LoaderRules, muslPathFile, muslRules } from '../../image/loader-rules.ts';
import { unresolved } from '../../image/unresolved.ts';
import { textWithin } from '../../lookup/read-sources.ts';
import { type Loaded, loadNeeded } from './load.ts';
import type { Loader } from './read-loader.ts';

/**
 * What a loader would not find in a root of all that a binary needs.
 *
 * @param program path of the binary as in that root, for `$ORIGIN`; absent: not known
 */
export async function readLibraries(
  root: string,
  binary: BinaryFacts,
  { runs, lacks, facts }: Loader,
  program: string | undefined,
): Promise<Pick<ImageFacts, 'missingLibraries' | 'missingSymbols'>> {
  if (!runs) {
    const missing = lacks === undefined ? [] : [{ soname: lacks, neededBy: facts.leadsTo }];
    return { missingLibraries: missing, missingSymbols: [] };
  }
  const { object: loader, preloaded } = runs;
  const preloading = preloaded.map((name) => objectOf(name, { needed: [name], symbols: new Set() }));
  const objects = [programOf(binary, program), loader, ...preloading];
  const rules = runs.libc === 'musl' ? musl(root, binary) : glibc(root, runs);
  const missingLibraries = await loadNeeded({ root, rules, arch: binary.arch, loader, objects });
  // Of the symbols of a library that is not there nobody can say anything.
  const missingSymbols = missingLibraries.length > 0 ? [] : unresolved(objects, runs);
  return { missingLibraries, missingSymbols };
}

function objectOf(label: string, more: Partial<Loaded>): Loaded {
  return { label, names: new Set(), needed: [], runpath: [], ...more };
}

function programOf({ needed, runpath, isRpath, imports }: BinaryFacts, path: string | undefined): Loaded {
  const byLibrary = Map.groupBy(
    imports.filter(({ version, library }) => version !== undefined && library !== undefined),
    ({ library = '' }) => library,
  );
  const versionsNeeded = [...byLibrary].map(([library, of]) => ({
    library,
    versions: [...new Set(of.map(({ version = '' }) => version))],
  }));
  const dynamic: Dynamic = { needed, runpath, imports, versionsNeeded, versionsDefined: [] };
  const origin = path?.startsWith('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : undefined;
  return objectOf(THE_PROGRAM, {
    ...{ needed, runpath, dynamic },
    ...(isRpath && { isRpath }),
    ...(origin !== undefined && { origin }),
  });
}

function glibc(root: string, { littleEndian, system }: NonNullable<Loader['runs']>): LoaderRules {
  const cache = textWithin(root, '/etc/ld.so.cache');
  const bytes = cache.state === 'ok' ? Buffer.from(cache.text, 'latin1') : Buffer.alloc(0);
  return glibcRules(parseLdSoCache(bytes, littleEndian), system);
}

function musl(root: string, { arch, interpreter = '' }: BinaryFacts): LoaderRules {
  const names = loadersOf(arch).musl.map((path) => /ld-musl-(.+)\.so\.1$/.exec(path)?.[1] ?? '');
  const files = names.map((name) => textWithin(root, muslPathFile(interpreter, name)));
  const found = files.find(({ state }) => state !== 'absent');
  // One that may not be read is as an empty one: ldso/dynlink.c, load_library.
  return muslRules(interpreter, found && (found.state === 'ok' ? found.text : ''));
}
