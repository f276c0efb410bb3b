/** What to write in the Dockerfile instead, to the letter. */
import { BASE_IMAGES, type BaseImageId } from '../image/base-images.ts';
import type { GoBuild } from './dockerfile-facts.ts';
import type { KnownImage } from './known-image.ts';
import type { Program } from './linkage.ts';
import type { NativeUse } from './native-use.ts';
import type { Runtime } from './runtime.ts';
import type { Chain } from './stages.ts';

/** Debian releases by their glibc. */
const SUITES: ReadonlyMap<string, { name: string; number: number }> = new Map([
  ['2.28', { name: 'buster', number: 10 }],
  ['2.31', { name: 'bullseye', number: 11 }],
  ['2.36', { name: 'bookworm', number: 12 }],
  ['2.41', { name: 'trixie', number: 13 }],
]);

/** `golang:1.24-alpine` for `golang:1.24-bookworm`, and the other way round. */
export function golangImage(builder: Chain, variant: string): string {
  const version = /:(1\.\d+(?:\.\d+)?)/.exec(builder.root.image)?.[1];
  const tag = [version, variant].filter((part) => part !== undefined && part !== '').join('-');
  return tag === '' ? 'golang' : `golang:${tag}`;
}

/** Suite of a glibc: `bookworm`; empty: none of Debian has it. */
export function suiteOf(glibc: string | undefined): string {
  return (glibc && SUITES.get(glibc)?.name) || '';
}

/** An image with glibc, and one that is not older than the builder's. */
export function glibcImage({ image }: Program, isCplusplus: boolean, like?: KnownImage): string {
  const suite = SUITES.get(image?.glibc ?? '') ?? { name: 'trixie', number: 13 };
  if (like?.base === 'debian') return `debian:${suite.name}-slim`;
  return `gcr.io/distroless/${isCplusplus ? 'cc' : 'base'}-debian${Math.max(suite.number, 12)}`;
}

/** `line 8: CGO_ENABLED=0 before go build`. */
export function turnCgoOff(build: GoBuild): string {
  return build.cgoEnabled
    ? `line ${build.cgoEnabled.line}: CGO_ENABLED=0`
    : `line ${build.line}: CGO_ENABLED=0 before go build`;
}

/** How a program that needs a libc comes together with the image: by one that needs none, or by another image. */
export function matchLibcs(
  build: GoBuild,
  builder: Chain,
  program: Program,
  runtime: Runtime,
  natives: NativeUse,
): string {
  const [native] = natives.certain;
  const isCplusplus = natives.certain.some(({ cplusplus }) => cplusplus === true);
  const runOnGlibc = `line ${runtime.from.line}: FROM ${glibcImage(program, isCplusplus, runtime.image)}`;
  const runOnMusl = `line ${runtime.from.line}: FROM alpine`;
  const otherImage = program.libc === 'glibc' ? runOnGlibc : runOnMusl;
  if (!native) return `${capital(turnCgoOff(build))}. Where a module needs C: ${otherImage}.`;
  const because = `for ${native.path} needs C`;
  const builderFrom = `Line ${builder.root.line}: FROM`;
  const goesWithMusl = natives.certain.every(({ libcs }) => libcs.includes('musl'));
  if (runtime.image?.libc === 'musl' && goesWithMusl) {
    const tags = natives.certain.flatMap(({ muslTag }) => muslTag ?? []);
    const withTags = tags.length > 0 ? `, and -tags ${tags.join(',')}` : '';
    return `${builderFrom} ${golangImage(builder, 'alpine')}, then RUN apk add --no-cache ${isCplusplus ? 'g++' : 'gcc musl-dev'}${withTags}: ${because}. Or ${otherImage}.`;
  }
  if (runtime.image?.libc === 'glibc') {
    return `${builderFrom} ${golangImage(builder, suiteOf(runtime.image.glibc))}, ${because}. Or ${otherImage}.`;
  }
  return `${capital(otherImage)}, ${because}.`;
}

/** The first letter large. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whose packages an image takes; undefined: none, or not known. */
export function familyOf(base: BaseImageId | undefined): 'debian' | 'alpine' | undefined {
  const packages = base && BASE_IMAGES[base].packages;
  return packages && ({ apt: 'debian', apk: 'alpine' } as const)[packages];
}

/** The command that installs packages. */
export function installer(family: 'debian' | 'alpine' | undefined): string {
  return family === 'debian'
    ? 'apt-get update && apt-get install -y --no-install-recommends'
    : 'apk add --no-cache';
}
