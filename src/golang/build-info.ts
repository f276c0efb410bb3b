/** What Go's linker leaves in a binary of how it was built: runtime/debug.BuildInfo. */

/** A module that is in the binary. */
export interface Module {
  path: string;
  version: string;
  /** `=>`: what was built in its place. */
  replacedBy?: { path: string; version: string };
}

export interface BuildInfo {
  /** As runtime.Version() gives it: `go1.24.4`, `devel go1.28-abcdef`. */
  goVersion: string;
  /** Import path of the main package; absent in what was built without modules, and by garble. */
  path?: string;
  main?: Module;
  deps: readonly Module[];
  /** `build` lines since Go 1.18: `CGO_ENABLED` → `1`, `-tags` → `netgo,osusergo`, `DefaultGODEBUG`. */
  settings: ReadonlyMap<string, string>;
  /** There is more of it than was read, or the file ends within it: `deps` and `settings` may lack some. */
  truncated?: true;
}
