import { ElfError } from './elf-error.ts';

/** Of which width and byte order a file's numbers are. */
export interface Encoding {
  bits: 32 | 64;
  littleEndian: boolean;
}

/** The numbers of an ELF file by their place; a place outside of the bytes is an ElfError. */
export interface Fields {
  /** Elf64_Half. */
  half(at: number): number;
  /** Elf64_Word. */
  word(at: number): number;
  /** Of the width of the file's class: Elf32_Off or Elf64_Off, and what counts bytes. */
  offset(at: number): number;
}

/** No file is as long, no address of a program as high, and sums of a few such numbers are exact. */
const MAX_OFFSET = 2 ** 51;

/** Reads numbers as an ELF file of this encoding holds them. Offsets that no file can have are an ElfError. */
export function fieldsOf(bytes: Uint8Array, { bits, littleEndian }: Encoding): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const within = (at: number, length: number) => {
    if (at + length > bytes.length) throw new ElfError(`ends at ${bytes.length}, within a number at ${at}`);
    return at;
  };
  const word = (at: number) => view.getUint32(within(at, 4), littleEndian);
  return {
    half: (at) => view.getUint16(within(at, 2), littleEndian),
    word,
    offset: (at) => {
      if (bits === 32) return word(at);
      const offset = view.getBigUint64(within(at, 8), littleEndian);
      if (offset > MAX_OFFSET) throw new ElfError(`offset ${offset} is in no file`);
      return Number(offset);
    },
  };
}
