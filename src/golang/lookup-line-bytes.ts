import { type LookupFunc, ORDERS, TRACE_PREFIX } from './debug-lines.ts';

/** Go's functions that print the line; see {@link readLookupLine} for the code. */
export const LOOKUP_FUNCS = ['hostLookupOrder', 'addrLookupOrder'] as const satisfies readonly LookupFunc[];

/** Where a host stands in the bytes: [start, end). */
export interface HostRange {
  start: number;
  end: number;
}

/** A text that is compared four bytes at a time; its last word overlaps the one before it. */
interface Words {
  length: number;
  last: number;
  others: Int32Array;
}

// Byte by byte in JavaScript, the comparisons would take twice the time of all the rest.
const CALLS = LOOKUP_FUNCS.map((func) => toWords(`${TRACE_PREFIX}${func}(`));
const ANSWERS = ORDERS.map((order) => toWords(`) = ${order}`));
/** Two of these in a line are two trace lines glued together. */
const GLUED = toWords('go package net');
const G = 0x67;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What host names are made of, and more: printable ASCII but for `"`, `\`, `(`, `)`. */
const HOST_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > 0x20 && byte < 0x7f && !'"\\()'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Recognises `<anything>go package net: hostLookupOrder(HOST) = ORDER` (or addrLookupOrder) without making a string: at
 * netdns level 2 a busy service prints a great many of these, and a string each costs more than finding them. The
 * line must have nothing odd; with escapes, glued text or a strange host it is {@link file://./debug-lines.ts}'s.
 *
 * @param host set to where the host stands, unless the answer is -1
 * @returns twice the index in {@link ORDERS} plus the index in {@link LOOKUP_FUNCS}, or -1
 */
export function readLookupLine(view: DataView, start: number, end: number, host: HostRange): number {
  const order = whichEnds(view, start, end, ANSWERS);
  const answer = ANSWERS[order];
  if (!answer) return -1;
  const hostEnd = end - answer.length;
  let hostStart = hostEnd;
  while (hostStart > start && HOST_BYTES[view.getUint8(hostStart - 1)] === 1) hostStart--;
  const func = whichEnds(view, start, hostStart, CALLS);
  const call = CALLS[func];
  if (!call || !isPlain(view, start, hostStart - call.length)) return -1;
  host.start = hostStart;
  host.end = hostEnd;
  return 2 * order + func;
}

function toWords(text: string): Words {
  const bytes = Buffer.from(text);
  const others = Int32Array.from({ length: Math.ceil(bytes.length / 4) - 1 }, (_, i) =>
    bytes.readInt32LE(4 * i),
  );
  return { length: bytes.length, last: bytes.readInt32LE(bytes.length - 4), others };
}

/** The index of the text that ends [start, end), or -1. */
function whichEnds(view: DataView, start: number, end: number, texts: readonly Words[]): number {
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    if (text && ends(view, start, end, text)) return i;
  }
  return -1;
}

function ends(view: DataView, start: number, end: number, text: Words): boolean {
  const from = end - text.length;
  if (from < start || view.getInt32(end - 4, true) !== text.last) return false;
  const { others } = text;
  for (let i = 0; i < others.length; i++) if (view.getInt32(from + 4 * i, true) !== others[i]) return false;
  return true;
}

/** Is there neither a sign of escapes nor another trace line? */
function isPlain(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at);
    if (byte === QUOTE || byte === BACKSLASH) return false;
    if (byte === G && at + GLUED.length <= end && ends(view, at, at + GLUED.length, GLUED)) return false;
  }
  return true;
}
