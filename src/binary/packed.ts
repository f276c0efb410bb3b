import type { ElfFile } from '../elf/elf-file.ts';
import { programHeaderBytes } from '../elf/header.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';

/** Bytes of Elf64_Ehdr and Elf32_Ehdr, behind which UPX writes program headers. */
const FILE_HEADER_BYTES = { 64: 64, 32: 52 } as const;
const MAGIC = 'UPX!';

/** Whether UPX packed a program: src/stub/src/include/linux.h of UPX, l_info, which follows the program headers. */
export async function isPackedByUpx(read: ReadBytes, { bits, programs }: ElfFile): Promise<boolean> {
  // l_magic is behind l_checksum, a word.
  const at = FILE_HEADER_BYTES[bits] + programs.length * programHeaderBytes(bits) + 4;
  const bytes = await read(at, MAGIC.length);
  return Buffer.from(bytes).toString('latin1') === MAGIC;
}
