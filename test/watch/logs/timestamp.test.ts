import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOf } from '../../../src/watch/logs/timestamp.ts';
import { cpuMs, filledWith } from './cpu-time.ts';
import { LOGGER_LINES } from './logger-lines.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const AT = Date.UTC(2026, 10, 23, 10, 0, 0, 123);

describe('timeOf', () => {
  it.each(LOGGER_LINES)('reads the time of $logger', ({ line, at }) => {
    expect(timeOf(line, NOW)).toBe(at);
  });

  it.each([
    ['2026-11-23T10:00:00.123456789Z stderr F x', AT],
    ['2026-11-23T12:00:00.123+02:00 x', AT],
    ['2026-11-23T04:30:00.123-0530 x', AT],
    ['2026-11-23 10:00:00.123456 +0000 UTC m=+0.1 x', AT],
    ['[2026-11-23T10:00:00.123Z] x', AT],
    ['\x1b[90m2026-11-23T10:00:00.123Z\x1b[0m INF x', AT],
    ['2026-11-23 10:00:00,123 x', new Date(2026, 10, 23, 10, 0, 0, 123).getTime()],
    ['2026-11-23 10:00:00 x', new Date(2026, 10, 23, 10).getTime()],
    [`{"ts":${AT}}`, AT],
    [`{"time":${AT}000}`, AT],
    [`{"t": ${AT}456789, "x":1}`, AT],
    [`{"timestamp":"${AT / 1000}"}`, AT],
    ['{"msg":"x","req":{"t":5,"time":"soon"},"@timestamp":"2026-11-23T10:00:00.123Z"}', AT],
    [`app-1  | {"msg":"x","ts":${AT / 1000}}`, AT],
    [`level=info ts=${AT / 1000} msg=x`, AT],
    ['level=info time="2026-11-23 10:00:00.123Z" msg=x', AT],
  ])('reads %s', (line, at) => {
    expect(timeOf(line, NOW)).toBe(at);
  });

  it.each([
    ['', 'nothing'],
    ['lookup a: no such host', 'no time'],
    ['{"ts":12,"time":"0001-01-01T00:00:00Z","t":1e400}', 'times out of range'],
    ['2026-13-01T00:00:00Z x', 'no such month'],
    ['2026-02-30 10:00:00 x', 'no such day'],
    ['1795427059 bytes read', 'a number'],
    ['uptime=1795427059', 'another key'],
    ['{"runtime":1795427059}', 'another key'],
    ['E1332 10:00:00.123456 1 a.go:1] x', 'no such day of klog'],
  ])('finds no time in %s (%s)', (line) => {
    expect(timeOf(line, NOW)).toBeUndefined();
  });

  it('gives a klog line the last year in which it can have been written', () => {
    const line = (day: string) => `I${day} 10:00:00.123456       1 a.go:1] x`;
    const local = (year: number, month: number, day: number) =>
      new Date(year, month - 1, day, 10, 0, 0, 123).getTime();
    expect(timeOf(line('1231'), local(2027, 1, 1))).toBe(local(2026, 12, 31));
    expect(timeOf(line('0101'), local(2026, 12, 31))).toBe(local(2027, 1, 1));
    expect(timeOf(line('0102'), local(2026, 12, 31))).toBe(local(2026, 1, 2));
    expect(timeOf(line('0229'), local(2025, 1, 1))).toBe(local(2024, 2, 29));
  });

  it('reads back any time that a logger can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2001-09-10Z'), max: new Date('2099-12-30Z'), noInvalidDate: true }),
        (date) => {
          const at = date.getTime();
          for (const time of [
            `"${date.toISOString()}"`,
            at,
            `${at}000`,
            `${at}123456`,
            (at / 1000).toFixed(3),
          ]) {
            expect(timeOf(`{"level":"info","ts":${time},"msg":"x"}`, NOW)).toBe(at);
          }
        },
      ),
    );
  });

  it.each(['"t":1,', '"t":"', ' t=1', 'time=', '1', '2026-11-23T', '\x1b[', '[', ' '])(
    'takes time in proportion to the length: 64 KiB of %j',
    (piece) => {
      expect(cpuMs(() => timeOf(filledWith(piece), NOW))).toBeLessThan(250);
    },
  );
});
