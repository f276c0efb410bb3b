/** A set of needles, laid out for scan.as. */
export interface NeedleTable {
  readonly bytes: Uint8Array;
}

/** The four bytes by which a needle is found. */
interface Window {
  needle: Buffer;
  offset: number;
}

/** Needles that scan.as tells apart only where a window of theirs seems to be. */
interface Bucket {
  windows: Window[];
  /** Which nibbles may stand at each place, as bits: low and high one of the first byte, of the second, and so on. */
  nibbles: readonly number[];
}

const WINDOW_SIZE = 4;
const BUCKETS = 8;
const NIBBLES = 16;
const ADDRESSES = 2 * WINDOW_SIZE * NIBBLES;
const RECORDS = 192;
const RECORD_SIZE = 64;
const RECORD_HEAD = 8;
const MAX_NEEDLES = 32;
const MAX_LENGTH = RECORD_SIZE - RECORD_HEAD;

/** Makes the table of up to 32 needles of 4 to 56 bytes each, in UTF-8. */
export function makeNeedleTable(needles: readonly string[]): NeedleTable {
  if (needles.length > MAX_NEEDLES) throw new RangeError(`more than ${MAX_NEEDLES} needles`);
  const table = Buffer.alloc(RECORDS + needles.length * RECORD_SIZE);
  let record = RECORDS;
  table.writeUInt32LE(record, ADDRESSES);
  for (const [index, { windows, nibbles }] of fillBuckets(needles.map(toBytes)).entries()) {
    for (const [place, set] of nibbles.entries()) {
      for (let nibble = 0; nibble < NIBBLES; nibble++) {
        const at = place * NIBBLES + nibble;
        if ((set >> nibble) & 1) table.writeUInt8(table.readUInt8(at) | (1 << index), at);
      }
    }
    for (const { needle, offset } of windows) {
      needle.copy(table, record, offset, offset + WINDOW_SIZE);
      table.writeUInt8(offset, record + 4);
      table.writeUInt8(needle.length, record + 5);
      needle.copy(table, record + RECORD_HEAD);
      record += RECORD_SIZE;
    }
    table.writeUInt32LE(record, ADDRESSES + 4 * (index + 1));
  }
  return { bytes: table };
}

function toBytes(needle: string): Buffer {
  const bytes = Buffer.from(needle);
  if (bytes.length < WINDOW_SIZE || bytes.length > MAX_LENGTH) {
    throw new RangeError(`a needle has ${WINDOW_SIZE} to ${MAX_LENGTH} bytes: ${JSON.stringify(needle)}`);
  }
  if (needle.includes('\n')) throw new RangeError(`a needle is part of one line: ${JSON.stringify(needle)}`);
  return bytes;
}

/**
 * Puts each needle into the bucket, by the window, that lets the fewest other
 * texts through. The shortest come first, as they have the least choice.
 */
function fillBuckets(needles: readonly Buffer[]): Bucket[] {
  const buckets = Array.from(
    { length: BUCKETS },
    (): Bucket => ({ windows: [], nibbles: new Array(2 * WINDOW_SIZE).fill(0) }),
  );
  for (const needle of needles.toSorted((a, b) => a.length - b.length)) {
    const best = { added: Number.POSITIVE_INFINITY, place: () => {} };
    for (let offset = 0; offset + WINDOW_SIZE <= needle.length; offset++) {
      for (const bucket of buckets) {
        const nibbles = withWindow(bucket.nibbles, needle, offset);
        const added = textsThrough(nibbles) - textsThrough(bucket.nibbles);
        if (added >= best.added) continue;
        best.added = added;
        best.place = () => {
          bucket.windows.push({ needle, offset });
          bucket.nibbles = nibbles;
        };
      }
    }
    best.place();
  }
  return buckets;
}

function withWindow(nibbles: readonly number[], needle: Buffer, offset: number): number[] {
  return nibbles.map((set, place) => {
    const byte = needle.readUInt8(offset + (place >> 1));
    return set | (1 << (place % 2 === 0 ? byte & 15 : byte >> 4));
  });
}

/** How many texts of four bytes these nibbles let through. */
function textsThrough(nibbles: readonly number[]): number {
  return nibbles.reduce((product, set) => product * bitsIn(set), 1);
}

function bitsIn(set: number): number {
  let bits = 0;
  for (let left = set; left; left &= left - 1) bits++;
  return bits;
}
