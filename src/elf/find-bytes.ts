import type { ReadBytes } from './read-bytes.ts';

/** What is held in memory at once. */
const CHUNK = 1 << 18;

/** A part of a file, in bytes. */
export interface Extent {
  offset: number;
  size: number;
}

export interface FindOptions {
  /** Of what begins only at a multiple of this many bytes of the file: a power of two, at most 4096. */
  align?: number;
  /** Bytes that are looked through in all. */
  limit: number;
}

/** Where parts of a file hold any of these bytes, each place as it is found; reads pieces of 256 KiB, in order. */
export async function* findBytes(
  read: ReadBytes,
  extents: Iterable<Extent>,
  wanted: readonly string[],
  { align = 1, limit }: FindOptions,
): AsyncGenerator<number> {
  const longest = Math.max(...wanted.map(({ length }) => length));
  let left = limit;
  for (const { offset, size } of extents) {
    const end = offset + Math.min(size, left);
    left -= end - offset;
    for (let at = offset; at < end; at += CHUNK) {
      // What begins in this piece may end in the next.
      const length = Math.min(CHUNK + longest - 1, end - at);
      const bytes = await read(at, length);
      for (const place of placesIn(bytes, wanted)) {
        if (place < CHUNK && (at + place) % align === 0) yield at + place;
      }
      // The file ends here, whatever its headers say.
      if (bytes.length < length) break;
    }
  }
}

function* placesIn(bytes: Uint8Array, wanted: readonly string[]): Generator<number> {
  const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const each of wanted) {
    for (let at = piece.indexOf(each, 0, 'latin1'); at >= 0; at = piece.indexOf(each, at + 1, 'latin1')) {
      yield at;
    }
  }
}
