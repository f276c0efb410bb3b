import { ElfError } from '../elf/elf-error.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import type { Linkage } from './binary-facts.ts';

const ET_EXEC = 2;
const ET_DYN = 3;

/** How a program is linked. An ElfError where the file is none: an object file, a core dump, a library. */
export function linkageOf({ type, interpreter, dynamic }: ElfFile): Linkage {
  if (type !== ET_EXEC && type !== ET_DYN) throw new ElfError(`no program, but an ELF file of type ${type}`);
  if (interpreter !== undefined) return type === ET_DYN ? 'pie' : 'dynamic';
  // Nobody would load them: a program of -static-pie has PT_DYNAMIC, but needs nothing.
  if (dynamic && dynamic.needed.length > 0) throw new ElfError('no program, but a shared library');
  return type === ET_DYN ? 'static-pie' : 'static';
}
