import type { Encoding } from './fields.ts';
import type { ProgramHeader } from './program-headers.ts';

/** What the headers of an ELF file tell: elf(5). Offsets and sizes are in bytes of the file. */
export interface ElfFile extends Encoding {
  /** e_machine. */
  machine: number;
  /** GOARCH: `amd64`, `arm64`; or the number of e_machine. */
  arch: string;
  /** e_type: ET_EXEC is 2, ET_DYN is 3. */
  type: number;
  programs: readonly ProgramHeader[];
  /** Empty where there are none, or none that can be read: a file runs without. */
  sections: readonly Section[];
  /** PT_INTERP. */
  interpreter?: string;
  /** Absent where nothing is linked at run time. */
  dynamic?: Dynamic;
}

/** A part of the file that has a name: struct Elf64_Shdr. */
export interface Section {
  name: string;
  /** SHT_NOBITS is 8: no bytes in the file. */
  type: number;
  address: number;
  offset: number;
  size: number;
}

/** What PT_DYNAMIC asks of the loader. */
export interface Dynamic {
  /** DT_NEEDED, in its order. */
  needed: readonly string[];
  /** DT_RUNPATH or DT_RPATH, split. */
  runpath: readonly string[];
  /** It is DT_RPATH: glibc looks there for what the libraries need, too. */
  isRpath?: true;
  soname?: string;
  versionsNeeded: readonly { library: string; versions: readonly string[] }[];
  versionsDefined: readonly string[];
  /** Undefined symbols that are not weak. */
  imports: readonly { name: string; version?: string; library?: string }[];
}
