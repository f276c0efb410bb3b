import { type Minor, minorIn } from '../golang/versions.ts';
import { type BaseImageId, baseImageOf, glibcOf } from '../image/base-images.ts';

/** What is known of an image by its name. */
export interface KnownImage {
  libc: 'glibc' | 'musl' | 'none';
  /** `2.36`; absent: the name does not tell, or there is none. */
  glibc?: string;
  /** Row of the table of base images; absent: of what is in it beside its libc nothing is known. */
  base?: BaseImageId;
  isGolang: boolean;
  /** Of the golang images; `latest` is as new as all that is told here. */
  go?: Minor;
  /** Whether there is a C compiler; undefined: not known. */
  hasCompiler?: boolean;
}

/**
 * Debian release of golang images whose tag names none, by the first version that was built so: library/golang of
 * docker-library/official-images, as it was when the version came out. A tag without patch is the last of its patches.
 */
const GOLANG_GLIBC: readonly { since: readonly [Minor, number]; glibc: string }[] = [
  { since: [25, 0], glibc: '2.41' },
  { since: [24, 6], glibc: '2.41' },
  { since: [21, 0], glibc: '2.36' },
  { since: [20, 5], glibc: '2.36' },
  { since: [20, 0], glibc: '2.31' },
  { since: [19, 10], glibc: '2.36' },
  { since: [17, 1], glibc: '2.31' },
];

/** Images with glibc that are not Debian's. */
const OTHERS: readonly { name: RegExp; glibc?: string }[] = [
  { name: /(?:^|\/)alpine-glibc(?::|$)/ },
  { name: /(?:^|\/)(?:ubi8|rockylinux:8|almalinux:8|oraclelinux:8)/, glibc: '2.28' },
  { name: /(?:^|\/)(?:ubi9|rockylinux:9|almalinux:9|oraclelinux:9|amazonlinux:2023)/, glibc: '2.34' },
  { name: /(?:^|\/)(?:ubi10|rockylinux:10|almalinux:10)/, glibc: '2.39' },
  { name: /(?:^|\/)amazonlinux:2(?:\.0|$)/, glibc: '2.26' },
  { name: /(?:^|\/)centos:(?:centos)?7/, glibc: '2.17' },
  { name: /(?:^|\/)fedora(?::|$)/ },
  { name: /chainguard\/(?:wolfi-base|glibc-dynamic|go)(?::|@|$)/ },
];

/** What an image's name tells; undefined: nothing, or only the build knows the name. */
export function knownImage(name: string): KnownImage | undefined {
  const isGolang = /(?:^|\/)golang(?:$|[:@])/.test(name);
  const other = OTHERS.find((row) => row.name.test(name));
  if (!isGolang && other) return { libc: 'glibc', isGolang, ...(other.glibc && { glibc: other.glibc }) };
  // What is open in `golang:${GO_VERSION}` may end in -alpine; in `golang:${GO_VERSION}-alpine` it does not matter.
  if (/[$`]/.test(name) && !/^[\w./-]+:.*[$`].*-(?:alpine|bookworm|bullseye|trixie)[\d.]*$/.test(name))
    return undefined;
  const busybox = /(?:^|\/)busybox:(?:[\d.]+-)?(musl|uclibc|glibc)$/.exec(name)?.[1];
  // uclibc's loader is no one's here: what is linked for glibc or musl does not start.
  if (busybox)
    return { libc: busybox === 'uclibc' ? 'none' : busybox === 'musl' ? 'musl' : 'glibc', isGolang };
  const base = baseImageOf(name);
  // Official images of other programs: python:3.12-slim.
  if (!base) return /:(?:[\w.]+-)?slim$/.test(name) ? { libc: 'glibc', isGolang } : undefined;
  if (base === 'scratch' || base === 'distroless-static') return { libc: 'none', base, isGolang };
  if (base === 'alpine') return { libc: 'musl', base, ...golang(name, isGolang), hasCompiler: false };
  const hasCompiler = isGolang || /(?:^|\/)(?:buildpack-deps|gcc)(?::|$)/.test(name);
  const glibc = glibcOf(name) ?? (isGolang ? golangGlibc(name) : undefined);
  return { libc: 'glibc', base, ...(glibc && { glibc }), ...golang(name, isGolang), hasCompiler };
}

function golang(name: string, isGolang: boolean): Pick<KnownImage, 'isGolang' | 'go'> {
  const go = isGolang ? minorIn(tagOf(name)) : undefined;
  return { isGolang, ...(go !== undefined && { go }) };
}

function golangGlibc(name: string): string | undefined {
  const [, minor, patch] = /^1\.(\d+)(?:\.(\d+))?$/.exec(tagOf(name)) ?? [];
  if (minor === undefined) return undefined;
  const [wanted, at] = [Number(minor), patch === undefined ? Number.POSITIVE_INFINITY : Number(patch)];
  const row = GOLANG_GLIBC.find(
    ({ since: [since, first] }) => wanted > since || (wanted === since && at >= first),
  );
  // The last 1.23 came out in the days of trixie's release.
  return wanted === 23 && patch === undefined ? undefined : row?.glibc;
}

function tagOf(name: string): string {
  return /:([^/:@]*)(?:@|$)/.exec(name)?.[1] ?? '';
}
