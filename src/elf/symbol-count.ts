import type { DynamicTags } from './dynamic-tags.ts';
import { ElfError } from './elf-error.ts';
import { type Encoding, fieldsOf } from './fields.ts';
import type { Memory } from './memory.ts';
import { symbolBytes } from './symbols.ts';

/** Libraries have less than a hundred thousand. */
const MAX_SYMBOLS = 1 << 18;
const EM_S390 = 22;
/** Hashes of a chain that are read at once. */
const CHAIN_PIECE = 1024;

/**
 * The number of symbols in .dynsym, which nothing says outright: by DT_HASH; else by the chains of DT_GNU_HASH; else by
 * where the next table begins. So it needs no section headers, and neither does ld.so.
 */
export async function countSymbols(
  memory: Memory,
  { values, tables }: DynamicTags,
  header: Encoding & { machine: number },
): Promise<number> {
  const { hash, gnuHash, symtab } = values;
  if (symtab === undefined) return 0;
  if (hash !== undefined) return checked(await countByHash(memory, hash, header));
  const hashed = gnuHash === undefined ? 0 : await countByGnuHash(memory, gnuHash, header);
  if (hashed > 0) return checked(hashed);
  const next = Math.min(...tables.filter((address) => address > symtab));
  return checked(Number.isFinite(next) ? Math.floor((next - symtab) / symbolBytes(header.bits)) : 0);
}

function checked(count: number): number {
  if (count > MAX_SYMBOLS) throw new ElfError(`${count} symbols`);
  return count;
}

/** nchain, the second number: of 4 bytes, but of 8 on s390x (ELF ABI s390x supplement, Elf64_Hashelt of glibc). */
async function countByHash(
  memory: Memory,
  address: number,
  header: Encoding & { machine: number },
): Promise<number> {
  const wide = header.machine === EM_S390 && header.bits === 64;
  const { word, offset } = fieldsOf(await memory.exactly(address, wide ? 16 : 8), header);
  return wide ? offset(8) : word(4);
}

/**
 * The last symbol of the chain that begins last: elf/dl-lookup.c of glibc. 0 where all chains are empty, as in a program
 * that defines nothing: the symbols it imports are in none.
 */
async function countByGnuHash(memory: Memory, address: number, encoding: Encoding): Promise<number> {
  const header = fieldsOf(await memory.exactly(address, 16), encoding);
  const [buckets, first, bloomWords] = [header.word(0), header.word(4), header.word(8)];
  const at = address + 16 + bloomWords * (encoding.bits / 8);
  const table = fieldsOf(await memory.exactly(at, 4 * checked(buckets)), encoding);
  let last = 0;
  for (let index = 0; index < buckets; index++) last = Math.max(last, table.word(4 * index));
  if (last < first || last === 0) return 0;
  // The lowest bit of a hash tells that it is the last of its chain.
  for (let link = last; ; link += CHAIN_PIECE) {
    const chain = await memory.upTo(at + 4 * buckets + 4 * (checked(link) - first), 4 * CHAIN_PIECE);
    const { word } = fieldsOf(chain, encoding);
    for (let index = 0; index < CHAIN_PIECE; index++) {
      if ((word(4 * index) & 1) !== 0) return link + index + 1;
    }
  }
}
