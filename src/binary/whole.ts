import { ElfError } from '../elf/elf-error.ts';
import { type ProgramHeader, PT_LOAD } from '../elf/program-headers.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';

/**
 * An ElfError where the file ends before what it loads does: cut off in a download or a copy, it would start, and end
 * with SIGBUS at the first page that is not there (mmap(2)).
 */
export async function checkWhole(read: ReadBytes, programs: readonly ProgramHeader[]): Promise<void> {
  const end = Math.max(0, ...programs.filter(({ type }) => type === PT_LOAD).map(endOf));
  if (end > 0 && (await read(end - 1, 1)).length === 0)
    throw new ElfError(`cut off: what it loads goes to byte ${end}, and the file does not`);
}

function endOf({ offset, fileSize }: ProgramHeader): number {
  return fileSize > 0 ? offset + fileSize : 0;
}
