import { ElfError } from '../elf/elf-error.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { type Encoding, fieldsOf } from '../elf/fields.ts';
import { type Extent, findBytes } from '../elf/find-bytes.ts';
import { BUILD_INFO } from '../elf/go-binary.ts';
import { type Memory, memoryOf } from '../elf/memory.ts';
import { PF_W, PF_X, type ProgramHeader, PT_LOAD } from '../elf/program-headers.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';
import type { BuildInfo } from './build-info.ts';
import { parseModuleInfo } from './module-info.ts';

/** debug/buildinfo: buildInfoHeaderSize. */
const HEADER_BYTES = 32;
/** Of the byte of flags: flagsEndianBig, flagsVersionInl (since Go 1.18). */
const BIG_ENDIAN = 1;
const INLINE = 2;
/** binary.MaxVarintLen64. */
const VARINT_BYTES = 10;
/** cmd/go/internal/modload, infoStart and infoEnd: what frames the module information. */
const FRAME_BYTES = 16;

const MAX_VERSION_BYTES = 256;
/** Of module information: about ten thousand modules. */
const MAX_MODULE_BYTES = 1 << 20;
/** A program with a hundred megabytes has less of data; only one without section headers is looked through. */
const MAX_SEARCHED_BYTES = 1 << 26;
/** A program that reads build information itself has the magic twice. */
const MAX_PLACES = 64;
/** A string of the file, or the beginning of a longer one. */
interface Text {
  bytes: Uint8Array;
  /** Of the whole string. */
  length: number;
}

/**
 * What Go's linker left of how the program was built, by as much as debug/buildinfo finds and, where section headers
 * are gone or what is told is cut off, more. Undefined where there is none: no Go program, packed, or by garble.
 */
export async function readBuildInfo(read: ReadBytes, elf: ElfFile): Promise<BuildInfo | undefined> {
  const { magic, align } = BUILD_INFO;
  const options = { align, limit: MAX_SEARCHED_BYTES };
  let places = MAX_PLACES;
  for await (const at of findBytes(read, whereSought(elf), [magic], options)) {
    const info = await buildInfoAt(read, elf, at);
    if (info) return info;
    places -= 1;
    if (places === 0) return undefined;
  }
  return undefined;
}

/** Its section; data that is written to, where linkers place it; data that is not, for what is relocated. */
function whereSought({ sections, programs }: ElfFile): Extent[] {
  const data = programs.filter(({ type, flags }) => type === PT_LOAD && (flags & PF_X) === 0);
  return [
    ...sections.filter(({ name }) => name === BUILD_INFO.section),
    ...data.filter(({ flags }) => (flags & PF_W) !== 0).map(loaded),
    ...data.filter(({ flags }) => (flags & PF_W) === 0).map(loaded),
  ];
}

const loaded = ({ offset, fileSize }: ProgramHeader): Extent => ({ offset, size: fileSize });

async function buildInfoAt(read: ReadBytes, elf: ElfFile, at: number): Promise<BuildInfo | undefined> {
  const header = await read(at, HEADER_BYTES);
  const [pointerSize, flags] = [header[14], header[15]];
  if (pointerSize === undefined || flags === undefined) return undefined;
  if ((flags & INLINE) !== 0) {
    const version = await readInline(read, at + HEADER_BYTES, MAX_VERSION_BYTES);
    return isWhole(version)
      ? told(version, await readInline(read, version.end, MAX_MODULE_BYTES))
      : undefined;
  }
  if (pointerSize !== 4 && pointerSize !== 8) return undefined;
  const bits = pointerSize === 4 ? 32 : 64;
  const pointers = { pointerSize, bits, littleEndian: (flags & BIG_ENDIAN) === 0 } as const;
  try {
    const memory = memoryOf(read, elf.programs);
    const [first, second] = wordsIn(header.subarray(16), pointers);
    const version = await readPointed(memory, first, pointers, MAX_VERSION_BYTES);
    if (!isWhole(version)) return undefined;
    return told(
      version,
      second === 0 ? undefined : await readPointed(memory, second, pointers, MAX_MODULE_BYTES),
    );
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

/** Nothing without a version is build information: debug/buildinfo, errNotGoExe. */
function isWhole<T extends Text>(version: T | undefined): version is T {
  return version !== undefined && version.length > 0 && version.bytes.length === version.length;
}

function told(version: Text, modules: Text | undefined): BuildInfo {
  const goVersion = textOf(version.bytes);
  if (!modules || modules.length <= 2 * FRAME_BYTES) {
    return { goVersion, deps: [], settings: new Map() };
  }
  const truncated = modules.bytes.length < modules.length;
  const framed = modules.bytes.subarray(FRAME_BYTES, modules.length - FRAME_BYTES);
  return { goVersion, ...parseModuleInfo(textOf(framed)), ...(truncated && { truncated }) };
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A string with its length before it, as encoding/binary.Uvarint reads it; and where it ends. */
async function readInline(
  read: ReadBytes,
  at: number,
  limit: number,
): Promise<(Text & { end: number }) | undefined> {
  const bytes = await read(at, VARINT_BYTES);
  const digits = bytes.findIndex((byte) => byte < 0x80) + 1;
  if (digits === 0) return undefined;
  const length = bytes.subarray(0, digits).reduceRight((sum, byte) => sum * 128 + (byte & 0x7f), 0);
  const start = at + digits;
  return { bytes: await read(start, Math.min(length, limit)), length, end: start + length };
}

/** How addresses are written. */
interface Pointers extends Encoding {
  pointerSize: 4 | 8;
}

/** Before Go 1.18: the address of a string, which is an address and a length. */
async function readPointed(
  memory: Memory,
  address: number,
  pointers: Pointers,
  limit: number,
): Promise<Text> {
  const [start, length] = wordsIn(await memory.exactly(address, 2 * pointers.pointerSize), pointers);
  if (length === 0) return { bytes: new Uint8Array(), length };
  return { bytes: await memory.upTo(start, Math.min(length, limit)), length };
}

function wordsIn(bytes: Uint8Array, pointers: Pointers): [number, number] {
  const { offset } = fieldsOf(bytes, pointers);
  return [offset(0), offset(pointers.pointerSize)];
}
