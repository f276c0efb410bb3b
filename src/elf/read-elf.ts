import { readDynamic } from './dynamic.ts';
import { ElfError } from './elf-error.ts';
import type { ElfFile, Section } from './elf-file.ts';
import type { ElfHeader } from './header.ts';
import { readHeader, readPrograms, readSections } from './headers.ts';
import { archOf } from './machines.ts';
import { type ProgramHeader, PT_INTERP } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';
import { stringsOf } from './strings.ts';

export { definedSymbols } from './dynamic.ts';

const PATH_MAX = 4096;
/** Names of sections are a dozen characters. */
const MAX_SECTION_NAMES = 1 << 18;

/**
 * Reads what the headers of an ELF program or library tell, and what it asks of the loader. An ElfError where it is no
 * ELF file, or one that neither kernel nor ld.so can run. Reads some kilobytes of a program, never more than 32 MiB.
 */
export async function readElf(read: ReadBytes): Promise<ElfFile> {
  const header = await readHeader(read);
  const programs = await readPrograms(read, header);
  if (programs.length < header.programs.count) throw new ElfError('cut off within its program headers');
  const interpreter = await readInterpreter(read, programs);
  const dynamic = await readDynamic(read, { ...header, programs });
  const { bits, littleEndian, machine, type } = header;
  return {
    ...{ bits, littleEndian, machine, type, arch: archOf(header), programs },
    sections: await readNamedSections(read, header),
    ...(interpreter !== undefined && { interpreter }),
    ...(dynamic && { dynamic }),
  };
}

/** fs/binfmt_elf.c, load_elf_binary: the first counts, and the kernel runs no file where it has no end. */
async function readInterpreter(read: ReadBytes, programs: ProgramHeader[]): Promise<string | undefined> {
  const segment = programs.find(({ type }) => type === PT_INTERP);
  if (segment === undefined) return undefined;
  const { offset, fileSize } = segment;
  const bytes = fileSize > PATH_MAX || fileSize < 2 ? new Uint8Array() : await read(offset, fileSize);
  if (bytes.length < fileSize || bytes.at(-1) !== 0)
    throw new ElfError('a name of a loader that does not end');
  return stringsOf(bytes, PATH_MAX)(0);
}

/** A file runs without sections: where they cannot be read there are none. */
async function readNamedSections(read: ReadBytes, header: ElfHeader): Promise<Section[]> {
  try {
    const { sections, names } = await readSections(read, header);
    const nameAt = stringsOf(names, MAX_SECTION_NAMES);
    return sections.map(({ nameAt: at, type, address, offset, size }) => {
      return { name: nameAt(at), type, address, offset, size };
    });
  } catch (error) {
    if (error instanceof ElfError) return [];
    throw error;
  }
}
