import { describe, expect, it } from 'vitest';
import { createAppRecord } from '../../../src/journal/app-record.ts';
import { createLogStream } from '../../../src/watch/logs/log-stream.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const HOUR = 3_600_000;

/** When a failure in a log was, as far as can be told. */
function lastFailure(line: string, writtenBy: number, writtenAfter?: number): string {
  const app = createAppRecord('app');
  const stream = createLogStream(app, { lines: () => {}, skipped: () => {} }, () => NOW);
  stream.write(Buffer.from(`${line}\n`), writtenBy, writtenAfter);
  stream.end();
  return new Date(app.errors.entries()[0]?.last ?? 0).toISOString();
}

describe('when a line was written', () => {
  const error = 'lookup db: Try again';
  it('is the runtime’s time', () => {
    expect(lastFailure(`2026-11-23T09:59:00.5Z stderr F ${error}`, NOW, NOW)).toBe(
      '2026-11-23T09:59:00.500Z',
    );
  });
  it('is the application’s own, in what was there before', () => {
    expect(lastFailure(`{"time":"2026-11-23T08:00:00Z","err":"${error}"}`, NOW)).toBe(
      '2026-11-23T08:00:00.000Z',
    );
  });
  it('is not before it was seen to be written: a stamp without zone may be hours off', () => {
    expect(lastFailure(`2026/11/23 05:00:00 ${error}`, NOW, NOW - 500)).toBe('2026-11-23T09:59:59.500Z');
  });
  it('is the file’s time of change where the line has none', () => {
    expect(lastFailure(error, NOW - HOUR)).toBe('2026-11-23T09:00:00.000Z');
  });
  it('is never later than now', () => {
    expect(lastFailure(`2026-11-24T10:00:00Z ${error}`, NOW)).toBe('2026-11-23T10:00:00.000Z');
  });
});

describe('what is counted without being decoded', () => {
  it('agrees with what is decoded, when orders mix and errors stand between', () => {
    const lines = [
      'go package net: confVal.netCgo = false  netGo = false',
      'go package net: dynamic selection of DNS resolver',
      ...Array.from(
        { length: 50 },
        (_, i) => `go package net: hostLookupOrder(h${i}) = ${i % 7 === 3 ? 'cgo' : 'files,dns'}`,
      ),
      'lookup h3: no such host',
      'lookup h4: no such host',
    ];
    const app = createAppRecord('app');
    const stream = createLogStream(app, { lines: () => {}, skipped: () => {} }, () => NOW);
    stream.write(Buffer.from(lines.join('\n')), NOW);
    stream.end();
    expect(app.trace.summary().lookups).toEqual({ 'files,dns': 43, cgo: 7 });
    expect([app.lines, app.matched]).toEqual([54, 54]);
    // From the second order on the trace remembers which name took which.
    expect(app.errors.entries().map(({ name, resolver }) => [name, resolver])).toEqual([
      ['h3', 'cgo'],
      ['h4', 'go'],
    ]);
  });

  it('does not hide an error glued before it', () => {
    const app = createAppRecord('app');
    const stream = createLogStream(app, { lines: () => {}, skipped: () => {} }, () => NOW);
    const line = 'go package net: hostLookupOrder(a) = cgo';
    stream.write(Buffer.from(`${line}\nlookup b: Try again${line}\n${line}\n`), NOW);
    stream.end();
    expect(app.trace.summary().lookups).toEqual({ cgo: 3 });
    expect(app.errors.entries()).toMatchObject([{ name: 'b', resolver: 'cgo-musl' }]);
  });
});
