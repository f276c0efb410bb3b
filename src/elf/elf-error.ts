/** A file that is no ELF file, or one that no kernel would run; or its section headers, which running needs not. */
export class ElfError extends Error {
  readonly code = 'MALFORMED';

  constructor(what: string) {
    super(what);
    this.name = 'ElfError';
  }
}
