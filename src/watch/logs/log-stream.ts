import { lookupLineBytes } from '../../golang/lookup-line-bytes.ts';
import type { AppRecord } from '../../journal/app-record.ts';
import { createFrameDecoder, type Frame } from './framing.ts';
import { NEEDLES } from './needles.ts';
import { createLineScanner } from './scan/scanner.ts';
import type { LogStream } from './source.ts';
import { timeOf } from './timestamp.ts';
import { understand } from './understand.ts';

/** What a stream tells besides what it understands. */
export interface StreamCounters {
  lines(count: number): void;
  /** Bytes past the cap of a line. */
  skipped(bytes: number): void;
}

const decoder = new TextDecoder();

/** Takes the bytes of one log file and keeps in `app` what its lines tell. `clock` gives ms since the epoch. */
export function createLogStream(app: AppRecord, counters: StreamCounters, clock: () => number): LogStream {
  const frames = createFrameDecoder();
  let writtenBy = 0;
  let wantsNext = false;

  function read(frame: Frame): boolean {
    const now = clock();
    // A clock that is ahead must not hold a finding open for longer than the window.
    const at = Math.min(frame.at ?? timeOf(frame.text, now) ?? writtenBy, now);
    const { told, wantsNext } = understand(app, frame.text, at);
    if (told) app.matched++;
    return wantsNext;
  }

  const scanner = createLineScanner(
    {
      line(bytes, start, end) {
        if (!wantsNext && countLookupLine(app, bytes, start, end)) return false;
        const { record, open } = frames.decode(decoder.decode(bytes.subarray(start, end)));
        const torn = record ? read(record) : wantsNext;
        wantsNext = open || torn;
        return wantsNext;
      },
      lines(count) {
        app.lines += count;
        counters.lines(count);
      },
      skipped: counters.skipped,
    },
    { needles: NEEDLES },
  );

  return {
    write(bytes, at) {
      writtenBy = at;
      scanner.write(bytes);
    },
    end() {
      scanner.end();
      for (const record of frames.flush()) read(record);
    },
  };
}

/** The commonest line by far, one lookup of the trace, is counted without being decoded. */
function countLookupLine(app: AppRecord, bytes: Uint8Array, start: number, end: number): boolean {
  const line = lookupLineBytes(bytes, start, end);
  if (line === undefined || !app.trace.countAlike(line.func, line.order)) return false;
  app.matched++;
  return true;
}
