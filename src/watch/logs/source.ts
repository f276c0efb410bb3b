/**
 * The seam between reading and understanding a log. A source (file, glob, FIFO, stdin) reads bytes and
 * knows nothing of lines; a {@link LogStream} takes the bytes of one physical file and knows nothing of files.
 */

import type { SourceState } from '../../journal/source-record.ts';

export type { SourceState };

/** Takes the bytes of one physical file, FIFO or pipe, in order. */
export interface LogStream {
  /**
   * @param bytes valid only during the call
   * @param writtenBy ms since the epoch: the bytes were written at this time or before (now, or the file's mtime)
   * @param writtenAfter ms since the epoch: they were not there yet at this time; absent: they may be of any age
   */
  write(bytes: Uint8Array, writtenBy: number, writtenAfter?: number): void;
  /** No more bytes will come: what stands of an unfinished last line is all there is of it. */
  end(): void;
}

/** What a source tells of itself, as it happens. */
export interface SourceEvents {
  /** A physical file was opened; every byte of it goes to the returned stream. `path` has its symlinks resolved. */
  open(path: string): LogStream;
  /** The log went on in another file (rename), or started anew in the same one (copytruncate). */
  rotated(): void;
  /** Bytes were read. */
  read(bytes: number): void;
  /** Bytes that were in the log can no longer be read. */
  lost(bytes: number): void;
  state(state: SourceState): void;
}

/** A running source. */
export interface LogSource {
  /** Bytes written to the log and not read yet, as of the last look. */
  lagBytes(): number;
  /** Stops reading and closes what is open; resolves when nothing more will be written to any stream. */
  stop(): Promise<void>;
}
