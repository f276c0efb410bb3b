/** A library that a program needs at run time, and the packages that have it. */
export interface NativeLibrary {
  /** Without a version, which differs by release: `libvips.so`. */
  soname: string;
  /** Of Debian 12; absent: it has none. */
  debian?: string;
  alpine?: string;
}

/** A module of Go that brings C, and what that asks of the build and of the image. */
export interface NativeModule {
  /** Without a major version suffix. */
  path: string;
  /** Other paths of the same code: `gopkg.in`, forks, one module a platform. */
  also?: readonly string[];
  /** What it is, for people. */
  what: string;
  /**
   * `some-packages`: only those of {@link packages}; `unless-tag`: not with the tag {@link withoutTag}; `optional`: it
   * does with less; `never`: it calls C without cgo, and the binary asks for the loader all the same.
   */
  needsCgo: 'always' | 'some-packages' | 'unless-tag' | 'optional' | 'never';
  /** Below the module's path. */
  packages?: readonly string[];
  withoutTag?: string;
  /** What CGO_ENABLED=0 leads to. `error`: the build succeeds, and using it fails with {@link stub}. */
  withoutCgo: 'build-fails' | 'error' | 'works';
  /** The text of that error. */
  stub?: string;
  /** Modules that import it and do without where cgo is off: so it needs cgo only where it is imported directly. */
  optionalFor?: string;
  /** `bundled`: in the module, whatever the image has; `linked`: with the system's; `loaded`: by dlopen, at run time. */
  code: 'bundled' | 'linked' | 'loaded';
  /** Its C++ asks for libstdc++ at run time. */
  cplusplus?: boolean;
  /** Libcs that it can be built for; a library that is only there as glibc's code goes with glibc alone. */
  libcs: readonly ('glibc' | 'musl')[];
  /** Build tag that a build for musl has to have. */
  muslTag?: string;
  runLibraries: readonly NativeLibrary[];
  /** Headers and link names, beside a C compiler. */
  buildPackages: { debian: readonly string[]; alpine: readonly string[] };
  /** Build tag that takes the system's library in the place of the bundled one, and that library. */
  system?: { tag: string } & Pick<NativeModule, 'runLibraries' | 'buildPackages'>;
  /** What no distribution has as a package: `Oracle Instant Client`. */
  byHand?: string;
  pureGo?: { path: string; note?: string };
}

export const BOTH = ['glibc', 'musl'] as const;
export const GLIBC = ['glibc'] as const;

/** What rows without packages have in common. */
export const NO_PACKAGES = { runLibraries: [], buildPackages: { debian: [], alpine: [] } } as const;

/** One library with its development package in either distribution. */
export function packaged(
  soname: string,
  [debian, alpine]: readonly [string, string?],
  [debianDev, alpineDev]: readonly [string, string?],
): Pick<NativeModule, 'runLibraries' | 'buildPackages'> {
  return {
    runLibraries: [{ soname, debian, ...(alpine !== undefined && { alpine }) }],
    buildPackages: { debian: [debianDev], alpine: alpineDev === undefined ? [] : [alpineDev] },
  };
}
