/** A file of /proc that is there and can be read, and is not what the kernel writes. */
export class ProcfsError extends Error {
  readonly code = 'MALFORMED';
  /** As below /proc: `net/sockstat`. */
  readonly file: string;

  constructor(file: string, what: string) {
    super(`${file}: ${what}`);
    this.name = 'ProcfsError';
    this.file = file;
  }
}
