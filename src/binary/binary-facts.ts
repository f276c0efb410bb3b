import type { BuildInfo } from '../golang/build-info.ts';

/** How a program is linked: with PT_INTERP `dynamic` or, where its type is ET_DYN, `pie`; without, the other two. */
export type Linkage = 'static' | 'dynamic' | 'static-pie' | 'pie';

/** What an ELF program says of itself. Nothing here depends on the machine or the image it is on. */
export interface BinaryFacts {
  /** GOARCH: `amd64`, `arm64`, `arm`, `386`, `riscv64`, `ppc64le`, `s390x`; or the number of e_machine. */
  arch: string;
  linkage: Linkage;
  /** PT_INTERP. */
  interpreter?: string;
  /** DT_NEEDED, in its order. */
  needed: readonly string[];
  /** DT_RUNPATH or DT_RPATH, split, as it is there: `$ORIGIN/../lib`. */
  runpath: readonly string[];
  /** It is DT_RPATH: glibc looks there for what the libraries need, too. */
  isRpath?: true;
  /** Undefined symbols of .dynsym that are not weak, with the version and library where versions are needed. */
  imports: readonly Import[];
  /** Whose code resolves and allocates, by loader, libraries and symbol versions; `none`: no libc is linked. */
  libc: 'glibc' | 'musl' | 'none' | 'unknown';
  /** Newest GLIBC_x.y that it needs: `2.34`. */
  glibcNeeded?: string;
  /** Whether getaddrinfo is called by Go's net package. */
  cgoResolver: 'present' | 'absent' | 'unknown';
  /** What told it, for people: `imports getaddrinfo`, `holds net._C2func_getaddrinfo`. */
  cgoResolverBecause: string;
  /** Absent: no Go binary, or packed, or taken out by garble. */
  build?: BuildInfo;
  /** A Go binary by other marks than build information. */
  isGo: boolean;
  packed?: 'upx';
}

/** A symbol that the loader must find in a library. */
interface Import {
  name: string;
  /** `GLIBC_2.34`. */
  version?: string;
  /** DT_NEEDED name of the library that the version is of. */
  library?: string;
}
