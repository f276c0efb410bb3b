import { type LookupFunc, ORDERS, TRACE_PREFIX } from './debug-lines.ts';

/** Go's functions that print the line; see {@link readLookupLine} for the code. */
export const LOOKUP_FUNCS = ['hostLookupOrder', 'addrLookupOrder'] as const satisfies readonly LookupFunc[];

/** Where the host stands in the bytes: [start, end). */
export interface HostRange {
  start: number;
  end: number;
}

const CALLS = LOOKUP_FUNCS.map((func) => Buffer.from(`${TRACE_PREFIX}${func}(`));
const ANSWERS = ORDERS.map((order) => Buffer.from(`) = ${order}`));
/** Where this stands in the prefix, a second trace line is glued to the first. */
const GLUE = Buffer.from(TRACE_PREFIX.trimEnd().slice(0, -1));
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x28;

/** Printable ASCII but for `"`, `\`, `(` and `)`: bytes that mean themselves in any framing and end no host. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > 0x20 && byte < 0x7f && !'"\\()'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/**
 * Recognises `<prefix>go package net: hostLookupOrder(HOST) = ORDER` in a line's bytes without making a string: a busy
 * service prints millions of these and hardly anything else, and a string each costs more than the rest of the scan.
 * The line must have nothing odd: it answers -1 for whatever {@link file://./debug-lines.ts} should have a look at.
 *
 * @param host set to where the host stands, if the answer is not -1
 * @returns -1, or twice the index in {@link ORDERS} plus the index in {@link LOOKUP_FUNCS}
 */
export function readLookupLine(bytes: Uint8Array, start: number, end: number, host: HostRange): number {
  const order = ANSWERS.findIndex((answer) => endsWith(bytes, start, end, answer));
  const answer = ANSWERS[order];
  if (!answer) return -1;
  const hostEnd = end - answer.length;
  let hostStart = hostEnd;
  while (hostStart > start && PLAIN[bytes[hostStart - 1] ?? 0] === 1) hostStart--;
  const func = CALLS.findIndex((call) => endsWith(bytes, start, hostStart, call));
  const call = CALLS[func];
  if (!call || !isPlainPrefix(bytes, start, hostStart - call.length)) return -1;
  host.start = hostStart;
  host.end = hostEnd;
  return 2 * order + func;
}

/** Are the last bytes of [start, end) those of `tail`? */
function endsWith(bytes: Uint8Array, start: number, end: number, tail: Uint8Array): boolean {
  const from = end - tail.length;
  if (from < start) return false;
  for (let i = 0; i < tail.length; i++) if (bytes[from + i] !== tail[i]) return false;
  return true;
}

/** Quotes and backslashes are a sign of escaped text; a second {@link GLUE} of text torn and glued. */
function isPlainPrefix(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE || byte === BACKSLASH) return false;
    if (byte === GLUE[0] && at + GLUE.length <= end && endsWith(bytes, at, at + GLUE.length, GLUE))
      return false;
  }
  return true;
}
