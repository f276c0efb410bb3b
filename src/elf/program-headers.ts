import { type Encoding, fieldsOf } from './fields.ts';
import { programHeaderBytes } from './header.ts';

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PF_X = 1;
export const PF_W = 2;

/** A part of the file that is for running it: elf(5), struct Elf64_Phdr. */
export interface ProgramHeader {
  type: number;
  flags: number;
  /** Of the file, in bytes, as `fileSize`. */
  offset: number;
  /** Where it is in memory, before relocation. */
  address: number;
  fileSize: number;
  align: number;
}

/** Parses the whole program headers that these bytes hold; an ElfError where one is in no file. */
export function parseProgramHeaders(bytes: Uint8Array, encoding: Encoding): ProgramHeader[] {
  const { word, offset } = fieldsOf(bytes, encoding);
  const size = programHeaderBytes(encoding.bits);
  // The flags come second in the one class, and last but one in the other.
  const places =
    encoding.bits === 64
      ? { flags: 4, offset: 8, address: 16, fileSize: 32, align: 48 }
      : { flags: 24, offset: 4, address: 8, fileSize: 16, align: 28 };
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const at = index * size;
    return {
      type: word(at),
      flags: word(at + places.flags),
      offset: offset(at + places.offset),
      address: offset(at + places.address),
      fileSize: offset(at + places.fileSize),
      align: offset(at + places.align),
    };
  });
}
