import { ElfError } from './elf-error.ts';
import { type ProgramHeader, PT_LOAD } from './program-headers.ts';
import type { ReadBytes } from './read-bytes.ts';

/** The bytes of a file by the address that they will be at, as the kernel maps them. */
export interface Memory {
  /** An ElfError where the file has less there. */
  exactly(address: number, length: number): Promise<Uint8Array>;
  /** Less where the segment or the file ends; an ElfError where there is none. */
  upTo(address: number, length: number): Promise<Uint8Array>;
}

/** The memory that the PT_LOAD segments of a file make, of what is in the file. */
export function memoryOf(read: ReadBytes, programs: readonly ProgramHeader[]): Memory {
  const segments = programs.filter(({ type }) => type === PT_LOAD);
  async function upTo(address: number, length: number): Promise<Uint8Array> {
    const segment = segments.find((one) => address >= one.address && address - one.address < one.fileSize);
    if (segment === undefined)
      throw new ElfError(`nothing of the file is at address 0x${address.toString(16)}`);
    const into = address - segment.address;
    return read(segment.offset + into, Math.min(length, segment.fileSize - into));
  }
  return {
    upTo,
    async exactly(address, length) {
      const bytes = length === 0 ? new Uint8Array() : await upTo(address, length);
      if (bytes.length < length)
        throw new ElfError(`ends within the ${length} bytes at 0x${address.toString(16)}`);
      return bytes;
    },
  };
}
