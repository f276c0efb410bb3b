import type { LookupFunc, Order } from './debug-lines.ts';

/** What a lookup line says, but for the host. */
export interface Lookup {
  func: LookupFunc;
  order: Order;
}

// Texts are compared four or eight bytes at a time, which takes half as long as byte by byte. Eight make a float: no
// ASCII text is a NaN or a zero, so that equal floats are equal texts.
const four = (text: string) => Buffer.from(text).readInt32LE();
const eight = (text: string) => Buffer.from(text).readDoubleLE();

const GO_P = four('go p');
const LOOK = four('look');
const GO_PACKA = eight('go packa');
const GE_NET = eight('ge net: ');
const HOST_LOOK = eight('hostLook');
const ADDR_LOOK = eight('addrLook');
const UP_ORDER = eight('upOrder(');
const CALL_LENGTH = 32;

const BEFORE_ORDER = four(') = ');
const BEFORE_ORDER_LENGTH = 4;
const SPACE_CGO = four(' cgo');
const SPACE_DNS = four(' dns');
const COMMA_DNS = four(',dns');
const ILES = four('iles');
const FILES = eight(' = files');
const FILES_DN = eight('files,dn');
const DNS_FILE = eight('dns,file');
const SHORTEST = CALL_LENGTH + 'h) = cgo'.length;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const G = 0x67;
const L = 0x6c;

const HOST_LOOKUPS = lookupsBy('hostLookupOrder');
const ADDR_LOOKUPS = lookupsBy('addrLookupOrder');

type Lookups = Readonly<Record<Order, Lookup>>;

function lookupsBy(func: LookupFunc): Lookups {
  const by = (order: Order): Lookup => ({ func, order });
  return {
    cgo: by('cgo'),
    files: by('files'),
    dns: by('dns'),
    'files,dns': by('files,dns'),
    'dns,files': by('dns,files'),
  };
}

/**
 * Recognises `<anything>go package net: hostLookupOrder(HOST) = ORDER` (or addrLookupOrder) in the bytes of a line without
 * making a string. At netdns level 2 a busy service prints little else, and a string each costs more than finding
 * them. Undefined for a line with anything odd (quotes or escapes, glued or torn text, a strange host or none): that one is
 * for {@link file://./debug-lines.ts}.
 */
export function lookupLineBytes(bytes: Uint8Array, start: number, end: number): Lookup | undefined {
  const view = viewOf(bytes);
  const call = startOfCall(view, start, end - SHORTEST);
  if (call < 0) return undefined;
  const lookups = lookupsOfCall(view, call);
  if (!lookups) return undefined;
  const order = orderBefore(view, end);
  if (!order) return undefined;
  if (!isHost(view, call + CALL_LENGTH, end - order.length - BEFORE_ORDER_LENGTH)) return undefined;
  return lookups[order];
}

let viewed: Uint8Array = new Uint8Array();
let view: DataView = new DataView(viewed.buffer);

/** Kept for the next time: the bytes are the scanner's memory every time. */
function viewOf(bytes: Uint8Array): DataView {
  if (bytes !== viewed) view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  viewed = bytes;
  return view;
}

/** Where the call may start, which is not behind `last`; -1 if there is none or something odd is before it. */
function startOfCall(view: DataView, start: number, last: number): number {
  for (let at = start; at <= last; at++) {
    const byte = view.getUint8(at);
    if (byte === G && view.getInt32(at, true) === GO_P) return at;
    if (byte === QUOTE || byte === BACKSLASH) return -1;
    // An error may stand before it, glued: that has to be read too.
    if (byte === L && view.getInt32(at, true) === LOOK) return -1;
  }
  return -1;
}

function lookupsOfCall(view: DataView, at: number): Lookups | undefined {
  if (view.getFloat64(at, true) !== GO_PACKA) return undefined;
  if (view.getFloat64(at + 8, true) !== GE_NET) return undefined;
  if (view.getFloat64(at + 24, true) !== UP_ORDER) return undefined;
  const func = view.getFloat64(at + 16, true);
  if (func === HOST_LOOK) return HOST_LOOKUPS;
  return func === ADDR_LOOK ? ADDR_LOOKUPS : undefined;
}

function orderBefore(view: DataView, end: number): Order | undefined {
  const isAfter = (length: number) =>
    view.getInt32(end - length - BEFORE_ORDER_LENGTH, true) === BEFORE_ORDER;
  const last = view.getInt32(end - 4, true);
  if (last === COMMA_DNS)
    return view.getFloat64(end - 9, true) === FILES_DN && isAfter(9) ? 'files,dns' : undefined;
  if (last === SPACE_CGO) return isAfter(3) ? 'cgo' : undefined;
  if (last === SPACE_DNS) return isAfter(3) ? 'dns' : undefined;
  if (last !== ILES) return undefined;
  if (view.getFloat64(end - 8, true) === FILES) return isAfter(5) ? 'files' : undefined;
  return view.getFloat64(end - 9, true) === DNS_FILE && isAfter(9) ? 'dns,files' : undefined;
}

/** Is [start, end), which has `) = ` behind it, made of ASCII from `*` on but for the backslash? Names are. */
function isHost(view: DataView, start: number, end: number): boolean {
  if (start >= end) return false;
  let at = start;
  for (; at + 4 <= end; at += 4) if (!areHostBytes(view.getInt32(at, true))) return false;
  // The last word goes into `) = `; this bit makes host bytes of the three.
  return areHostBytes(view.getInt32(at, true) | (0x40404040 << (8 * (end - at))));
}

/** Of the lowest of the four bytes that is over 0x7f, under 0x2a, or a backslash, this sets the high bit. */
function areHostBytes(word: number): boolean {
  const odd = ~(word + 0x56565656) | ((word ^ 0x5c5c5c5c) - 0x01010101);
  return (odd & 0x80808080) === 0;
}
