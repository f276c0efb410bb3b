import { ONCE_ONLY_LINES, type OnceOnlyLine } from './once-only-lines.ts';

/** What every netdns line begins with. It may stand behind any prefix, since Go writes it in pieces to fd 2. */
export const TRACE_PREFIX = 'go package net: ';

/** hostLookupOrder's String() in net/conf.go, longest first: `files` also begins `files,dns`. */
export const ORDERS = ['files,dns', 'dns,files', 'files', 'dns', 'cgo'] as const;
export type Order = (typeof ORDERS)[number];

/** confVal's flags, the first line at level 2 since 1.19; a flag is absent where the line was cut before it. */
export interface ConfigLine {
  kind: 'config';
  netCgo?: boolean;
  netGo?: boolean;
}

/** One lookup and the order Go chose for it; `host` is absent where it cannot be told apart from glued text. */
export interface LookupLine {
  kind: 'lookup';
  func: LookupFunc;
  host?: string;
  order: Order;
}
export type LookupFunc = 'hostLookupOrder' | 'addrLookupOrder';

/** A lookup line whose order has not come yet; see {@link completeLookup}. */
export interface TornLookup {
  kind: 'torn-lookup';
  func: LookupFunc;
  /** What stood behind the opening parenthesis: the host if the tear is behind it, glued text, or both. */
  rest: string;
}

export type TraceLine =
  | { kind: 'once'; line: OnceOnlyLine }
  | ConfigLine
  | LookupLine
  | TornLookup
  /** Begins as a trace line but is cut before anything can be told. */
  | { kind: 'cut' };

/**
 * The trace lines in a line of text: none, one, or several where writes of two processes were glued together.
 *
 * @example parseTraceLines('x go package net: hostLookupOrder(db) = cgo') // [{kind:'lookup', host:'db', order:'cgo', …}]
 */
export function parseTraceLines(text: string): TraceLine[] {
  return text
    .split(TRACE_PREFIX)
    .slice(1)
    .map((segment) => parseSegment(segment.trimEnd()));
}

function parseSegment(segment: string): TraceLine {
  const lookup = /^(hostLookupOrder|addrLookupOrder)\(([\s\S]*)$/.exec(segment);
  if (lookup) return parseLookup(lookup[1] as LookupFunc, lookup[2] ?? '');
  if (segment.startsWith('confVal.netCgo')) return parseConfig(segment);
  const line = ONCE_ONLY_LINES.find((known) => segment.startsWith(known.text)) ?? onlyLineBeginning(segment);
  return line ? { kind: 'once', line } : { kind: 'cut' };
}

/** println puts two spaces before netGo: one of its own and one of the string's. */
function parseConfig(segment: string): ConfigLine {
  const match = /^confVal\.netCgo = (true|false)(?: {2}netGo = (true|false))?/.exec(segment);
  return {
    kind: 'config',
    ...(match?.[1] && { netCgo: match[1] === 'true' }),
    ...(match?.[2] && { netGo: match[2] === 'true' }),
  };
}

/** A line that was cut short is still known if only one line begins like it. */
function onlyLineBeginning(segment: string): OnceOnlyLine | undefined {
  if (segment === '') return undefined;
  const candidates = ONCE_ONLY_LINES.filter((known) => known.text.startsWith(segment));
  return candidates.length === 1 ? candidates[0] : undefined;
}

function parseLookup(func: LookupFunc, rest: string): LookupLine | TornLookup {
  const found = findOrder(rest);
  if (!found) return { kind: 'torn-lookup', func, rest };
  return { kind: 'lookup', func, host: rest.slice(0, found.at), order: found.order };
}

const BEFORE_ORDER = ') = ';

/**
 * Where the host ends and which order follows. A host is printed raw and may hold `) = ` itself, so an order that
 * ends the text wins; otherwise something was glued on behind the order, and the first one counts.
 */
function findOrder(text: string): { at: number; order: Order } | undefined {
  const last = text.lastIndexOf(BEFORE_ORDER);
  if (last < 0) return undefined;
  const whole = ORDERS.find((order) => text.slice(last + BEFORE_ORDER.length) === order);
  if (whole) return { at: last, order: whole };
  for (let at = text.indexOf(BEFORE_ORDER); at >= 0; at = text.indexOf(BEFORE_ORDER, at + 1)) {
    const order = ORDERS.find((o) => text.startsWith(o, at + BEFORE_ORDER.length));
    if (order) return { at, order };
  }
  return undefined;
}

/**
 * Completes a torn lookup line with a later line, if that is its tail. Go writes a lookup line in five pieces —
 * `…hostLookupOrder(`, host, `) = `, order, newline — and another writer's lines may come between any two.
 */
export function completeLookup(torn: TornLookup, text: string): LookupLine | undefined {
  const { func, rest } = torn;
  const tail = text.trimEnd();
  const bare = ORDERS.find((order) => order === tail);
  if (bare) {
    // Torn behind `) = `: the host came whole before it, whatever follows it there is glued.
    const end = rest.indexOf(BEFORE_ORDER);
    return end < 0 ? undefined : { kind: 'lookup', func, host: rest.slice(0, end), order: bare };
  }
  const found = findOrder(tail);
  if (!found || tail.length !== found.at + BEFORE_ORDER.length + found.order.length) return undefined;
  // Torn before the host: the tail has all of it. Torn behind it: the head has it, with glued text behind.
  if (found.at > 0) return { kind: 'lookup', func, host: tail.slice(0, found.at), order: found.order };
  return { kind: 'lookup', func, order: found.order };
}
