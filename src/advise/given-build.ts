import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { DockerfileFacts, GoBuild, Stage } from '../dockerfile/dockerfile-facts.ts';
import type { BuildInfo } from '../golang/build-info.ts';
import { tagsIn } from '../golang/build-tags.ts';
import { NEWEST_KNOWN } from '../golang/lookup-order.ts';
import { type Minor, minorIn } from '../golang/versions.ts';
import { BASE_IMAGES, baseImageOf } from '../image/base-images.ts';
import type { Question } from './advice.ts';

/** What the files say of how it is built and run now. */
export interface GivenBuild {
  /** Tags of the build, each a word that go build takes; `netgo` and `osusergo` among them. */
  tags: readonly string[];
  /** `pie`. */
  buildmode?: string;
  /** The main package below the module, `./cmd/server`, where something tells. */
  mainPackage?: string;
  /** The newest release that a file names. */
  go?: { minor: Minor; because: string };
  /** The Dockerfile's builder that go.mod is too new for. */
  tooOld?: { image: string; line: number };
  /** The image to run on: asked for, or of the last stage; absent: none was named but one to build in. */
  image?: string;
}

/** What a build was told, by its Dockerfile first, for that is what is to be changed, else by the binary. */
export function givenBuild(question: Question): GivenBuild {
  const { binary, dockerfile, base } = question;
  const build = dockerfile && lastBuild(dockerfile);
  const settings = binary?.build?.settings;
  const tags = build?.tags ?? tagsIn(settings?.get('-tags'));
  const buildmode = build?.buildmode?.value ?? settings?.get('-buildmode') ?? (binary && buildmodeOf(binary));
  const mainPackage = (build && packageOf(build)) ?? (binary?.build && packageIn(binary.build));
  const go = givenGo(question);
  const tooOld = olderThanGoMod(question);
  const image = base ?? (dockerfile && runImage(dockerfile));
  return {
    // https://pkg.go.dev/cmd/go#hdr-Build_constraints; what else stands there is a variable of the build.
    tags: [...new Set(tags)].filter((tag) => /^[\w.]+$/.test(tag)),
    ...(buildmode !== undefined && { buildmode }),
    ...(mainPackage !== undefined && { mainPackage }),
    ...(go && { go }),
    ...(tooOld && { tooOld }),
    ...(image !== undefined && { image }),
  };
}

/** Go 1.19 and older does not say it in build information; without cgo only a PIE asks for a loader. */
function buildmodeOf({ linkage, needed }: BinaryFacts): string | undefined {
  return linkage === 'pie' && needed.length === 0 ? 'pie' : undefined;
}

/** Words that the shell takes for nothing else, as they go into a command. */
const PACKAGE = /^\.(?:\/[\w.-]+)*\/?$/;

/** Of one package alone the program has the name that is asked for. */
function packageOf({ packages }: GoBuild): string | undefined {
  const [first, ...more] = packages;
  return first !== undefined && more.length === 0 && PACKAGE.test(first) ? first : undefined;
}

function packageIn({ path, main }: BuildInfo): string | undefined {
  if (path === undefined || !main || !path.startsWith(`${main.path}/`)) return undefined;
  const below = `.${path.slice(main.path.length)}`;
  return PACKAGE.test(below) ? below : undefined;
}

function lastBuild({ stages }: DockerfileFacts): GoBuild | undefined {
  return stages.flatMap(({ builds }) => builds).at(-1);
}

/** The image that the last stage begins with; one that only builds, as golang's are, asks for its libc alone. */
function runImage({ stages }: DockerfileFacts): string | undefined {
  const last = stages.at(-1);
  const image = last && imageBelow(last, stages);
  if (image === undefined || !isGolang(image)) return image;
  return baseImageOf(image) === 'alpine' ? BASE_IMAGES.alpine.image : undefined;
}

function imageBelow(stage: Stage, stages: readonly Stage[]): string {
  let below = stage;
  // A stage is built on an earlier one, so this ends; a broken index must not loop either.
  for (let depth = 0; depth < stages.length; depth++) {
    const next = below.from === undefined ? undefined : stages[below.from];
    if (!next) break;
    below = next;
  }
  return below.image;
}

const GOLANG = /(?:^|\/)golang(?::([^@]*))?(?:@|$)/;

function isGolang(image: string): boolean {
  return GOLANG.test(image);
}

/** The newest release that go.mod or the Dockerfile names: an older one does not build it, or is not what is used. */
function givenGo({ goMod, dockerfile, binary }: Question): GivenBuild['go'] {
  const named: NonNullable<GivenBuild['go']>[] = [];
  const add = (minor: Minor | undefined, because: string) => {
    if (minor !== undefined) named.push({ minor, because });
  };
  if (goMod?.go) add(minorIn(goMod.go.version), `go ${goMod.go.version} in go.mod line ${goMod.go.line}`);
  if (goMod?.toolchain) add(minorIn(goMod.toolchain), `toolchain ${goMod.toolchain} in go.mod`);
  for (const { image, line } of dockerfile?.stages ?? []) {
    add(minorIn(GOLANG.exec(image)?.[1] ?? ''), `${image} in line ${line} of the Dockerfile`);
  }
  if (named.length === 0 && binary?.build) {
    const { goVersion } = binary.build;
    add(minorIn(goVersion), `the binary was built by ${goVersion}`);
  }
  return named.sort((a, b) => b.minor - a.minor)[0];
}

/** Since Go 1.21 the go command refuses a go.mod of a newer one, and golang's images set GOTOOLCHAIN=local. */
function olderThanGoMod({ goMod, dockerfile }: Question): GivenBuild['tooOld'] {
  const asked = goMod?.go && minorIn(goMod.go.version);
  return dockerfile?.stages.find(({ image, builds }) => {
    const has = minorIn(GOLANG.exec(image)?.[1] ?? '');
    return builds.length > 0 && has !== undefined && asked !== undefined && has >= 21 && has < asked;
  });
}

/** Of docker.io/library/golang: the first release that was made for Debian 12, and the last for Debian 11. */
const BOOKWORM_SINCE = 19;
const BULLSEYE_UNTIL = 24;

/** A release of golang's images, and why. */
export interface Builder {
  minor: Minor;
  because: string;
}

/** The release to build with: the one that is named, or where there is no image of it on Debian 12 the newest. */
export function builderFor(go: GivenBuild['go']): Builder {
  if (!go) return { minor: NEWEST_KNOWN, because: 'no file names a release of Go' };
  if (go.minor >= BOOKWORM_SINCE) return go;
  const kept = 'a newer Go builds it and keeps its behaviour by its go line';
  return { minor: NEWEST_KNOWN, because: `${go.because}, of which there is no image on Debian 12: ${kept}` };
}

/** `golang:1.24-bookworm`; `bullseye` where the image to run on has an older glibc than Debian 12. */
export function golangImage(minor: Minor, on: 'bookworm' | 'bullseye' | 'alpine'): string {
  return `golang:1.${minor}-${on}`;
}

/** Whether a release has an image for Debian 11. */
export function hasBullseye(minor: Minor): boolean {
  return minor <= BULLSEYE_UNTIL;
}
