import { NSSWITCH_DEFAULT_SINCE } from '../golang/lookup-order-sources.ts';
import { BASE_IMAGES } from '../image/base-images.ts';
import type { ImageFile } from '../image/image-facts.ts';
import type { AdviceFinding } from './advice-finding.ts';
import { isOpen } from './expand.ts';
import type { Placed } from './judge-loader.ts';
import type { Runtime } from './runtime.ts';

/** A file that Go programs read: who brings it, what is not possible without it, and what to write. */
interface WantedFile {
  file: ImageFile;
  severity: 'info' | 'warning';
  packages?: RegExp;
  paths: RegExp;
  without: string;
  cure(builder: string): string;
  isNeeded(placed: Placed): boolean;
}

const WANTED: readonly WantedFile[] = [
  {
    file: 'ca-certificates',
    severity: 'warning',
    // apt-get installs what curl and the others recommend, ca-certificates, where nobody says that it shall not.
    packages: /^(?:ca-certificates(?:-bundle)?|curl|wget|git|openssl)$/,
    paths: /ca-certificates|ca-bundle|cacert|\/ssl(?:\/|$)|\/pki(?:\/|$)|\.(?:pem|crt)$/,
    without: 'TLS connections to public names fail: x509: certificate signed by unknown authority',
    cure: (builder) => `COPY --from=${builder} /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/`,
    isNeeded: ({ goFallbackRoots }) => !goFallbackRoots,
  },
  {
    file: 'tzdata',
    severity: 'info',
    packages: /^tzdata$/,
    paths: /zoneinfo|\/localtime$/,
    without: 'time.LoadLocation fails: unknown time zone',
    cure: (builder) => `-tags timetzdata, or COPY --from=${builder} /usr/share/zoneinfo /usr/share/zoneinfo`,
    isNeeded: ({ shipped, runtime }) =>
      !shipped.build.tags.includes('timetzdata') && !envOf(runtime).has('ZONEINFO'),
  },
  {
    file: 'nsswitch.conf',
    severity: 'info',
    paths: /nsswitch/,
    without: 'this Go asks nameservers before it reads /etc/hosts',
    cure: (builder) => `COPY --from=${builder} /etc/nsswitch.conf /etc/nsswitch.conf`,
    isNeeded: ({ program }) => (program.image?.go ?? NSSWITCH_DEFAULT_SINCE) < NSSWITCH_DEFAULT_SINCE,
  },
];

/** Files that the program’s image lacks; of Alpine and Debian only certificates, of what is no program’s image none. */
export function judgeFiles(placed: Placed): AdviceFinding[] {
  const { runtime, shipped } = placed;
  const base = runtime.image?.base && BASE_IMAGES[runtime.image.base];
  const runs = runtime.chain.stages.some(({ program }) => program !== undefined);
  if (!base || !shipped.copy || !runs || runtime.hasForeignRoot) return [];
  const missing = WANTED.filter(
    (wanted) => base.files[wanted.file] === false && !isBrought(wanted, runtime) && wanted.isNeeded(placed),
  ).filter(({ file }) => base.packages === undefined || file === 'ca-certificates');
  return [...missingFiles(placed, missing), ...unknownUser(runtime)];
}

function missingFiles({ runtime, shipped }: Placed, missing: readonly WantedFile[]): AdviceFinding[] {
  if (missing.length === 0) return [];
  const { from, image } = runtime;
  const packages = image?.base && BASE_IMAGES[image.base].packages;
  const { stages } = shipped.builder;
  const builder = stages[0]?.name ?? 'build';
  const install =
    packages === 'apt'
      ? 'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates'
      : 'RUN apk add --no-cache ca-certificates';
  const isWarning = packages === undefined && missing.some(({ severity }) => severity === 'warning');
  return [
    {
      id: 'image-files-missing',
      severity: isWarning ? 'warning' : 'info',
      file: 'dockerfile',
      line: from.line,
      title: `${from.value} lacks files that Go programs read: ${missing.map(({ file }) => file).join(', ')}`,
      evidence: [
        `line ${from.line}: FROM ${from.value}`,
        ...missing.map(({ file, without }) => `${file} is neither in it nor copied there: ${without}`),
      ],
      fix:
        packages === undefined
          ? `In the last stage: ${missing.map(({ cure }) => cure(builder)).join('; ')}. Or line ${from.line}: FROM gcr.io/distroless/static-debian12, which has all of them.`
          : `Behind line ${from.line}: ${install}.`,
    },
  ];
}

/** runc looks a name up in the image’s /etc/passwd; a number it takes as it is. */
function unknownUser({ image, chain, from }: Runtime): AdviceFinding[] {
  const user = chain.stages.find((stage) => stage.user)?.user;
  const isNamed = user && !isOpen(user.value) && !/^\d+(?::\d+)?$/.test(user.value);
  if (!isNamed || image?.base !== 'scratch') return [];
  const paths = chain.copies.flatMap(({ sources, target }) => [...sources, target]);
  if (paths.some((path) => /\/(?:passwd|etc)\/?$/.test(path))) return [];
  return [
    {
      id: 'image-files-missing',
      severity: 'critical',
      file: 'dockerfile',
      line: user.line,
      title: `The container does not start: ${from.value} has no /etc/passwd that names the user ${user.value}`,
      evidence: [`line ${user.line}: USER ${user.value}`, `line ${from.line}: FROM ${from.value}`],
      fix: `Line ${user.line}: USER 65532:65532. Or line ${from.line}: FROM gcr.io/distroless/static-debian12, which has nonroot.`,
    },
  ];
}

function isBrought({ packages, paths }: WantedFile, { chain }: Runtime): boolean {
  const written = chain.writes.map(({ value }) => value);
  const copied = chain.copies.flatMap(({ sources, target }) => [...sources, target]);
  return (
    chain.packages.some(({ value }) => packages?.test(value)) ||
    [...written, ...copied].some((path) => paths.test(path))
  );
}

function envOf({ chain }: Runtime): ReadonlyMap<string, unknown> {
  return chain.stages[0]?.env ?? new Map();
}
