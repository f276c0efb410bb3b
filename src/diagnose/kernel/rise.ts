/** Whether a number rises clearly, how fast, and when it will be at its limit. */

/** One look at a number. */
export interface Point {
  /** ms since the epoch */
  at: number;
  value: number;
}

export interface Rise {
  perSecond: number;
  /** Seconds from the last point until the limit; absent: it is reached, or too far off to be told. */
  fullIn?: number;
}

/** The shortest that shows a clear rise counts, for it is the newest; for a forecast the shortest that bears it, ms. */
const WINDOWS_MS = [20_000, 60_000, 300_000];
/** Fewer points are a line by accident. */
const MIN_POINTS = 5;
/** How much of what the points differ is the line's (the coefficient of determination). */
const CLEAR = 0.8;
/** A forecast reaches so many times as far as was looked back: five minutes ahead take a minute. */
const REACH = 5;

/**
 * The clear rise at the end of some points, if there is one.
 *
 * @param points the oldest first
 * @param limit what is full
 * @param end the points before this index count
 */
export function riseOf(points: readonly Point[], limit: number, end = points.length): Rise | undefined {
  const last = points[end - 1];
  if (!last) return undefined;
  let begin = end;
  let clear: Rise | undefined;
  for (const windowMs of WINDOWS_MS) {
    while (begin > 0 && last.at - (points[begin - 1]?.at ?? 0) <= windowMs) begin--;
    const window = points.slice(begin, end);
    const overMs = last.at - (window[0]?.at ?? last.at);
    if (window.length < MIN_POINTS || overMs < windowMs / 2) continue;
    const perSecond = clearSlopeOf(window, last);
    if (perSecond === undefined) continue;
    const fullIn = (limit - last.value) / perSecond;
    if (fullIn > 0 && fullIn * 1_000 <= overMs * REACH) return { perSecond, fullIn };
    clear ??= { perSecond };
  }
  return clear;
}

/** By least squares, a second; undefined where the points are no line, or have ceased to rise. */
function clearSlopeOf(window: readonly Point[], last: Point): number | undefined {
  const mean = (of: (point: Point) => number) =>
    window.reduce((sum, point) => sum + of(point), 0) / window.length;
  const seconds = ({ at }: Point) => (at - last.at) / 1_000;
  const [middleX, middleY] = [mean(seconds), mean(({ value }) => value)];
  const sum = (of: (x: number, y: number) => number) =>
    window.reduce((total, point) => total + of(seconds(point) - middleX, point.value - middleY), 0);
  const [xx, yy, xy] = [sum((x) => x * x), sum((_, y) => y * y), sum((x, y) => x * y)];
  if (xx === 0 || yy === 0 || xy <= 0) return undefined;
  if ((xy * xy) / (xx * yy) < CLEAR) return undefined;
  const slope = xy / xx;
  // What rose and then stays where it is, is a line for a while.
  const middle = window[Math.floor(window.length / 2)] ?? last;
  const goesOn = last.value - middle.value >= (slope * (last.at - middle.at)) / 1_000 / 2;
  return goesOn ? slope : undefined;
}
