import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { Finding, Judgement } from '../diagnose/finding.ts';
import { diagnoseProgram } from '../diagnose/program-rules.ts';
import { BASE_IMAGE_IDS, type BaseImageId, imageOf } from '../image/base-images.ts';
import type { ImageFacts, ImageFile, StartVerdict } from '../image/image-facts.ts';
import { judgeStart } from '../image/starts.ts';
import type { ProgramRecord } from '../journal/program-record.ts';
import { type BinaryDocument, binaryDocument } from './binary-document.ts';

/** What `inspect --json` prints: interface.md, `inspect`; docs/inspect.md describes every field. */
export interface InspectDocument extends BinaryDocument {
  path: string;
  /** null: cannot be told, as of a packed binary. */
  starts: Record<BaseImageId, boolean | null>;
  rootfs: InspectedRoot | null;
  findings: Finding[];
}

interface InspectedRoot {
  /** Whether the binary that was read is the one in there. */
  hasBinary: boolean;
  starts: boolean | null;
  why: string;
  missing: readonly string[];
  /** `musl 1.2.5`, `glibc 2.36`: the one that the binary would run with, or the only one; null: there is none such. */
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
  const starts = onBases(binary).map(({ base, verdict }) => [base, verdict.starts ?? null]);
  return {
    path: subject,
    ...binaryDocument(binary),
    starts: Object.fromEntries(starts) as Record<BaseImageId, boolean | null>,
    rootfs: image ? rootOf(program, image) : null,
    findings: diagnoseProgram(program, by),
  };
}

function rootOf({ binary, isInImage = false }: ProgramRecord, image: ImageFacts): InspectedRoot {
  const { starts, why, missing, resolverLibc } = judgeStart(binary, image);
  const [only, ...others] = image.libcs;
  const own =
    image.libcs.find(({ libc }) => libc === resolverLibc) ?? (others.length === 0 ? only : undefined);
  const libc = own ? [own.libc, own.version].filter(Boolean).join(' ') : null;
  return { hasBinary: isInImage, starts: starts ?? null, why, missing, libc, files: image.files };
}
