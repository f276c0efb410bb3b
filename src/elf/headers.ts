import { ElfError } from './elf-error.ts';
import {
  type ElfHeader,
  HEADER_BYTES,
  parseHeader,
  parseSectionTable,
  programHeaderBytes,
  sectionHeaderBytes,
} from './header.ts';
import { type ProgramHeader, parseProgramHeaders } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';
import { parseSectionHeaders, type SectionHeader, wholeSectionTable } from './section-headers.ts';

/** fs/binfmt_elf.c, load_elf_phdrs: the kernel runs no file with more of program headers. */
const MAX_PROGRAM_BYTES = 65_536;
// Of what follows, a program has a few dozen and some hundred bytes.
const MAX_SECTIONS = 4096;
const MAX_NAME_BYTES = 1 << 16;

/** The headers of sections and the names that they point into. */
export interface SectionTables {
  sections: readonly SectionHeader[];
  names: Uint8Array;
}

/** Reads the first header; an ElfError where the file is no ELF file that could run. */
export async function readHeader(read: ReadBytes): Promise<ElfHeader> {
  return parseHeader(await read(0, HEADER_BYTES));
}

/** Reads the program headers that are there; an ElfError where no kernel takes as many. */
export async function readPrograms(read: ReadBytes, header: ElfHeader): Promise<ProgramHeader[]> {
  const { offset, count } = header.programs;
  const length = count * programHeaderBytes(header.bits);
  if (length > MAX_PROGRAM_BYTES) throw new ElfError(`${count} program headers`);
  return parseProgramHeaders(await read(offset, length), header);
}

/** Reads the section headers that are there, none where there are none; an ElfError where they are nonsense. */
export async function readSections(read: ReadBytes, header: ElfHeader): Promise<SectionTables> {
  const size = sectionHeaderBytes(header.bits);
  const table = parseSectionTable(await read(0, HEADER_BYTES), header);
  const none = { sections: [], names: new Uint8Array() };
  if (table.offset === 0) return none;
  const [first] = parseSectionHeaders(await read(table.offset, size), header);
  if (first === undefined) return none;
  const { offset, count, names } = wholeSectionTable(table, first);
  if (count > MAX_SECTIONS) throw new ElfError(`${count} sections`);
  const sections = parseSectionHeaders(await read(offset, count * size), header);
  const named = sections[names];
  if (named === undefined) return none;
  return { sections, names: await read(named.offset, Math.min(named.size, MAX_NAME_BYTES)) };
}
