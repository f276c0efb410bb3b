/** Writes ELF programs and libraries that are linked at run time: elf(5), LSB Core 10.7. */
import { type Encoding, elfFile, LOAD, R, writer } from './elf-writer.ts';

export interface Linked extends Encoding {
  type?: number;
  machine?: number;
  interpreter?: string;
  needed?: readonly string[];
  soname?: string;
  rpath?: string;
  runpath?: string;
  /** Of .dynsym, beside the first, which is none. Defined ones come last, as DT_GNU_HASH wants them. */
  symbols?: readonly LinkedSymbol[];
  /** DT_VERNEED. */
  needs?: readonly { library: string; versions: readonly string[]; weak?: boolean }[];
  /** DT_VERDEF; the first is the library itself. */
  defines?: readonly string[];
  /** What tells the number of symbols; `none`: only where the next table is. */
  count?: 'hash' | 'gnu-hash' | 'none';
  /** Sections by name, without use. */
  sections?: readonly string[];
}

export interface LinkedSymbol {
  name: string;
  defined?: boolean;
  /** STB_LOCAL is 0, STB_GLOBAL 1, STB_WEAK 2, STB_GNU_UNIQUE 10. */
  binding?: number;
  /** One of `needs` or `defines`. */
  version?: string;
  /** The highest bit of its version is set. */
  hidden?: boolean;
}

const DYNAMIC = 2;
const INTERP = 3;
const EM_S390 = 22;

/** DT_ numbers of what is written. */
const DT = {
  ...{ needed: 1, hash: 4, strtab: 5, symtab: 6, strsz: 10, soname: 14, rpath: 15, runpath: 29, init: 12 },
  ...{ gnuHash: 0x6ffffef5, versym: 0x6ffffff0, verdef: 0x6ffffffc, verdefnum: 0x6ffffffd },
  ...{ verneed: 0x6ffffffe, verneednum: 0x6fffffff },
};

/** The file. Addresses are the same as offsets. */
export function linkedFile(linked: Linked): Uint8Array {
  const { bits, littleEndian, interpreter, sections, type = 3, machine = 62 } = linked;
  const encoding = { bits, littleEndian };
  const count = interpreter === undefined ? 2 : 3;
  const start = bits === 64 ? 64 + 56 * count : 52 + 32 * count;
  const base = Math.ceil(start / 16) * 16;
  const { bytes, dynamic } = tablesOf(linked, encoding, base);
  return elfFile({
    ...encoding,
    type,
    machine,
    segments: [
      { type: LOAD, flags: R, content: bytes },
      { type: DYNAMIC, flags: R, content: bytes.subarray(dynamic), within: base + dynamic },
      ...(interpreter === undefined ? [] : [{ type: INTERP, content: Buffer.from(`${interpreter}\0`) }]),
    ],
    ...(sections && { sections }),
  });
}

/** All tables one after another, and where among them the dynamic section begins. */
function tablesOf(linked: Linked, encoding: Encoding, base: number) {
  const { needed = [], soname, rpath, runpath, symbols = [], needs = [], defines = [] } = linked;
  const names = nameTable();
  const bytes: number[] = [];
  const entries: [number, number][] = needed.map((name) => [DT.needed, names.at(name)]);
  if (soname !== undefined) entries.push([DT.soname, names.at(soname)]);
  if (rpath !== undefined) entries.push([DT.rpath, names.at(rpath)]);
  if (runpath !== undefined) entries.push([DT.runpath, names.at(runpath)]);
  const table = (tag: number, content: readonly number[]) => {
    while (bytes.length % 8 > 0) bytes.push(0);
    entries.push([tag, base + bytes.length]);
    bytes.push(...content);
  };
  const hasVersions = needs.length > 0 || defines.length > 0;
  const indices = versionIndices(linked);
  const all = [...symbols].sort((a, b) => Number(a.defined ?? false) - Number(b.defined ?? false));
  table(DT.symtab, symbolTable(all, names, encoding));
  if (hasVersions) {
    const { half, bytes: versions } = writer(encoding);
    half(0, ...all.map(({ version = '', hidden }) => (indices.get(version) ?? 1) | (hidden ? 0x8000 : 0)));
    table(DT.versym, versions);
  }
  const [verneed, verdef] = [versionNeeds(linked, indices, names), versionDefinitions(linked, names)];
  table(DT.strtab, names.bytes());
  entries.push([DT.strsz, names.bytes().length]);
  if (needs.length > 0) {
    table(DT.verneed, verneed);
    entries.push([DT.verneednum, needs.length]);
  }
  if (defines.length > 0) {
    table(DT.verdef, verdef);
    entries.push([DT.verdefnum, defines.length]);
  }
  if (linked.count === 'gnu-hash') table(DT.gnuHash, gnuHash(all, encoding));
  else if (linked.count !== 'none') table(DT.hash, hash(all.length + 1, linked));
  while (bytes.length % 8 > 0) bytes.push(0);
  const dynamic = bytes.length;
  const { bytes: section, wide } = writer(encoding);
  // A table before the symbols; what is of no tag, but looks so by its lower half; the end, and what is behind it.
  entries.push([DT.init, 16]);
  if (encoding.bits === 64) entries.push([2 ** 32 + DT.needed, 0]);
  for (const entry of [...entries, [0, 0], [DT.needed, 0]]) wide(...entry);
  bytes.push(...section);
  return { bytes: Uint8Array.from(bytes), dynamic };
}

function nameTable() {
  let text = '\0';
  const places = new Map<string, number>();
  return {
    at(name: string): number {
      const at = places.get(name) ?? text.length;
      if (!places.has(name)) text += `${name}\0`;
      places.set(name, at);
      return at;
    },
    bytes: () => [...Buffer.from(text, 'latin1')],
  };
}
type NameTable = ReturnType<typeof nameTable>;

/** 1 is of symbols without a version, and of the library itself. */
function versionIndices({ needs = [], defines = [] }: Linked): Map<string, number> {
  const versions = [...defines, ...needs.flatMap((need) => need.versions)];
  return new Map(versions.map((version, index) => [version, index + (defines.length > 0 ? 1 : 2)]));
}

function symbolTable(symbols: readonly LinkedSymbol[], names: NameTable, encoding: Encoding): number[] {
  const { bytes, half, word, wide } = writer(encoding);
  for (const { name, defined = false, binding = 1 } of [{ name: '', binding: 0 }, ...symbols]) {
    word(name === '' ? 0 : names.at(name));
    if (encoding.bits === 32) wide(0, 0);
    bytes.push(binding << 4, 0);
    half(defined ? 7 : 0);
    if (encoding.bits === 64) wide(0, 0);
  }
  return bytes;
}

function versionNeeds(linked: Linked, indices: Map<string, number>, names: NameTable): number[] {
  const { bytes, half, word } = writer(linked);
  linked.needs?.forEach(({ library, versions, weak = false }, index, all) => {
    half(1, versions.length);
    word(names.at(library), 16, index === all.length - 1 ? 0 : 16 + 16 * versions.length);
    versions.forEach((version, at) => {
      word(0);
      half(weak ? 2 : 0, indices.get(version) ?? 0);
      word(names.at(version), at === versions.length - 1 ? 0 : 16);
    });
  });
  return bytes;
}

function versionDefinitions(linked: Linked, names: NameTable): number[] {
  const { bytes, half, word } = writer(linked);
  linked.defines?.forEach((version, index, all) => {
    half(1, index === 0 ? 1 : 0, index + 1, 1);
    word(0, 20, index === all.length - 1 ? 0 : 28, names.at(version), 0);
  });
  return bytes;
}

/** One bucket and the chains, which nobody follows. */
function hash(symbols: number, { bits, littleEndian, machine }: Linked): number[] {
  const { bytes, word, wide } = writer({ bits, littleEndian });
  const number = machine === EM_S390 && bits === 64 ? wide : word;
  number(1, symbols, 0, ...new Array<number>(symbols).fill(0));
  return bytes;
}

/** One bucket, whose chain has all that is defined; where nothing is, as GNU ld writes it. */
function gnuHash(symbols: readonly LinkedSymbol[], encoding: Encoding): number[] {
  const { bytes, word, wide } = writer(encoding);
  const defined = symbols.filter((symbol) => symbol.defined).length;
  const first = defined === 0 ? 1 : symbols.length + 1 - defined;
  word(1, first, 1, 0);
  wide(0);
  word(
    defined === 0 ? 0 : first,
    ...Array.from({ length: defined }, (_, at) => (at === defined - 1 ? 3 : 2)),
  );
  return bytes;
}
