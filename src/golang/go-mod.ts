/** What a go.mod says: https://go.dev/ref/mod#go-mod-file. Lines count from 1. */
export interface GoMod {
  /** Path of the main module. */
  module?: string;
  /** `go 1.24`, `go 1.24.4`. */
  go?: { version: string; line: number };
  toolchain?: string;
  requires: readonly { path: string; version: string; line: number; indirect: boolean }[];
  /** Only what replaces a module by another one or a directory. */
  replaces: readonly { path: string; by: string; line: number }[];
  /** `godebug` directives and what they set: `netdns` → `cgo`. */
  godebug: ReadonlyMap<string, { value: string; line: number }>;
}
