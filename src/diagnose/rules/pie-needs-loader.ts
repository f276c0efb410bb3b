import { judgeStart } from '../../image/starts.ts';
import type { JoinedRule } from '../finding.ts';
import { buildEvidence } from '../program/words.ts';

/**
 * Built without cgo and yet not static: with -buildmode=pie Go's linker asks for a loader, which scratch, distroless
 * static and Alpine have not (cmd/link/internal/ld/elf.go, asmbElf: an interpreter for BuildModePIE).
 */
export const pieNeedsLoader: JoinedRule = {
  id: 'pie-needs-loader',
  severity: 'critical',
  about: 'everything',
  judge({ program }) {
    if (!program || program.process) return [];
    const { subject, binary, image } = program;
    const { linkage, interpreter, needed } = binary;
    if (linkage !== 'pie' || needed.length > 0 || interpreter === undefined) return [];
    const verdict = image && judgeStart(binary, image);
    if (verdict?.starts === true) return [];
    return [
      {
        subject,
        severity: verdict ? 'critical' : 'warning',
        title: verdict
          ? 'The program cannot start here: built without cgo as a PIE, it asks for a loader that is not there'
          : 'Built without cgo, and not static: as a PIE it asks for a loader, and starts only where glibc’s is',
        evidence: [
          `PT_INTERP is ${interpreter}, and no library is needed`,
          ...buildEvidence(binary, ['CGO_ENABLED', '-buildmode', '-ldflags']),
          ...(verdict ? [verdict.why] : []),
        ],
        fix: 'Build without -buildmode=pie: with CGO_ENABLED=0 the program is then static, and starts on any image. Or keep it and run it on an image with glibc: gcr.io/distroless/base-debian12, debian:bookworm-slim.',
      },
    ];
  },
};
