/** What a source gives to its logs. */
import type { SourceEvents } from '../source.ts';
import type { Generations } from './generations.ts';
import type { Ledger } from './ledger.ts';
import type { Timing } from './timing.ts';

/** What the logs of one source share. */
export interface Shared {
  events: SourceEvents;
  ledger: Ledger;
  timing: Timing;
  buffer: Uint8Array;
  /**
   * Whether the pattern has been looked up in this look, and whether a log wants that: what comes to the path of a
   * log may be a copy of another log that came in the same moment.
   */
  lookup: { fresh: boolean; wanted: boolean };
  /** When the source began, in milliseconds since the epoch. */
  startedAt: number;
  /** The logs of which `path`, by its name, is a rotated generation or a copy. */
  ancestors(path: string): Generations[];
  /** The logs that, by their names, are rotated generations or copies of `path`. */
  descendants(path: string): Generations[];
}
