import type { BinaryFacts } from '../binary/binary-facts.ts';

/** Files of an image that Go programs read, or people need at 3 a.m. */
const IMAGE_FILES = [
  'resolv.conf',
  'nsswitch.conf',
  'hosts',
  'ca-certificates',
  'tzdata',
  'passwd',
  'shell',
] as const;
export type ImageFile = (typeof IMAGE_FILES)[number];

/** A C library that an image has. */
export interface ImageLibc {
  libc: 'glibc' | 'musl';
  /** `2.36`, `1.2.5`; absent: it does not tell. */
  version?: string;
  /** Path within the image of the file that shows it. */
  file: string;
}

/** How the program itself stands among what needs something. */
export const THE_PROGRAM = 'the program';

/**
 * What an image has of what one binary asks for: read from a root directory (watch/image), or a row of base-images.ts.
 * All paths are within the image.
 */
export interface ImageFacts {
  /** `Debian GNU/Linux 12 (bookworm)`: PRETTY_NAME of os-release(5). */
  os?: string;
  /** All that are there, whether or not the binary asks for them. */
  libcs: readonly ImageLibc[];
  /** Loaders of other libcs that stand in for glibc's: by whose files they are known. */
  compat?: 'libc6-compat' | 'gcompat';
  /** What is at the binary's PT_INTERP; absent: nothing, or it has none. */
  loader?: {
    /** Where links lead to. */
    leadsTo: string;
    libc: 'glibc' | 'musl' | 'unknown';
    version?: string;
    /** GOARCH words; empty: it is no ELF file. */
    arch: string;
  };
  /** Libraries that the binary needs, also through others, and that are nowhere the loader looks. */
  missingLibraries: readonly { soname: string; neededBy: string }[];
  /** Symbols and versions that no library has: `GLIBC_2.38`, `__res_search`. */
  missingSymbols: readonly { symbol: string; library?: string; neededBy: string }[];
  /** Absent: not known. */
  files: Partial<Record<ImageFile, boolean>>;
}

/** Whether the kernel and the loader would get a binary to its entry point. */
export interface StartVerdict {
  /** undefined: cannot be told, as of a packed binary. */
  starts: boolean | undefined;
  /** One line for people. */
  why: string;
  /** Loader, libraries and symbols that are not there. */
  missing: readonly string[];
  /** Whose getaddrinfo lookups through cgo would call. */
  resolverLibc: 'glibc' | 'musl' | 'none' | 'unknown';
  /** `loader-missing` and so on: the findings that this alone opens; empty where all is well. */
  findings: readonly ('loader-missing' | 'pie-needs-loader' | 'compat-loader')[];
}

/** Judges one binary in one image. Pure: image/starts.ts. */
export type JudgeStart = (binary: BinaryFacts, image: ImageFacts) => StartVerdict;
