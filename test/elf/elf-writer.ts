/** Writes ELF files of either class and byte order, and counts what is read of one: elf(5). */
import { isGoBinary } from '../../src/elf/go-binary.ts';
import type { ReadBytes } from '../../src/elf/read-bytes.ts';

export interface Encoding {
  bits: 32 | 64;
  littleEndian: boolean;
}

export const ENCODINGS: readonly Encoding[] = [
  { bits: 64, littleEndian: true },
  { bits: 64, littleEndian: false },
  { bits: 32, littleEndian: true },
  { bits: 32, littleEndian: false },
];

/** A program header and what it is of. */
export interface Segment {
  type: number;
  flags?: number;
  align?: number;
  content: Uint8Array;
  /** Where it is in what another segment holds; absent: it has a place of its own. */
  within?: number;
}

export interface Elf extends Encoding {
  /** e_type and e_machine; absent: a program for amd64. */
  type?: number;
  machine?: number;
  segments?: readonly Segment[];
  /** Names of sections beside the none and the one of names; without them the file has no section headers. */
  sections?: readonly string[];
  /** The header has no room for the number and the place of the names: section 0 holds both. */
  manySections?: boolean;
}

export const LOAD = 1;
export const NOTE = 4;
export const [X, W, R] = [1, 2, 4];
const SHN_XINDEX = 0xffff;

/** Numbers one after another: half, word, or of the width of the class. */
export function writer({ bits, littleEndian }: Encoding) {
  const bytes: number[] = [];
  const number = (value: number, size: number) => {
    const digits = Array.from({ length: size }, (_, at) => Number((BigInt(value) >> BigInt(8 * at)) & 255n));
    bytes.push(...(littleEndian ? digits : digits.reverse()));
  };
  return {
    bytes,
    half: (...values: number[]) => values.forEach((value) => void number(value, 2)),
    word: (...values: number[]) => values.forEach((value) => void number(value, 4)),
    wide: (...values: number[]) => values.forEach((value) => void number(value, bits / 8)),
  };
}

/** A note, padded to 4 bytes or to 8. */
export function note(
  encoding: Encoding,
  name: string,
  type: number,
  text = 'build-id',
  unit = 4,
): Uint8Array {
  const { bytes, word } = writer(encoding);
  const pad = () => {
    while (bytes.length % unit > 0) bytes.push(0);
  };
  word(name.length, text.length, type);
  bytes.push(...Buffer.from(name, 'latin1'));
  pad();
  bytes.push(...Buffer.from(text, 'latin1'));
  pad();
  return Uint8Array.from(bytes);
}

/** The file: header, program headers, what the segments hold, names of sections, section headers. */
export function elfFile({
  segments = [],
  sections,
  manySections = false,
  type = 2,
  machine = 62,
  ...encoding
}: Elf): Uint8Array {
  const is64 = encoding.bits === 64;
  const [headerSize, programSize, sectionSize] = is64 ? [64, 56, 64] : [52, 32, 40];
  const content = placed(headerSize + programSize * segments.length, segments);
  const names = ['', ...(sections ?? []), '.shstrtab'];
  const nameBytes = Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
  const nameOffset = content.end;
  const sectionOffset = sections ? nameOffset + nameBytes.length : 0;
  const count = sections ? names.length : 0;

  const file = writer(encoding);
  file.bytes.push(...Buffer.from('\x7fELF'), is64 ? 2 : 1, encoding.littleEndian ? 1 : 2, 1);
  file.bytes.push(...new Uint8Array(9));
  file.half(type, machine);
  file.word(1);
  file.wide(0x401000, headerSize, sectionOffset);
  file.word(0);
  file.half(headerSize, programSize, segments.length, sectionSize);
  file.half(manySections ? 0 : count, manySections ? SHN_XINDEX : Math.max(0, count - 1));
  segments.forEach(({ type: kind, flags = R, align = 4, content: { length } }, index) => {
    const offset = content.offsets[index] ?? 0;
    file.word(kind);
    if (is64) file.word(flags);
    file.wide(offset, offset, offset, length, length);
    if (!is64) file.word(flags);
    file.wide(align);
  });
  segments.forEach(({ content: bytes, within }, index) => {
    if (within !== undefined) return;
    while (file.bytes.length < (content.offsets[index] ?? 0)) file.bytes.push(0);
    for (const byte of bytes) file.bytes.push(byte);
  });
  if (!sections) return Uint8Array.from(file.bytes);
  file.bytes.push(...nameBytes);
  let nameAt = 0;
  names.forEach((name, index) => {
    const isNames = index === names.length - 1;
    const [size, link] = index === 0 && manySections ? [count, count - 1] : [0, 0];
    file.word(index === 0 ? 0 : nameAt, isNames ? 3 : 1);
    file.wide(0, 0, isNames ? nameOffset : 0, isNames ? nameBytes.length : size);
    file.word(link, 0);
    file.wide(1, 0);
    nameAt += name.length + 1;
  });
  return Uint8Array.from(file.bytes);
}

/** Where content begins that has a place of its own: at a multiple of 16. */
function placed(start: number, segments: readonly Segment[]): { offsets: number[]; end: number } {
  let end = start;
  const offsets = segments.map(({ content, within }) => {
    if (within !== undefined) return within;
    const offset = Math.ceil(end / 16) * 16;
    end = offset + content.length;
    return offset;
  });
  return { offsets, end };
}

/** How many times and bytes were read, and the most that was asked for at once. */
interface Counts {
  reads: number;
  read: number;
  asked: number;
}

/** Reads of these bytes as of a file, and what they came to so far. */
export function counting(bytes: Uint8Array): { read: ReadBytes; counts: Counts } {
  const counts = { reads: 0, read: 0, asked: 0 };
  const read: ReadBytes = async (position, length) => {
    // As FileHandle.read does.
    if (!Number.isSafeInteger(position)) throw new RangeError(`position ${position}`);
    const piece = bytes.slice(position, position + length);
    counts.reads += 1;
    counts.read += piece.length;
    counts.asked = Math.max(counts.asked, length);
    return piece;
  };
  return { read, counts };
}

/** What isGoBinary says of these bytes, and how many times and bytes it read. */
export async function judged(bytes: Uint8Array): Promise<{ isGo: boolean; reads: number; read: number }> {
  const { read, counts } = counting(bytes);
  return { isGo: await isGoBinary(read), ...counts };
}
