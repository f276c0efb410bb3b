import type { NeedleTable } from './needle-table.ts';
import { SCAN_WASM } from './scan-wasm.ts';

// The little of it that is used: its types are in lib.dom and not in @types/node.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

interface Global {
  readonly value: number;
}

/** What scan.as exports. */
interface ScanExports {
  memory: { readonly buffer: ArrayBuffer };
  scan(at: number, end: number): number;
  findNewline(at: number, end: number): number;
  newlines: Global;
  rest: Global;
  TABLE: Global;
  FRONT_SIZE: Global;
  PIECE: Global;
  PIECE_SIZE: Global;
  HITS: Global;
}

// One memory for all scanners: scanning is synchronous, so only one is at work at a time.
const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(SCAN_WASM, 'base64')));
const wasm = instance.exports as ScanExports;

/** Where a piece of a log stands in the memory, how large it may be, and how much room is in front of it. */
export const PIECE: number = wasm.PIECE.value;
export const PIECE_SIZE: number = wasm.PIECE_SIZE.value;
export const FRONT_SIZE: number = wasm.FRONT_SIZE.value;

/** The whole memory. */
export const memoryBytes: Buffer = Buffer.from(wasm.memory.buffer);

/** Hit `i` starts at `hits[2 * i]` and its newline is at `hits[2 * i + 1]`. */
export const hits: Uint32Array = new Uint32Array(wasm.memory.buffer, wasm.HITS.value);

let current: NeedleTable | undefined;

/** What a scan found beside the lines in {@link hits}. */
interface Scan {
  hits: number;
  newlines: number;
  /** Where the unfinished last line starts. */
  rest: number;
}

/** Scans the memory's [at, end), where `at` is the start of a line. */
export function scan(needles: NeedleTable, at: number, end: number): Scan {
  if (needles !== current) memoryBytes.set(needles.bytes, wasm.TABLE.value);
  current = needles;
  return { hits: wasm.scan(at, end), newlines: wasm.newlines.value, rest: wasm.rest.value };
}

/** Where the next newline in the memory's [at, end) is, or `end`. */
export const findNewline: (at: number, end: number) => number = wasm.findNewline;
