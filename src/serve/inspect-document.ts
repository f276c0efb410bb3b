import type { BinaryFacts } from '../binary/binary-facts.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Finding, Judgement } from '../diagnose/finding.ts';
import { nativeModulesIn } from '../golang/native-modules.ts';
import { BASE_IMAGE_IDS, type BaseImageId, imageOf } from '../image/base-images.ts';
import type { ImageFacts, ImageFile, StartVerdict } from '../image/image-facts.ts';
import { judgeStart } from '../image/starts.ts';
import type { ProgramRecord } from '../journal/program-record.ts';

/** What `inspect --json` prints: interface.md, `inspect`; docs/inspect.md describes every field. */
export interface InspectDocument {
  path: string;
  arch: string;
  goVersion: string | null;
  module: string | null;
  buildInfo: boolean;
  /** null: the binary does not tell. */
  cgoEnabled: boolean | null;
  tags: string[];
  linkage: BinaryFacts['linkage'];
  interpreter: string | null;
  needed: readonly string[];
  libc: BinaryFacts['libc'];
  glibcNeeded: string | null;
  cgoResolver: BinaryFacts['cgoResolver'];
  defaultGodebug: string | null;
  nativeModules: string[];
  packed: 'upx' | null;
  /** null: cannot be told, as of a packed binary. */
  starts: Record<BaseImageId, boolean | null>;
  rootfs: InspectedRoot | null;
  findings: Finding[];
}

interface InspectedRoot {
  starts: boolean | null;
  why: string;
  missing: readonly string[];
  /** `musl 1.2.5`, `glibc 2.36`; null: none. Where there are several, the one that the binary would run with first. */
  libc: string | null;
  files: Partial<Record<ImageFile, boolean>>;
}

/** One base image, and what becomes of the binary there. */
export interface OnBase {
  base: BaseImageId;
  verdict: StartVerdict;
}

/** What becomes of a binary on each of the base images that people use. */
export function onBases(binary: BinaryFacts): OnBase[] {
  return BASE_IMAGE_IDS.map((base) => ({ base, verdict: judgeStart(binary, imageOf(base, binary)) }));
}

/** All that one binary, and the root it is to run in, tell. @param program with the image where a root was given */
export function inspectDocument(program: ProgramRecord, by: Judgement): InspectDocument {
  const { subject, binary, image } = program;
  const { build, arch, linkage, interpreter, needed, libc, glibcNeeded, cgoResolver, packed } = binary;
  const cgo = build?.settings.get('CGO_ENABLED');
  const starts = onBases(binary).map(({ base, verdict }) => [base, verdict.starts ?? null]);
  return {
    path: subject,
    arch,
    goVersion: build?.goVersion ?? null,
    module: build?.main?.path ?? build?.path ?? null,
    buildInfo: build !== undefined,
    cgoEnabled: cgo === undefined ? null : cgo === '1',
    tags: (build?.settings.get('-tags') ?? '').split(/[\s,]+/).filter((tag) => tag !== ''),
    linkage,
    interpreter: interpreter ?? null,
    needed,
    libc,
    glibcNeeded: glibcNeeded ?? null,
    cgoResolver,
    defaultGodebug: build?.settings.get('DefaultGODEBUG') ?? null,
    nativeModules: nativeModulesIn((build?.deps ?? []).map(({ path }) => path)).map(({ path }) => path),
    packed: packed ?? null,
    starts: Object.fromEntries(starts) as Record<BaseImageId, boolean | null>,
    rootfs: image ? rootOf(binary, image) : null,
    findings: diagnose({ apps: [], sources: [], program }, by),
  };
}

function rootOf(binary: BinaryFacts, image: ImageFacts): InspectedRoot {
  const { starts, why, missing, resolverLibc } = judgeStart(binary, image);
  const own = image.libcs.find(({ libc }) => libc === resolverLibc) ?? image.libcs[0];
  const libc = own ? [own.libc, own.version].filter(Boolean).join(' ') : null;
  return { starts: starts ?? null, why, missing, libc, files: image.files };
}
