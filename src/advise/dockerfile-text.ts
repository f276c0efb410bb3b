import { BASE_IMAGES } from '../image/base-images.ts';
import type { Advice } from './advice.ts';
import type { Target } from './target.ts';

/** What a Dockerfile is written from: advice, and what is said beside its lines. */
export interface DockerfileParts extends Pick<Advice, 'cgoEnabled' | 'ldflags' | 'godebug'> {
  target: Target;
  tags: readonly string[];
  buildPackages: readonly string[];
  runPackages: readonly string[];
  /** Why CGO_ENABLED is what it is. */
  why: string;
  /** What no package brings, to build and to run: `Oracle Instant Client`. */
  byHand: { build: readonly string[]; run: readonly string[] };
  /** go.mod replaces modules by directories, which the go command asks for before it downloads others. */
  hasDirectories: boolean;
  /** The main package below the module: `.`, `./cmd/server`. */
  mainPackage: string;
}

/** A whole multi-stage Dockerfile. All that goes into it is of tables, or was tried against a pattern. */
export function dockerfileText(parts: DockerfileParts): string {
  return [...builder(parts), '', ...runner(parts), ''].join('\n');
}

const MODULES = '--mount=type=cache,target=/go/pkg/mod';
const BUILDS = '--mount=type=cache,target=/root/.cache/go-build';

const MODULES_FIRST = [
  '# Before the source: this layer is kept until go.mod or go.sum changes.',
  'COPY go.mod go.sum* ./',
  `RUN ${MODULES} go mod download`,
  'COPY . .',
];
const SOURCE_FIRST = [
  '# The whole source: go.mod replaces modules by directories of it.',
  'COPY . .',
  `RUN ${MODULES} go mod download`,
];

function builder(parts: DockerfileParts): string[] {
  const { target, cgoEnabled, tags, ldflags, mainPackage, byHand } = parts;
  const options = [
    '-trimpath',
    ...(tags.length > 0 ? [`-tags ${tags.join(',')}`] : []),
    `-ldflags '${ldflags}'`,
    '-o /out/app',
    mainPackage,
  ];
  return [
    '# syntax=docker/dockerfile:1',
    `FROM ${target.builderImage} AS build`,
    ...install(target.libc === 'musl' ? 'apk' : 'apt', parts.buildPackages),
    ...byHand.build.map(toCopy),
    'WORKDIR /src',
    ...(parts.hasDirectories ? SOURCE_FIRST : MODULES_FIRST),
    `# ${parts.why}`,
    ...(target.linking === 'static' && target.libc === 'musl'
      ? ['# -extldflags -static: musl is linked in; the image has no loader.']
      : []),
    '# -trimpath: no path of this machine in the binary. -s -w: without symbols for debuggers.',
    `RUN ${MODULES} ${BUILDS} \\`,
    `    CGO_ENABLED=${cgoEnabled} go build ${options.join(' ')}`,
  ];
}

function runner({ target, runPackages, godebug, byHand }: DockerfileParts): string[] {
  const { base, baseImage } = target;
  return [
    ...aboutBase(target),
    `FROM ${baseImage}`,
    ...install(BASE_IMAGES[base].packages, runPackages),
    ...(base === 'scratch' ? COPIED : []),
    ...byHand.run.map(toCopy),
    'COPY --from=build /out/app /app',
    ...(godebug === undefined
      ? []
      : [
          '# Lookups stay with Go’s own resolver, whatever resolv.conf and nsswitch.conf hold.',
          `ENV GODEBUG=${godebug}`,
        ]),
    '# nonroot of distroless; by number, so that Kubernetes can tell with runAsNonRoot, and no passwd entry is needed.',
    'USER 65532:65532',
    'ENTRYPOINT ["/app"]',
  ];
}

function toCopy(what: string): string {
  return `# No package has it, so it is to be copied here: ${what}.`;
}

const COPIED = [
  '# Else TLS fails with "x509: certificate signed by unknown authority", time.LoadLocation with "unknown time zone".',
  'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
  'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo',
  '# No nsswitch.conf: without it Go reads /etc/hosts before it asks DNS, since 1.16.',
];

/** Why this image, where more than its name is to be said. */
function aboutBase({ libc, linking, base }: Target): string[] {
  if (libc === 'none') return ['# Any image will do: the binary asks for no loader and no library.'];
  if (linking === 'static') return ['# The binary asks for no loader and no library.'];
  if (libc === 'musl')
    return ['# musl, as in the builder: a binary that was built on Debian does not start here.'];
  if (base === 'debian') return ['# glibc, not older than the builder’s, and libraries of the same release.'];
  return ['# glibc, not older than the builder’s.'];
}

function install(manager: 'apt' | 'apk' | undefined, packages: readonly string[]): string[] {
  const names = packages.join(' ');
  if (packages.length === 0 || manager === undefined) return [];
  if (manager === 'apk') return [`RUN apk add --no-cache ${names}`];
  return [
    `RUN apt-get update && apt-get install -y --no-install-recommends ${names} \\`,
    '    && rm -rf /var/lib/apt/lists/*',
  ];
}
