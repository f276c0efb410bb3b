import { ElfError } from './elf-error.ts';
import type { ElfHeader } from './header.ts';
import { readHeader, readPrograms, readSections } from './headers.ts';
import { holdsNote } from './holds-note.ts';
import { PF_W, PF_X, type ProgramHeader, PT_LOAD } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';
import { isNamed } from './section-headers.ts';

/** As much as debug/buildinfo of Go reads at once. Go's linker places it first, or behind what is relocated. */
const MAX_DATA_BYTES = 1 << 20;
/** What is held in memory at once. A multiple of MAGIC_ALIGN: then no magic is across two. */
const CHUNK = 1 << 16;

/** cmd/link/internal/ld/elf.go: ELF_NOTE_GO_NAME and ELF_NOTE_GOBUILDID_TAG. */
const GO_NOTE = { name: 'Go\0\0', type: 4 };
/** cmd/link/internal/ld/data.go, buildinfo: since Go 1.13. */
const GO_SECTION = '.go.buildinfo';
/** debug/buildinfo, buildInfoMagic and buildInfoAlign. */
const GO_MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const MAGIC_ALIGN = 16;

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
  return sections.some((section) => isNamed(section, GO_SECTION, names));
}

async function hasGoMagic(read: ReadBytes, programs: ProgramHeader[]): Promise<boolean> {
  let left = MAX_DATA_BYTES;
  for (const { type, flags, offset, fileSize } of programs) {
    if (type !== PT_LOAD || (flags & (PF_W | PF_X)) !== PF_W) continue;
    // What is aligned in memory is so in the file, for pages are: elf(5), p_align.
    for (let at = offset - (offset % MAGIC_ALIGN); ; at += CHUNK) {
      const length = Math.min(CHUNK, offset + fileSize - at, left);
      const bytes = length > 0 ? await read(at, length) : new Uint8Array();
      if (holdsMagic(bytes)) return true;
      left -= bytes.length;
      if (bytes.length < CHUNK) break;
    }
  }
  return false;
}

function holdsMagic(bytes: Uint8Array): boolean {
  const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = chunk.indexOf(GO_MAGIC); at >= 0; at = chunk.indexOf(GO_MAGIC, at + 1)) {
    if (at % MAGIC_ALIGN === 0) return true;
  }
  return false;
}
