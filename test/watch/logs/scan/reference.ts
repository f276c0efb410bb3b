import { createLineScanner, type LineHandlers } from '../../../../src/watch/logs/scan/scanner.ts';

/** Everything a scanner told of one log. */
export interface Told {
  delivered: string[];
  lines: number;
  skipped: number;
}

/** Handlers that note what they are told. Bytes are kept as latin1: one character each, whatever they are. */
export function noting(wantsNext: (line: string) => boolean = () => false): {
  told: Told;
  handlers: LineHandlers;
} {
  const told: Told = { delivered: [], lines: 0, skipped: 0 };
  const handlers: LineHandlers = {
    line(bytes, start, end) {
      if (end < start) throw new RangeError(`a line of ${end - start} bytes`);
      const line = bytes.toString('latin1', start, end);
      told.delivered.push(line);
      return wantsNext(line);
    },
    lines(count) {
      told.lines += count;
    },
    skipped(bytes) {
      told.skipped += bytes;
    },
  };
  return { told, handlers };
}

/** What a scanner has to tell of a log, worked out in the plainest way. */
export function reference(
  log: string,
  needles: readonly string[],
  wantsNext: (line: string) => boolean,
): Told {
  const told: Told = { delivered: [], lines: 0, skipped: 0 };
  const lines = log.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let wanted = false;
  for (const line of lines) {
    told.lines++;
    const isHit = line.length >= 16 * 1024 || needles.some((needle) => line.includes(needle));
    if (!isHit && !wanted) continue;
    const isTooLong = line.length > 64 * 1024;
    const shown = isTooLong ? line.slice(0, 64 * 1024) : line.replace(/\r$/, '');
    told.delivered.push(shown);
    told.skipped += isTooLong ? line.length - shown.length : 0;
    wanted = wantsNext(shown);
  }
  return told;
}

/** The bytes of a text of latin1 characters. */
export const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What a scanner tells of a log that is written to it in these chunks. */
export function scanAll(
  needles: readonly string[],
  chunks: string[],
  wantsNext?: (line: string) => boolean,
): Told {
  const { told, handlers } = noting(wantsNext);
  const scanner = createLineScanner(handlers, { needles });
  for (const chunk of chunks) scanner.write(bytes(chunk));
  scanner.end();
  return told;
}
