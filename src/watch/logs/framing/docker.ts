import { timeAt } from '../timestamp.ts';
import type { Part } from './part.ts';

// moby/moby, daemon/logger/jsonfilelog/jsonlog. More keys than these: not
// Docker's, but an application's or a collector's line.
const KEYS = new Set(['log', 'stream', 'time', 'attrs']);

/**
 * A line of Docker's json-file log driver, or `undefined` if it is none. Docker reads 16 KiB of an application's
 * line at a time, and only the last part has its newline.
 */
export function parseDocker(line: string): Part | undefined {
  if (!line.startsWith('{') || !line.includes('"stream"') || !line.includes('"time"')) return undefined;
  const object = parseObject(line);
  if (object === undefined || !Object.keys(object).every((key) => KEYS.has(key))) return undefined;
  const { log, stream, time } = object;
  if (typeof log !== 'string' || typeof time !== 'string') return undefined;
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const at = timeAt(time);
  if (at === undefined) return undefined;
  const last = log.endsWith('\n');
  return { stream, at, text: last ? log.slice(0, -1) : log, last };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
