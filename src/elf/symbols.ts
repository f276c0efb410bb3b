import { type Encoding, fieldsOf } from './fields.ts';

/** An entry of .dynsym: elf(5), struct Elf64_Sym. */
export interface SymbolEntry {
  /** Where its name begins among the names. */
  nameAt: number;
  defined: boolean;
  /** STB_LOCAL is for nobody else, STB_WEAK may stay without definition; STB_GNU_UNIQUE is global. */
  binding: 'local' | 'global' | 'weak';
}

const BINDINGS = ['local', 'global', 'weak'] as const;
const SHN_UNDEF = 0;

/** Bytes of one symbol. */
export function symbolBytes(bits: Encoding['bits']): number {
  return bits === 64 ? 24 : 16;
}

/** Parses the whole symbols that these bytes hold. */
export function* parseSymbols(bytes: Uint8Array, encoding: Encoding): Generator<SymbolEntry> {
  const { half, word } = fieldsOf(bytes, encoding);
  const size = symbolBytes(encoding.bits);
  const places = encoding.bits === 64 ? { info: 4, section: 6 } : { info: 12, section: 14 };
  for (let at = 0; at + size <= bytes.length; at += size) {
    yield {
      nameAt: word(at),
      defined: half(at + places.section) !== SHN_UNDEF,
      binding: BINDINGS[(bytes[at + places.info] ?? 0) >> 4] ?? 'global',
    };
  }
}
