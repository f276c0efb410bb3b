import { ElfError } from './elf-error.ts';
import type { Encoding } from './fields.ts';
import { type Note, parseNotes } from './notes.ts';
import { type ProgramHeader, PT_NOTE } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';

/** A program has some kilobytes. */
const MAX_NOTE_BYTES = 1 << 17;

/** Whether a file has this note, in any of its PT_NOTE segments. What is broken of them holds none. */
export async function holdsNote(
  read: ReadBytes,
  programs: readonly ProgramHeader[],
  encoding: Encoding,
  wanted: Note,
): Promise<boolean> {
  let left = MAX_NOTE_BYTES;
  for (const { type, offset, fileSize, align } of programs) {
    if (type !== PT_NOTE) continue;
    const bytes = await read(offset, Math.min(fileSize, left));
    left -= bytes.length;
    if (isAmong(bytes, align, encoding, wanted)) return true;
  }
  return false;
}

function isAmong(bytes: Uint8Array, align: number, encoding: Encoding, wanted: Note): boolean {
  try {
    for (const { name, type } of parseNotes(bytes, align, encoding)) {
      if (name === wanted.name && type === wanted.type) return true;
    }
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
  }
  return false;
}
