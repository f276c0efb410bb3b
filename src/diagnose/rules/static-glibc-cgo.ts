import type { JoinedRule } from '../finding.ts';
import { settledResolver } from '../program/resolver-of.ts';
import { buildEvidence } from '../program/words.ts';

/**
 * glibc linked in, getaddrinfo too: it still loads libnss_*.so of the very glibc it was linked with at run time, and
 * without them fails or crashes (glibc's manual, "Linking statically"; golang/go issue 30310).
 */
export const staticGlibcCgo: JoinedRule = {
  id: 'static-glibc-cgo',
  severity: 'critical',
  about: 'everything',
  judge({ program }) {
    if (!program) return [];
    const { subject, binary } = program;
    const { linkage, libc, cgoResolver, cgoResolverBecause } = binary;
    const isStatic = linkage === 'static' || linkage === 'static-pie';
    if (!isStatic || libc !== 'glibc' || cgoResolver !== 'present') return [];
    const forced = settledResolver(program);
    if (forced?.resolver === 'go') return [];
    const isCgo = forced?.resolver === 'cgo';
    return [
      {
        subject,
        severity: isCgo ? 'critical' : 'warning',
        title: isCgo
          ? 'Statically linked glibc looks names up: it needs its own shared libraries at run time, and may crash'
          : 'Statically linked glibc has getaddrinfo: where Go takes cgo’s resolver, it may crash',
        evidence: [
          `linked ${linkage}, ${cgoResolverBecause}`,
          ...buildEvidence(binary, ['CGO_ENABLED', '-tags', '-ldflags']),
          ...(forced ? [forced.because] : []),
        ],
        fix: 'Build with -tags netgo,osusergo beside the static flags: names are then looked up by Go alone. Or link statically with musl: CC=musl-gcc, or build in golang:alpine. Until then: GODEBUG=netdns=go in the container’s environment.',
      },
    ];
  },
};
