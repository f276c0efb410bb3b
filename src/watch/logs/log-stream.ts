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
  let writtenAfter = 0;
  let wantsNext = false;

  /**
   * The runtime's time, or else the application's own. That one is often without a zone, so of what was seen to be
   * written it is believed only as far as it can be true; and a clock that is ahead must not hold a finding open.
   */
  function timeOfFrame({ at, text }: Frame): number {
    const now = clock();
    return Math.min(at ?? Math.max(timeOf(text, now) ?? writtenBy, writtenAfter), now);
  }

  function read(frame: Frame): boolean {
    const { told, wantsNext } = understand(app, frame.text, timeOfFrame(frame));
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
    write(bytes, by, after = 0) {
      writtenBy = by;
      writtenAfter = after;
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
