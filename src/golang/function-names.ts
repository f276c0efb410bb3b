import type { ElfFile } from '../elf/elf-file.ts';
import { type Extent, findBytes } from '../elf/find-bytes.ts';
import { PF_X, PT_LOAD } from '../elf/program-headers.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';
import { type Names, namesOfTable, TABLE_HEADER_BYTES, tableBeginnings } from './function-table.ts';

/** cmd/link/internal/ld, dodata: with the prefix in what is relocated. */
const SECTION = /^(?:\.data\.rel\.ro)?\.gopclntab$/;
const SHT_NOBITS = 8;
/** Of the table: the smallest of pointers. */
const ALIGN = 4;
/** Ten times the names that the largest of programs have; and what they have of constants, where files are embedded. */
const MAX_SEARCHED_BYTES = 1 << 27;
/** Of four bytes, others than a table's begin as it does. */
const MAX_PLACES = 256;

/**
 * Whether the program has a function of this name, also one that is inlined: `net._C2func_getaddrinfo`. The table of
 * names is for stack traces, so stripping leaves it. Undefined where there is none, or none that Go's linker writes.
 */
export async function holdsFunction(
  read: ReadBytes,
  elf: ElfFile,
  name: string,
): Promise<boolean | undefined> {
  const names = await findNames(read, elf);
  if (!names || names.size > MAX_SEARCHED_BYTES) return undefined;
  // Each is between two zeros, but for the first.
  if (await holds(read, names, `\0${name}\0`)) return true;
  const first = await read(names.offset, name.length + 1);
  if (Buffer.from(first).toString('latin1') === `${name}\0`) return true;
  // What is before one among other things may be a number that looks like the beginning of a longer name.
  const isUntold = names.scattered && (await holds(read, names, `${name}\0`));
  return isUntold || (await isCutOff(read, names)) ? undefined : false;
}

/** Whether the file ends within. */
async function isCutOff(read: ReadBytes, { offset, size }: Extent): Promise<boolean> {
  const last = await read(offset + size - 1, 1);
  return last.length === 0;
}

async function holds(read: ReadBytes, extent: Extent, wanted: string): Promise<boolean> {
  const found = await findBytes(read, [extent], [wanted], { limit: MAX_SEARCHED_BYTES }).next();
  return found.done === false;
}

async function findNames(read: ReadBytes, elf: ElfFile): Promise<Names | undefined> {
  const section = elf.sections.find(({ name, type }) => SECTION.test(name) && type !== SHT_NOBITS);
  const named = section && (await readNames(read, elf, section));
  if (named) return named;
  const loaded = elf.programs.filter(({ type }) => type === PT_LOAD);
  const data = loaded.filter(({ flags }) => (flags & PF_X) === 0);
  // Some linkers place constants with the code.
  const code = loaded.filter(({ flags }) => (flags & PF_X) !== 0);
  const extents = [...data, ...code].map(({ offset, fileSize }) => ({ offset, size: fileSize }));
  const options = { align: ALIGN, limit: MAX_SEARCHED_BYTES };
  let places = MAX_PLACES;
  for await (const at of findBytes(read, extents, tableBeginnings(elf), options)) {
    const extent = extents.find(({ offset, size }) => offset <= at && at < offset + size);
    const size = extent ? extent.offset + extent.size - at : 0;
    const names = await readNames(read, elf, { offset: at, size });
    if (names) return names;
    places -= 1;
    if (places === 0) return undefined;
  }
  return undefined;
}

async function readNames(read: ReadBytes, elf: ElfFile, table: Extent): Promise<Names | undefined> {
  const header = await read(table.offset, Math.min(TABLE_HEADER_BYTES, table.size));
  return namesOfTable(header, table, elf);
}
