/** The output of a container that a line was written to. */
export type StdStream = 'stdout' | 'stderr';

/** What a container runtime put on one line of its log: a line of the application, or a part of one. */
export interface Part {
  stream: StdStream;
  /** ms since the epoch */
  at: number;
  text: string;
  /** The application's line ends here; else the next part of the same stream goes on with it. */
  last: boolean;
}
