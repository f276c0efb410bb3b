/**
 * The conntrack collector of node_exporter (collector/conntrack_linux.go), out of everything else that it tells, as
 * text of Prometheus (version 0.0.4) or OpenMetrics. Pure: bytes in, numbers out.
 */
import type { ConntrackEvent, ConntrackSample } from '../../journal/conntrack-record.ts';

/** What of a sample comes from elsewhere than our own clock. */
export type NodeSample = Pick<ConntrackSample, 'entries' | 'limit' | 'counters'>;

export interface NodeConntrackText {
  sample: NodeSample;
  /** A name that had several values, as where one page tells of many nodes: then it is not known which is ours. */
  repeated?: string;
  /** It begins with something that no such text has, as a page of HTML does. */
  isOther: boolean;
}

export interface NodeConntrackParser {
  write(bytes: Uint8Array): void;
  end(): NodeConntrackText;
}

const PREFIX = 'node_nf_conntrack_';
const PREFIX_BYTES = Buffer.from(PREFIX);
const ENTRIES = 'entries';
const LIMIT = 'entries_limit';
/** conntrack_linux.go has no clashres. */
const COUNTERS: ReadonlyMap<string, ConntrackEvent> = new Map([
  ['stat_insert_failed', 'insert_failed'],
  ['stat_drop', 'drop'],
  ['stat_early_drop', 'early_drop'],
  ['stat_search_restart', 'search_restart'],
  ['stat_invalid', 'invalid'],
]);

/**
 * A line with a value, its timestamp and exemplar if it has any; within quotes a label's value holds anything. No part
 * may match what the part after it does: such a line would take the square of its length.
 */
const SAMPLE = new RegExp(
  [
    `^[ \\t]*${PREFIX}(?<name>\\w+)`,
    /(?:[ \t]*\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\}[ \t]*|[ \t]+)/.source,
    /(?<value>\+?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/.source,
    /(?:[ \t]+-?[\d.]+)?[ \t]*(?:#.*)?\r?$/.source,
  ].join(''),
);
/** How a line of either format begins. */
const BEGINNING = /^[ \t]*(?:\r?$|#|[a-zA-Z_:][\w:]*[ \t]*(?:\{|[ \t][-+.\dNI]))/;
const LONGEST_LINE = 64 << 10;
const [NEWLINE, BLANK, TAB] = [0x0a, 0x20, 0x09];

/**
 * Takes the text in pieces, however it is cut, and never throws: a line that is none is left out, as is a value that is
 * no count (NaN, infinite, negative, a fraction). A last line without its newline was cut, and its number may be too.
 */
export function createNodeConntrackParser(): NodeConntrackParser {
  const values = new Map<string, number>();
  let repeated: string | undefined;
  let isOther: boolean | undefined;
  const held = Buffer.allocUnsafe(LONGEST_LINE);
  let length = 0;
  let tooLong = false;

  function takeLine(bytes: Buffer, from: number, to: number): void {
    if (to - from > LONGEST_LINE) return;
    isOther ??= !BEGINNING.test(bytes.toString('latin1', from, to));
    if (!isOurs(bytes, from, to)) return;
    const { name, value } = SAMPLE.exec(bytes.toString('latin1', from, to))?.groups ?? {};
    const count = Number(value);
    if (name === undefined || !Number.isSafeInteger(count) || !isKnown(name)) return;
    if (values.has(name)) repeated ??= `${PREFIX}${name}`;
    else values.set(name, count);
  }

  function hold(bytes: Buffer, from: number, to: number): void {
    if (tooLong || length + to - from > LONGEST_LINE) tooLong = true;
    else length += bytes.copy(held, length, from, to);
  }

  function endHeld(bytes: Buffer, from: number, to: number): void {
    hold(bytes, from, to);
    if (!tooLong) takeLine(held, 0, length);
    length = 0;
    tooLong = false;
  }

  return {
    write(piece) {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        if (length > 0 || tooLong) endHeld(bytes, from, end);
        else takeLine(bytes, from, end);
        from = end + 1;
      }
      hold(bytes, from, bytes.length);
    },
    end: () => ({
      sample: sampleOf(values),
      isOther: isOther === true,
      ...(repeated !== undefined && { repeated }),
    }),
  };
}

/** Without making a string of it: of a thousand lines ten are ours. */
function isOurs(bytes: Buffer, from: number, to: number): boolean {
  let start = from;
  while (start < to && (bytes[start] === BLANK || bytes[start] === TAB)) start++;
  return (
    to - start > PREFIX.length &&
    bytes.compare(PREFIX_BYTES, 0, PREFIX.length, start, start + PREFIX.length) === 0
  );
}

function isKnown(name: string): boolean {
  return name === ENTRIES || name === LIMIT || COUNTERS.has(name);
}

function sampleOf(values: ReadonlyMap<string, number>): NodeSample {
  const entries = values.get(ENTRIES);
  const limit = values.get(LIMIT);
  const counted = [...COUNTERS].flatMap(([name, event]) => {
    const value = values.get(name);
    return value === undefined ? [] : [[event, value] as const];
  });
  return {
    ...(entries !== undefined && { entries }),
    ...(limit !== undefined && { limit }),
    ...(counted.length > 0 && { counters: Object.fromEntries(counted) }),
  };
}
