/** A log source's state, as on-call needs it: `why` names the thing and the cure. */
export type SourceState =
  | { state: 'ok' }
  | { state: 'missing' | 'denied' | 'not-a-file' | 'failed'; why: string };

/** Counters and state of one configured log source. `source` is its label: the file, glob or FIFO as configured. */
export interface SourceRecord {
  readonly source: string;
  lines: number;
  bytes: number;
  rotations: number;
  lostBytes: number;
  lagBytes: () => number;
  state: SourceState;
  /** Since when the source has been in its state, ms since the epoch. */
  stateSince: number;
}

/** A record of a source that has not been looked at yet. */
export function createSourceRecord(source: string, now: number): SourceRecord {
  return {
    source,
    lines: 0,
    bytes: 0,
    rotations: 0,
    lostBytes: 0,
    lagBytes: () => 0,
    state: { state: 'ok' },
    stateSince: now,
  };
}
