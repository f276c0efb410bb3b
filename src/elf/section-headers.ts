import { type Encoding, fieldsOf } from './fields.ts';
import { type SectionTable, sectionHeaderBytes } from './header.ts';

/** elf(5): e_shstrndx has no room for the number. */
const SHN_XINDEX = 0xffff;

/** A part of the file that has a name: elf(5), struct Elf64_Shdr. */
export interface SectionHeader {
  /** Where its name begins in the section of names. */
  nameAt: number;
  type: number;
  /** Where it is in memory; 0: nowhere. */
  address: number;
  /** Of the file, in bytes, as `size`. */
  offset: number;
  size: number;
  link: number;
}

/** Parses the whole section headers that these bytes hold; an ElfError where one is in no file. */
export function parseSectionHeaders(bytes: Uint8Array, encoding: Encoding): SectionHeader[] {
  const { word, offset } = fieldsOf(bytes, encoding);
  const size = sectionHeaderBytes(encoding.bits);
  const places =
    encoding.bits === 64
      ? { address: 16, offset: 24, size: 32, link: 40 }
      : { address: 12, offset: 16, size: 20, link: 24 };
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, index) => {
    const at = index * size;
    return {
      nameAt: word(at),
      type: word(at + 4),
      address: offset(at + places.address),
      offset: offset(at + places.offset),
      size: offset(at + places.size),
      link: word(at + places.link),
    };
  });
}

/** The table of sections, with what the header had no room for from the section that is none: elf(5), e_shnum. */
export function wholeSectionTable(table: SectionTable, first: SectionHeader): SectionTable {
  return {
    offset: table.offset,
    count: table.count === 0 ? first.size : table.count,
    names: table.names === SHN_XINDEX ? first.link : table.names,
  };
}

/** Whether a section has this name; one whose name is outside of the names has none. */
export function isNamed(section: SectionHeader, name: string, names: Uint8Array): boolean {
  const bytes = [...Buffer.from(`${name}\0`, 'latin1')];
  return bytes.every((byte, index) => names[section.nameAt + index] === byte);
}
