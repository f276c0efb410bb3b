/** How often a source looks, and how long it waits, in milliseconds. */
export interface Timing {
  /** From one look to the next while the logs are written to. */
  active: number;
  /** The same when nothing has been written for a while. */
  idle: number;
  /** From one search for new files to the next. */
  rescan: number;
  /** A rotated file that has not grown for so long is done with, once its successor is in use. */
  drain: number;
  /** A file that was moved away without a successor is closed after so long; it is known again if it comes back. */
  forget: number;
}

export const TIMING: Timing = { active: 100, idle: 500, rescan: 1000, drain: 5000, forget: 600_000 };
