import { ElfError } from '../elf/elf-error.ts';
import { type Encoding, fieldsOf } from '../elf/fields.ts';
import type { Extent } from '../elf/find-bytes.ts';

/** A format of Go's table of functions: debug/gosym, parsePclnTab. */
interface Format {
  /** Release of Go. */
  since: string;
  /** internal/abi, PCLnTabMagic. */
  magic: number;
  /** Which words of the header tell where the names begin and end; absent: each is behind what is of its function. */
  names?: { start: number; end: number };
}

const FORMATS: readonly Format[] = [
  { since: '1.20', magic: 0xfffffff1, names: { start: 3, end: 4 } },
  { since: '1.18', magic: 0xfffffff0, names: { start: 3, end: 4 } },
  { since: '1.16', magic: 0xfffffffa, names: { start: 2, end: 3 } },
  { since: '1.2', magic: 0xfffffffb },
];

/** Magic, two zeros, the quantum of the processor's instructions, the size of a pointer. What follows are words. */
const FIXED_BYTES = 8;
/** Enough of the table to tell where its names are. */
export const TABLE_HEADER_BYTES = FIXED_BYTES + 8 * 5;

/** The part of the table that has the names. */
export interface Names extends Extent {
  /** They are with other things. */
  scattered: boolean;
}

/** How a table of each format begins in a file of this encoding; in latin1. */
export function tableBeginnings({ littleEndian }: Encoding): string[] {
  return FORMATS.map(({ magic }) => {
    const bytes = [24, 16, 8, 0].map((shift) => (magic >>> shift) & 0xff);
    return String.fromCharCode(...(littleEndian ? bytes.reverse() : bytes), 0, 0);
  });
}

/**
 * Where a table has its names; undefined where it begins as none does, or contradicts itself.
 * @param header TABLE_HEADER_BYTES of it, or all where it is shorter
 * @param table the most that may be of it
 */
export function namesOfTable(header: Uint8Array, table: Extent, encoding: Encoding): Names | undefined {
  const [zero, zeroToo, quantum = 0, pointerSize] = header.subarray(4, FIXED_BYTES);
  if (zero !== 0 || zeroToo !== 0 || ![1, 2, 4].includes(quantum)) return undefined;
  if (pointerSize !== encoding.bits / 8) return undefined;
  try {
    const { word, offset } = fieldsOf(header, encoding);
    const magic = word(0);
    const format = FORMATS.find((each) => each.magic === magic);
    const functions = offset(FIXED_BYTES);
    // For each there are two words at least.
    if (!format || functions === 0 || functions * 8 > table.size) return undefined;
    if (!format.names) return { ...table, scattered: true };
    const start = offset(FIXED_BYTES + format.names.start * pointerSize);
    const end = offset(FIXED_BYTES + format.names.end * pointerSize);
    if (start < FIXED_BYTES || start >= end || end > table.size) return undefined;
    return { offset: table.offset + start, size: end - start, scattered: false };
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}
