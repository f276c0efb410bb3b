import { type Encoding, fieldsOf } from './fields.ts';

/** What PT_DYNAMIC may say of names: elf(5), elf/elf.h of glibc. */
const TAGS = [
  [4, 'hash'],
  [5, 'strtab'],
  [6, 'symtab'],
  [10, 'strsz'],
  [14, 'soname'],
  [15, 'rpath'],
  [29, 'runpath'],
  [0x6ffffef5, 'gnuHash'],
  [0x6ffffff0, 'versym'],
  [0x6ffffffc, 'verdef'],
  [0x6ffffffd, 'verdefnum'],
  [0x6ffffffe, 'verneed'],
  [0x6fffffff, 'verneednum'],
] as const;
type Tag = (typeof TAGS)[number][1];
const BY_NUMBER: ReadonlyMap<number, Tag> = new Map(TAGS);
const DT_NEEDED = 1;

/** Tags of other tables in memory: DT_RELA, DT_INIT, DT_FINI, DT_REL, DT_JMPREL, arrays of functions. */
const OTHER_TABLES = [7, 12, 13, 17, 23, 25, 26, 32];

/** The entries of PT_DYNAMIC that have to do with names. */
export interface DynamicTags {
  /** In their order: DT_NEEDED may be there many times; of the others the last counts, as in ld.so. */
  needed: readonly number[];
  values: Readonly<Partial<Record<Tag, number>>>;
  /** Addresses of all tables that it tells of, to see where one must end at the latest. */
  tables: readonly number[];
}

/** Parses the entries up to DT_NULL, or to where the bytes end; an ElfError where an address is in no file. */
export function parseDynamicTags(bytes: Uint8Array, encoding: Encoding): DynamicTags {
  const { word, offset } = fieldsOf(bytes, encoding);
  const width = encoding.bits / 8;
  const needed: number[] = [];
  const values: Partial<Record<Tag, number>> = {};
  const tables: number[] = [];
  for (let at = 0; at + 2 * width <= bytes.length; at += 2 * width) {
    const tag = tagAt(at);
    if (tag === 0) break;
    if (tag === undefined) continue;
    const name = BY_NUMBER.get(tag);
    if (tag === DT_NEEDED) needed.push(offset(at + width));
    else if (name) values[name] = offset(at + width);
    else if (OTHER_TABLES.includes(tag)) tables.push(offset(at + width));
  }
  const { hash, gnuHash, strtab, versym, verdef, verneed } = values;
  const named = [hash, gnuHash, strtab, versym, verdef, verneed].filter((table) => table !== undefined);
  return { needed, values, tables: [...tables, ...named] };

  /** Absent: of a processor or system that uses the upper half, which none of these do. */
  function tagAt(at: number): number | undefined {
    if (encoding.bits === 32) return word(at);
    const [low, high] = encoding.littleEndian ? [word(at), word(at + 4)] : [word(at + 4), word(at)];
    return high === 0 ? low : undefined;
  }
}
