import type { ConntrackCounters, ConntrackEvent, ConntrackSample } from '../../journal/conntrack-record.ts';
import { createByteLines } from '../../procfs/byte-lines.ts';
import { ProcfsError } from '../../procfs/procfs-error.ts';
import { parseMetricLine } from './metrics-text.ts';

const PREFIX = 'node_nf_conntrack_';
/** node_exporter 1.5, collector conntrack; the kernel's names. It has no clash_resolve. */
const EVENTS: Readonly<Record<string, ConntrackEvent>> = {
  stat_insert_failed: 'insert_failed',
  stat_drop: 'drop',
  stat_early_drop: 'early_drop',
  stat_search_restart: 'search_restart',
  stat_invalid: 'invalid',
};
const MAX_LINE = 1 << 16;

/** Takes what a node_exporter says, in chunks cut anywhere, and keeps only its numbers of connection tracking. */
export interface ExporterReader {
  /** @throws {ProcfsError} where it is no text of metrics */
  write(chunk: Uint8Array): void;
  /** What was said; absent: nothing of connection tracking. */
  end(): Omit<ConntrackSample, 'at'> | undefined;
}

/** @param source for errors */
export function createExporterReader(source: string): ExporterReader {
  const values = new Map<string, number>();
  let isFirst = true;

  function takeLine(line: string): void {
    const sample = parseMetricLine(line);
    if (sample === undefined) throw new ProcfsError(source, 'not the text format of metrics');
    if (sample === 'nothing' || !sample.name.startsWith(PREFIX)) return;
    const name = sample.name.slice(PREFIX.length);
    if (name !== 'entries' && name !== 'entries_limit' && !Object.hasOwn(EVENTS, name)) return;
    // Of two nodes at one address, as a federation has them, neither is ours.
    if (values.has(name)) throw new ProcfsError(source, `more than one series of ${sample.name}`);
    values.set(name, sample.value);
  }

  const write = createByteLines(source, MAX_LINE, (bytes, from, to) => {
    // Of thousands of lines only ours are looked at, and the first: a page of something else must not pass for metrics.
    if (!isFirst && !beginsWithPrefix(bytes, from, to)) return;
    isFirst = false;
    takeLine(
      Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from)
        .toString('utf8')
        .replace(/\r$/, ''),
    );
  });

  return { write, end: () => sampleOf(values) };
}

function beginsWithPrefix(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < PREFIX.length) return false;
  for (let at = 0; at < PREFIX.length; at++) if (bytes[from + at] !== PREFIX.charCodeAt(at)) return false;
  return true;
}

function sampleOf(values: ReadonlyMap<string, number>): Omit<ConntrackSample, 'at'> | undefined {
  const counters: ConntrackCounters = {};
  for (const [name, event] of Object.entries(EVENTS)) {
    const count = countOf(values.get(name));
    if (count !== undefined) counters[event] = count;
  }
  const [entries, limit] = [countOf(values.get('entries')), countOf(values.get('entries_limit'))];
  const hasCounters = Object.keys(counters).length > 0;
  if (entries === undefined && !hasCounters) return undefined;
  return {
    ...(entries !== undefined && { entries }),
    ...(limit !== undefined && { limit }),
    ...(hasCounters && { counters }),
  };
}

/** NaN, an infinity and what is below zero count nothing. */
function countOf(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}
