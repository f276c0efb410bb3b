import type { BinaryFacts } from '../../binary/binary-facts.ts';
import type { ImageFacts } from '../../image/image-facts.ts';
import { judgeStart } from '../../image/starts.ts';
import type { ProgramRecord } from '../../journal/program-record.ts';
import type { JoinedRule } from '../finding.ts';

/** Linked for glibc, run by musl: libc6-compat and gcompat put musl's loader in the place of glibc's. */
export const compatLoader: JoinedRule = {
  id: 'compat-loader',
  severity: 'warning',
  about: 'everything',
  judge({ program }) {
    if (program?.binary.libc !== 'glibc') return [];
    const evidence = seenInProcess(program) ?? seenInImage(program.binary, program.image);
    if (!evidence) return [];
    const cgo = program.binary.cgoResolver;
    return [
      {
        subject: program.subject,
        severity: cgo === 'absent' ? 'info' : 'warning',
        title:
          cgo === 'absent'
            ? 'Linked for glibc, and run by musl through a compatibility loader'
            : 'Linked for glibc, and run by musl through a compatibility loader: lookups through cgo are musl’s',
        evidence,
        fix: 'Build in golang:alpine (with `apk add gcc musl-dev`) for Alpine, or run it on an image with glibc: gcr.io/distroless/base-debian12, debian:bookworm-slim. Where nothing needs cgo: CGO_ENABLED=0. Remove libc6-compat and gcompat from the image then.',
      },
    ];
  },
};

function seenInProcess({ binary, process }: ProgramRecord): string[] | undefined {
  if (process?.libc !== 'musl') return undefined;
  return [
    `PT_INTERP is ${binary.interpreter}, glibc’s`,
    `process ${process.pid} has ${process.libcFile ?? 'musl'} mapped`,
  ];
}

function seenInImage(binary: BinaryFacts, image: ImageFacts | undefined): string[] | undefined {
  if (image?.loader?.libc !== 'musl' || judgeStart(binary, image).starts !== true) return undefined;
  return [
    `PT_INTERP is ${binary.interpreter}, glibc’s, and leads to ${image.loader.leadsTo}, musl’s`,
    ...(image.compat ? [`the image has ${image.compat}`] : []),
  ];
}
