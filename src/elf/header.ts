import { ElfError } from './elf-error.ts';
import { type Encoding, fieldsOf } from './fields.ts';

/** Bytes of the longer of the two headers, Elf64_Ehdr: enough to parse either. */
export const HEADER_BYTES = 64;

/** What the header of an ELF file says: elf(5), struct Elf64_Ehdr. Offsets are in bytes of the file. */
export interface ElfHeader extends Encoding {
  /** e_type. */
  type: number;
  /** e_machine. */
  machine: number;
  programs: { offset: number; count: number };
}

/** What the header says of sections, which a file runs without. */
export interface SectionTable {
  /** 0: there are none. */
  offset: number;
  /** 0 with an offset: too many for the header, which `wholeSectionTable` tells. */
  count: number;
  /** Which section holds the names of all; SHN_XINDEX: `wholeSectionTable` tells. */
  names: number;
}

/** Where each class has its fields, and how large its headers are. */
const CLASSES = {
  32: { phoff: 28, shoff: 32, phentsize: 42, program: 32, section: 40 },
  64: { phoff: 32, shoff: 40, phentsize: 54, program: 56, section: 64 },
} as const;

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** Parses the first HEADER_BYTES of a file; an ElfError where they begin no ELF file that could run. */
export function parseHeader(bytes: Uint8Array): ElfHeader {
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) throw new ElfError('no ELF file');
  const encoding = encodingOf(bytes);
  const { phoff, phentsize, program } = CLASSES[encoding.bits];
  const { half, offset } = fieldsOf(bytes, encoding);
  // fs/binfmt_elf.c, load_elf_phdrs: the kernel runs no other.
  const size = half(phentsize);
  if (size !== program) throw new ElfError(`program headers of ${size} bytes, not ${program}`);
  // e_type and e_machine follow e_ident, in both classes.
  const [type, machine] = [half(16), half(18)];
  return { ...encoding, type, machine, programs: { offset: offset(phoff), count: half(phentsize + 2) } };
}

/** Parses the same bytes for what they say of sections; an ElfError where it is nonsense. */
export function parseSectionTable(bytes: Uint8Array, encoding: Encoding): SectionTable {
  const { shoff, phentsize, section } = CLASSES[encoding.bits];
  const { half, offset } = fieldsOf(bytes, encoding);
  // These follow e_phentsize and e_phnum: e_shentsize, e_shnum, e_shstrndx.
  const size = half(phentsize + 4);
  const table = { offset: offset(shoff), count: half(phentsize + 6), names: half(phentsize + 8) };
  if (table.offset !== 0 && size !== section) {
    throw new ElfError(`section headers of ${size} bytes, not ${section}`);
  }
  return table;
}

/** Bytes of one program header. */
export function programHeaderBytes(bits: Encoding['bits']): number {
  return CLASSES[bits].program;
}

/** Bytes of one section header. */
export function sectionHeaderBytes(bits: Encoding['bits']): number {
  return CLASSES[bits].section;
}

function encodingOf(bytes: Uint8Array): Encoding {
  // EI_CLASS and EI_DATA.
  const [width, order] = [bytes[4], bytes[5]];
  if (width !== 1 && width !== 2) throw new ElfError(`class ${width}`);
  if (order !== 1 && order !== 2) throw new ElfError(`byte order ${order}`);
  return { bits: width === 1 ? 32 : 64, littleEndian: order === 1 };
}
