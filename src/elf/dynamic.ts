import { type DynamicTags, parseDynamicTags } from './dynamic-tags.ts';
import { ElfError } from './elf-error.ts';
import type { Dynamic } from './elf-file.ts';
import { fieldsOf } from './fields.ts';
import type { ElfHeader } from './header.ts';
import { type Memory, memoryOf } from './memory.ts';
import { type ProgramHeader, PT_DYNAMIC } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';
import { type Strings, stringsOf } from './strings.ts';
import { countSymbols } from './symbol-count.ts';
import { parseVersionDefinitions, parseVersionNeeds, type VersionNeed } from './symbol-versions.ts';
import { parseSymbols, symbolBytes } from './symbols.ts';

/** Some hundred bytes are usual. */
const MAX_DYNAMIC_BYTES = 1 << 16;
const MAX_NEEDED = 1024;
/** libLLVM has 3 MB. */
const MAX_STRING_BYTES = 1 << 23;
/** libstdc++ has 3 kB. */
const MAX_VERSION_BYTES = 1 << 16;
/** A multiple of what a symbol and its version take. */
const CHUNK_SYMBOLS = 4096;
/** .gnu.version: the highest bit hides a version from the linker. */
const VERSION_INDEX = 0x7fff;

/** What of a file its dynamic section is read by. */
export type Loaded = Pick<ElfHeader, 'bits' | 'littleEndian' | 'machine'> & {
  programs: readonly ProgramHeader[];
};

/** The dynamic section, what it names and where. */
interface Tables {
  tags: DynamicTags;
  names: Strings;
  memory: Memory;
}

/**
 * Reads what a file asks of the loader; absent where it has no PT_DYNAMIC. All is found through the program headers, as
 * ld.so does. An ElfError where it is nonsense: ld.so would crash of it.
 */
export async function readDynamic(read: ReadBytes, file: Loaded): Promise<Dynamic | undefined> {
  const tables = await readTables(read, file);
  if (tables === undefined) return undefined;
  const { tags, names } = tables;
  const { soname, runpath, rpath } = tags.values;
  const search = runpath ?? rpath;
  const needs = await readVersionNeeds(tables, file);
  return {
    needed: tags.needed.map(names),
    runpath:
      search === undefined
        ? []
        : names(search)
            .split(':')
            .filter((directory) => directory !== ''),
    ...(runpath === undefined && rpath !== undefined && { isRpath: true as const }),
    ...(soname !== undefined && { soname: names(soname) }),
    versionsNeeded: byLibrary(needs),
    versionsDefined: await readVersionsDefined(tables, file),
    imports: await readImports(tables, needs, file),
  };
}

/** Names of the symbols that a library has for others. */
export async function definedSymbols(read: ReadBytes, file: Loaded): Promise<Set<string>> {
  const found = new Set<string>();
  const tables = await readTables(read, file);
  if (tables === undefined) return found;
  for await (const { defined, binding, nameAt } of readSymbols(tables, file)) {
    if (defined && binding !== 'local') found.add(tables.names(nameAt));
  }
  return found;
}

async function readTables(read: ReadBytes, file: Loaded): Promise<Tables | undefined> {
  // elf/rtld.c: the last counts.
  const segment = file.programs.findLast(({ type }) => type === PT_DYNAMIC);
  if (segment === undefined) return undefined;
  const memory = memoryOf(read, file.programs);
  const tags = parseDynamicTags(await memory.upTo(segment.address, MAX_DYNAMIC_BYTES), file);
  if (tags.needed.length > MAX_NEEDED) throw new ElfError(`${tags.needed.length} libraries needed`);
  const { strtab, strsz = 0 } = tags.values;
  const bytes =
    strtab === undefined ? new Uint8Array() : await memory.exactly(strtab, Math.min(strsz, MAX_STRING_BYTES));
  return { tags, names: stringsOf(bytes, 2 * MAX_STRING_BYTES), memory };
}

async function readVersionNeeds({ tags, names, memory }: Tables, file: Loaded): Promise<VersionNeed[]> {
  const { verneed, verneednum = 0 } = tags.values;
  if (verneed === undefined) return [];
  return parseVersionNeeds(await memory.upTo(verneed, MAX_VERSION_BYTES), verneednum, names, file);
}

async function readVersionsDefined({ tags, names, memory }: Tables, file: Loaded): Promise<string[]> {
  const { verdef, verdefnum = 0 } = tags.values;
  if (verdef === undefined) return [];
  return parseVersionDefinitions(await memory.upTo(verdef, MAX_VERSION_BYTES), verdefnum, names, file);
}

function byLibrary(needs: readonly VersionNeed[]): Dynamic['versionsNeeded'] {
  const libraries = Map.groupBy(
    needs.filter(({ weak }) => !weak),
    ({ library }) => library,
  );
  return [...libraries].map(([library, of]) => ({ library, versions: of.map(({ version }) => version) }));
}

async function readImports(tables: Tables, needs: VersionNeed[], file: Loaded): Promise<Dynamic['imports']> {
  const byIndex = new Map(needs.map((need) => [need.index & VERSION_INDEX, need]));
  const imports: { name: string; version?: string; library?: string }[] = [];
  for await (const { defined, binding, nameAt, version } of readSymbols(tables, file)) {
    if (defined || binding !== 'global') continue;
    const need = version === undefined ? undefined : byIndex.get(version);
    imports.push({
      name: tables.names(nameAt),
      ...(need && { version: need.version, library: need.library }),
    });
  }
  return imports;
}

/** All symbols, each with the index of its version; in pieces, for libraries have megabytes of them. */
async function* readSymbols({ tags, memory }: Tables, file: Loaded) {
  const { symtab, versym } = tags.values;
  const count = await countSymbols(memory, tags, file);
  for (let from = 0; symtab !== undefined && from < count; from += CHUNK_SYMBOLS) {
    const many = Math.min(CHUNK_SYMBOLS, count - from);
    const size = symbolBytes(file.bits);
    const symbols = parseSymbols(await memory.exactly(symtab + from * size, many * size), file);
    const versions =
      versym === undefined ? undefined : fieldsOf(await memory.exactly(versym + 2 * from, 2 * many), file);
    let at = 0;
    for (const symbol of symbols) {
      const version = versions && versions.half(at) & VERSION_INDEX;
      yield { ...symbol, ...(version !== undefined && { version }) };
      at += 2;
    }
  }
}
