import { shortened } from '../journal/kept-text.ts';
import type { QueryRecord } from '../resolver/lookup-record.ts';
import { printable } from './terminal.ts';

/** Narrower, a bar says nothing. */
const MIN_BAR = 12;
const MAX_BAR = 60;
const MAX_NAME = 40;

/**
 * Queries as rows with a bar each, from sending to the reply, on a scale of
 * `longest` ms: `A  web.test  10.0.0.1:53  udp 40123  NOERROR 1  ▐█▌`. A query
 * without a reply is a dotted line for as long as one was waited for.
 */
export function timeline(
  queries: readonly QueryRecord[],
  { longest, width }: { longest: number; width: number },
): string[] {
  const cells = queries.map(cellsOf);
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const taken = widths.reduce((sum, each) => sum + each + 2, 2);
  const bar = Math.min(MAX_BAR, width - taken);
  return queries.map((query, index) => {
    const row = (cells[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return bar >= MIN_BAR ? `${row}  ${barOf(query, longest, bar)}`.trimEnd() : row.trimEnd();
  });
}

function cellsOf({ atMs, proto, server, sourcePort, name, type, reply, unanswered }: QueryRecord): string[] {
  const answer = reply
    ? `${reply.rcode}${reply.tc ? ' TC' : ''}${reply.answers > 0 ? ` ${reply.answers}` : ''}`
    : (unanswered?.errno ?? 'no answer');
  const took = reply ? `${(reply.atMs - atMs).toFixed(1)} ms` : '';
  return [
    `${(atMs / 1000).toFixed(3)}`,
    type,
    shortened(printable(name), MAX_NAME),
    `${proto} ${sourcePort}→${server}`,
    answer,
    took.padStart(9),
  ];
}

function barOf({ atMs, reply, unanswered }: QueryRecord, longest: number, width: number): string {
  const column = (ms: number) => Math.min(width - 1, Math.floor((ms / Math.max(longest, 0.001)) * width));
  const from = column(atMs);
  const to = column(reply?.atMs ?? unanswered?.untilMs ?? longest);
  return `${' '.repeat(from)}${(reply ? '█' : '┄').repeat(Math.max(1, to - from + 1))}`;
}
