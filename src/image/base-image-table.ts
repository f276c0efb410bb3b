import type { BaseImageId } from './base-images.ts';
import type { ImageFile } from './image-facts.ts';

/** What an image has before anything is added to it. */
export interface BaseImage {
  /** One to name in a Dockerfile. */
  image: string;
  /** PRETTY_NAME of os-release(5) without the release. */
  os?: string;
  libc?: 'glibc' | 'musl';
  /** What is at the path of glibc's loader instead of it. */
  compat?: 'gcompat';
  /** DT_NEEDED names that are there, whatever the version: of the libc first. */
  libraries: readonly string[];
  packages?: 'apt' | 'apk';
  /** USER that is in its /etc/passwd and is not root. */
  user?: string;
  /** What a runtime puts there, resolv.conf and hosts, is not of the image. */
  files: Partial<Record<ImageFile, boolean>>;
}

/** Debian's libc6, with what 2.34 made empty (libpthread and others) still there. */
const LIBC6 = [
  ...[
    'libc.so.6',
    'libm.so.6',
    'libpthread.so.0',
    'libdl.so.2',
    'librt.so.1',
    'libresolv.so.2',
    'libutil.so.1',
  ],
  ...['libanl.so.1', 'libmvec.so.1', 'libnss_files.so.2', 'libnss_dns.so.2', 'libBrokenLocale.so.1'],
];
/** libgcc-s1 and libstdc++6. */
const GCC = ['libgcc_s.so.1', 'libstdc++.so.6'];
const OPENSSL = ['libssl.so.3', 'libcrypto.so.3'];
/** What essential packages of Debian, and apt, need: of Go programs only the first are asked for. */
const ESSENTIAL = [
  ...['libz.so.1', 'libcrypt.so.1', 'libbz2.so.1.0', 'liblzma.so.5', 'liblz4.so.1', 'libzstd.so.1'],
  ...['libselinux.so.1', 'libpcre2-8.so.0', 'libacl.so.1', 'libattr.so.1', 'libtinfo.so.6', 'libuuid.so.1'],
  ...['libblkid.so.1', 'libmount.so.1', 'libcap.so.2', 'libpam.so.0', 'libaudit.so.1', 'libudev.so.1'],
  ...['libsystemd.so.0', 'libseccomp.so.2', 'libgcrypt.so.20'],
];

const NONE = { 'nsswitch.conf': false, 'ca-certificates': false, tzdata: false, passwd: false, shell: false };
/** GoogleContainerTools/distroless, base/README.md; nsswitch.conf since its pull request 180. */
const STATIC = { ...NONE, 'nsswitch.conf': true, 'ca-certificates': true, tzdata: true, passwd: true };
/** alpine-baselayout has nsswitch.conf since 3.16 (docker-library/golang pull request 441). */
const ALPINE = { ...NONE, 'nsswitch.conf': true, 'ca-certificates': true, passwd: true, shell: true };
/** distroless, common/variables.bzl: NONROOT. */
const NONROOT = '65532:65532';

/** musl is one file, which stands for all its libraries; libssl and zlib are there for apk. */
const ALPINE_ROW: Omit<BaseImage, 'image'> = {
  ...{ os: 'Alpine Linux', libc: 'musl', packages: 'apk', files: ALPINE },
  libraries: ['libz.so.1', ...OPENSSL],
  user: 'nobody',
};

export const BASE_IMAGES: Readonly<Record<BaseImageId, BaseImage>> = {
  scratch: { image: 'scratch', libraries: [], files: NONE },
  'distroless-static': {
    ...{ image: 'gcr.io/distroless/static-debian12:nonroot', os: 'Distroless', libraries: [], files: STATIC },
    user: NONROOT,
  },
  'distroless-base': {
    ...{ image: 'gcr.io/distroless/base-debian12:nonroot', os: 'Distroless', libc: 'glibc', files: STATIC },
    libraries: [...LIBC6, ...OPENSSL],
    user: NONROOT,
  },
  'distroless-cc': {
    ...{ image: 'gcr.io/distroless/cc-debian12:nonroot', os: 'Distroless', libc: 'glibc', files: STATIC },
    libraries: [...LIBC6, ...OPENSSL, ...GCC, 'libgomp.so.1'],
    user: NONROOT,
  },
  debian: {
    ...{ image: 'debian:bookworm-slim', os: 'Debian GNU/Linux', libc: 'glibc', packages: 'apt' },
    libraries: [...LIBC6, ...GCC, ...ESSENTIAL],
    files: { 'nsswitch.conf': true, 'ca-certificates': false, tzdata: true, passwd: true, shell: true },
    user: 'nobody',
  },
  alpine: { image: 'alpine:3.22', ...ALPINE_ROW },
  /**
   * Up to Alpine 3.18 libc6-compat was links to musl (aports, main/musl/APKBUILD, compat()); 3.21 at the latest installs
   * gcompat 1.1.0 for it (main/gcompat/APKBUILD, `provides`), which has libresolv.so.2 too.
   */
  'alpine+libc6-compat': {
    ...{ image: 'alpine:3.22', compat: 'gcompat' },
    ...ALPINE_ROW,
    libraries: [...ALPINE_ROW.libraries, 'libcrypt.so.1', 'libresolv.so.2'],
  },
};
