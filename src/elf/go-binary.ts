import { ElfError } from './elf-error.ts';
import { findBytes } from './find-bytes.ts';
import type { ElfHeader } from './header.ts';
import { readHeader, readPrograms, readSections } from './headers.ts';
import { holdsNote } from './holds-note.ts';
import { PF_W, PF_X, type ProgramHeader, PT_LOAD } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';
import { isNamed } from './section-headers.ts';

/** As much as debug/buildinfo of Go reads at once. Go's linker places it first, or behind what is relocated. */
const MAX_DATA_BYTES = 1 << 20;

/** cmd/link/internal/ld/elf.go: ELF_NOTE_GO_NAME and ELF_NOTE_GOBUILDID_TAG. */
const GO_NOTE = { name: 'Go\0\0', type: 4 };
/** What build information is found by, since Go 1.13: cmd/link/internal/ld, buildinfo; debug/buildinfo, buildInfoMagic. */
export const BUILD_INFO = { section: '.go.buildinfo', magic: '\xff Go buildinf:', align: 16 };

/**
 * Whether the file is an ELF program with Go in it, by any one of what Go's linker leaves there: a build id, build
 * information by the name of its section (`strip` keeps both), or by how it begins (nothing takes that away). False
 * for whatever is no ELF file that could run. Reads 2 MiB at most. Rejects only as `read` does.
 */
export async function isGoBinary(read: ReadBytes): Promise<boolean> {
  const header = await unlessBroken(undefined, () => readHeader(read));
  if (header === undefined) return false;
  const programs = await unlessBroken([], () => readPrograms(read, header));
  return (
    (await holdsNote(read, programs, header, GO_NOTE)) ||
    (await unlessBroken(false, () => hasGoSection(read, header))) ||
    hasGoMagic(read, programs)
  );
}

/** One broken part of a file says nothing of the others. */
async function unlessBroken<T, U>(otherwise: T, look: () => U | Promise<U>): Promise<T | U> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ElfError) return otherwise;
    throw error;
  }
}

async function hasGoSection(read: ReadBytes, header: ElfHeader): Promise<boolean> {
  const { sections, names } = await readSections(read, header);
  return sections.some((section) => isNamed(section, BUILD_INFO.section, names));
}

async function hasGoMagic(read: ReadBytes, programs: ProgramHeader[]): Promise<boolean> {
  const data = programs
    .filter(({ type, flags }) => type === PT_LOAD && (flags & (PF_W | PF_X)) === PF_W)
    .map(({ offset, fileSize }) => ({ offset, size: fileSize }));
  // What is aligned in memory is so in the file, for pages are: elf(5), p_align.
  const { magic, align } = BUILD_INFO;
  const found = await findBytes(read, data, [magic], { align, limit: MAX_DATA_BYTES }).next();
  return found.done === false;
}
