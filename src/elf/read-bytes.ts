/** Bytes of a file from a position on: fewer where it ends. Knowledge reads so, and does no I/O itself. */
export type ReadBytes = (position: number, length: number) => Promise<Uint8Array>;
