// AssemblyScript, compiled by scripts/build-scan.ts into scan-wasm.ts. (Not *.ts: Node and tsc must not read it.)
//
// One pass over a piece of a log counts its newlines and lists its hit lines: those that contain a needle, and those
// that are long. 64 bytes a step. Needles are found as Hyperscan's Teddy does it
// (https://github.com/BurntSushi/aho-corasick/blob/master/src/packed/teddy/README.md): each needle is known by a
// window, four bytes of it, and belongs to one of eight buckets. For each of the four places in a window, two tables
// of 16 bytes say which buckets have a byte with this low and with this high nibble there. The AND of the eight look-ups
// leaves the buckets that may have a needle at a place, nearly always none. needle-table.ts makes the tables.

// The memory. What follows PIECE is read (not used) by the last step of a pass, up to 67 bytes behind the end.
/** What needle-table.ts makes: eight tables of nibbles, nine addresses of needles, the needles. */
export const TABLE: usize = 0;
const BUCKETS: usize = TABLE + 128;
const TABLE_SIZE: usize = 4096;
const NEEDLE_SIZE: usize = 64;
/** The unfinished line of the piece before is put at the end of this, so that a line is never in two parts. */
const FRONT: usize = TABLE + TABLE_SIZE;
export const FRONT_SIZE: usize = 65536;
/** A piece of a log, as it was read. */
export const PIECE: usize = FRONT + FRONT_SIZE;
export const PIECE_SIZE: usize = 262144;
/** Where each hit line starts, and where its newline is. Has room for nothing but hits: a needle has four bytes or more. */
export const HITS: usize = PIECE + PIECE_SIZE;

const STEP: usize = 64;
const NEWLINE: u8 = 0x0a;
/** A line from here on is a hit: container runtimes split lines at 16 KiB, so it may go on in the next. */
const LONG: usize = 16384;

/** What the last scan found beside the hits: how many newlines, and where the unfinished last line starts. */
export let newlines: u32 = 0;
export let rest: usize = 0;

/** Scans [at, end), where `at` is the start of a line. @returns the number of hits */
export function scan(at: usize, end: usize): u32 {
  let line = at;
  let hit = HITS;
  let lines: u32 = 0;
  while (at < end) {
    const c0 = candidates(at);
    const c1 = candidates(at + 16);
    const c2 = candidates(at + 32);
    const c3 = candidates(at + 48);
    let breaks = newlinesAt(at) | newlinesAt(at + 16) << 16 | newlinesAt(at + 32) << 32 | newlinesAt(at + 48) << 48;
    if (at + STEP > end) breaks &= below(end - at);

    let found = at + <usize>ctz(breaks) - line >= LONG ? at : 0;
    if (!found && v128.any_true(v128.or(v128.or(c0, c1), v128.or(c2, c3)))) {
      // One in the bytes behind the end does no harm: it is in the last line, which is unfinished anyway.
      let places = nonZero(c0) | nonZero(c1) << 16 | nonZero(c2) << 32 | nonZero(c3) << 48;
      for (; places; places &= places - 1) {
        const place = <usize>ctz(places);
        if (isNeedle(at + place, line)) {
          found = at + place;
          break;
        }
      }
    }
    if (!found) {
      lines += <u32>popcnt(breaks);
      line = breaks ? afterLast(breaks, at) : line;
      at += STEP;
      continue;
    }

    const before = breaks & below(found - at);
    lines += <u32>popcnt(before);
    line = before ? afterLast(before, at) : line;
    const after = breaks ^ before;
    const lineEnd = after ? at + <usize>ctz(after) : findNewline(at + STEP, end);
    if (lineEnd >= end) break;
    lines++;
    store<u32>(hit, line);
    store<u32>(hit, lineEnd, 4);
    hit += 8;
    line = at = lineEnd + 1;
  }
  newlines = lines;
  rest = line;
  return <u32>((hit - HITS) >> 3);
}

/** Where the next newline in [at, end) is, or `end`. */
export function findNewline(at: usize, end: usize): usize {
  for (; at < end; at += 16) {
    const found = newlinesAt(at);
    if (found) return min(at + <usize>ctz(found), end);
  }
  return end;
}

/** For each of 16 places the buckets that may have a needle with its window there. */
// @ts-ignore: decorator
@inline
function candidates(at: usize): v128 {
  const first = v128.and(withLow(at, 0), withHigh(at, 0));
  const second = v128.and(withLow(at + 1, 32), withHigh(at + 1, 32));
  const third = v128.and(withLow(at + 2, 64), withHigh(at + 2, 64));
  const fourth = v128.and(withLow(at + 3, 96), withHigh(at + 3, 96));
  return v128.and(v128.and(first, second), v128.and(third, fourth));
}

// A relaxed swizzle is one instruction, and does as the strict one where all indices are under 16, as here.
// @ts-ignore: decorator
@inline
function withLow(at: usize, table: usize): v128 {
  return i8x16.relaxed_swizzle(v128.load(TABLE + table), v128.and(v128.load(at), i8x16.splat(15)));
}

// @ts-ignore: decorator
@inline
function withHigh(at: usize, table: usize): v128 {
  const high = v128.and(i16x8.shr_u(v128.load(at), 4), i8x16.splat(15));
  return i8x16.relaxed_swizzle(v128.load(TABLE + table, 16), high);
}

/** Is there a needle whose window is at `at`, and that starts at `start` or behind it? */
function isNeedle(at: usize, start: usize): bool {
  const window = load<u32>(at);
  let buckets = bucketsOf(window, 0) & bucketsOf(window >> 8, 32) & bucketsOf(window >> 16, 64) & bucketsOf(window >> 24, 96);
  for (; buckets; buckets &= buckets - 1) {
    const bucket = BUCKETS + <usize>ctz(buckets) * 4;
    const last = <usize>load<u32>(bucket, 4);
    for (let needle = <usize>load<u32>(bucket); needle < last; needle += NEEDLE_SIZE) {
      if (load<u32>(needle) == window && isThere(needle, at, start)) return true;
    }
  }
  return false;
}

// @ts-ignore: decorator
@inline
function bucketsOf(byte: u32, table: usize): u32 {
  return <u32>load<u8>(TABLE + table + (byte & 15)) & <u32>load<u8>(TABLE + table + (byte >> 4 & 15), 16);
}

/** A needle: its window (4 bytes), how far in it that is (1), its length (1), nothing (2), its bytes. */
function isThere(needle: usize, at: usize, start: usize): bool {
  const from = at - <usize>load<u8>(needle, 4);
  const length = <usize>load<u8>(needle, 5);
  if (from < start) return false;
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(needle + i, 8) != load<u8>(from + i)) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function newlinesAt(at: usize): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(NEWLINE)));
}

// @ts-ignore: decorator
@inline
function nonZero(lanes: v128): u64 {
  return <u64><u32>i8x16.bitmask(i8x16.ne(lanes, i8x16.splat(0)));
}

/** The bits under bit `n`; `n` is under 64. */
// @ts-ignore: decorator
@inline
function below(n: usize): u64 {
  return (<u64>1 << <u64>n) - 1;
}

/** The place behind the last of the bits, the first of which stands for `at`. */
// @ts-ignore: decorator
@inline
function afterLast(bits: u64, at: usize): usize {
  return at + 64 - <usize>clz(bits);
}
