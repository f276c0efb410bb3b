/** A go.mod or go.sum that the go command would not take either. */
export class GoFileError extends Error {
  readonly code = 'MALFORMED';
  readonly file: 'go.mod' | 'go.sum';
  /** From 1. */
  readonly line: number;

  constructor(file: GoFileError['file'], line: number, what: string) {
    super(`${file} line ${line}: ${what}`);
    this.name = 'GoFileError';
    this.file = file;
    this.line = line;
  }
}
