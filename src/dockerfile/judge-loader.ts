import { compareVersions } from '../image/glibc-versions.ts';
import type { AdviceFinding } from './advice-finding.ts';
import { capital, glibcImage, golangImage, matchLibcs, suiteOf, turnCgoOff } from './cures.ts';
import type { Program } from './linkage.ts';
import type { NativeUse } from './native-use.ts';
import type { Runtime } from './runtime.ts';
import type { Shipped } from './stages.ts';

/** A program, how it is built, and where it runs. */
export interface Placed {
  shipped: Shipped;
  program: Program;
  runtime: Runtime;
  natives: NativeUse;
  /** The program brings root certificates along. */
  goFallbackRoots: boolean;
}

/** glibc 2.34 took libpthread in: what is linked with it or later asks for symbols of it, Go's net too. */
const MERGED = '2.34';

/** Whether the image has the loader and the libc that the program asks for. */
export function judgeLoader(placed: Placed): AdviceFinding[] {
  const { program, runtime, shipped } = placed;
  if (program.linkage === 'static-libc') return staticGlibc(placed);
  const isPie = program.linkage === 'pie';
  if ((!isPie && program.linkage !== 'dynamic') || !program.libc || !runtime.image || !shipped.copy)
    return [];
  if (runtime.hasForeignLoader) return [];
  if (program.libc === runtime.image.libc) return isPie ? [] : glibcTooOld(placed);
  if (runtime.compat && program.libc === 'glibc') return isPie ? [] : compatLoader(placed, runtime.compat);
  return isPie ? pieNeedsLoader(placed) : loaderMissing(placed);
}

function loaderMissing({ shipped, program, runtime, natives }: Placed): AdviceFinding[] {
  const { build, builder } = shipped;
  const has = runtime.image?.libc === 'none' ? 'has no loader' : `has ${runtime.image?.libc} alone`;
  return [
    {
      id: 'loader-missing',
      severity: program.isCertain ? 'critical' : 'warning',
      file: 'dockerfile',
      line: runtime.from.line,
      title: program.isCertain
        ? `The program is linked with ${program.libc} and does not start on ${runtime.from.value}`
        : `Where the build uses cgo, the program is linked with ${program.libc} and does not start on ${runtime.from.value}`,
      evidence: [...route(shipped, program), `line ${runtime.from.line}: FROM ${runtime.from.value} ${has}`],
      fix: matchLibcs(build, builder, program, runtime, natives),
    },
  ];
}

function pieNeedsLoader({ shipped, program, runtime }: Placed): AdviceFinding[] {
  const line = shipped.build.buildmode?.line ?? shipped.build.line;
  return [
    {
      id: 'pie-needs-loader',
      severity: program.isCertain ? 'critical' : 'warning',
      file: 'dockerfile',
      line,
      title: `-buildmode=pie makes the program ask for a loader that ${runtime.from.value} does not have`,
      evidence: [...route(shipped, program), `line ${runtime.from.line}: FROM ${runtime.from.value}`],
      fix: `Line ${line}: without -buildmode=pie. Or line ${runtime.from.line}: FROM ${program.libc === 'musl' ? 'alpine' : glibcImage(program, false, runtime.image)}.`,
    },
  ];
}

function compatLoader(
  { shipped, program, runtime, natives }: Placed,
  compat: NonNullable<Runtime['compat']>,
): AdviceFinding[] {
  const { build, builder } = shipped;
  return [
    {
      id: 'compat-loader',
      severity: 'warning',
      file: 'dockerfile',
      line: compat.line,
      title: `A program of glibc’s runs on musl through ${compat.value}: names are looked up by musl where cgo does it`,
      evidence: [
        ...route(shipped, program),
        `line ${compat.line}: ${compat.value} in FROM ${runtime.from.value}`,
      ],
      fix: `${matchLibcs(build, builder, program, runtime, natives)} Then ${compat.value} goes out of line ${compat.line}.`,
    },
  ];
}

function glibcTooOld({ shipped, program, runtime, natives }: Placed): AdviceFinding[] {
  const [built, run] = [program.image?.glibc, runtime.image?.glibc];
  if (!built || !run || compareVersions(built, run) <= 0) return [];
  const isBroken = compareVersions(run, MERGED) < 0 && compareVersions(built, MERGED) >= 0;
  if (!isBroken && natives.certain.length === 0) return [];
  const { build, builder } = shipped;
  const suite = suiteOf(run);
  const older = `line ${builder.root.line}: FROM ${golangImage(builder, suite)}`;
  const newer = `line ${runtime.from.line}: FROM ${glibcImage(program, false, runtime.image)}`;
  const cures = [
    ...(natives.certain.length === 0 ? [turnCgoOff(build)] : []),
    newer,
    ...(suite === '' ? [] : [`${older}, where that is to be had`]),
  ];
  return [
    {
      id: 'loader-missing',
      severity: isBroken && program.isCertain ? 'critical' : 'warning',
      file: 'dockerfile',
      line: runtime.from.line,
      title: isBroken
        ? `The program is linked with glibc ${built}, and ${runtime.from.value} has ${run}: GLIBC_${MERGED} is not found there`
        : `The program has C of glibc ${built}, and ${runtime.from.value} has ${run}: it may ask for symbol versions of in between`,
      evidence: [
        ...route(shipped, program),
        `line ${runtime.from.line}: FROM ${runtime.from.value} has glibc ${run}`,
        ...natives.certain.map(({ path, what }) => `go.mod: ${path}, ${what}`),
      ],
      fix: `${capital(cures.join('. Or '))}.`,
    },
  ];
}

/** Statically linked glibc loads its own shared libraries for lookups (glibc's manual; golang/go issue 30310). */
function staticGlibc({ shipped, program, natives }: Placed): AdviceFinding[] {
  const { build, builder } = shipped;
  if (program.libc !== 'glibc' || build.tags.includes('netgo')) return [];
  const tags = [...build.tags, 'netgo', 'osusergo'].join(',');
  const inAlpine = natives.certain.every(({ libcs }) => libcs.includes('musl'))
    ? ` Or line ${builder.root.line}: FROM ${golangImage(builder, 'alpine')}, then RUN apk add --no-cache gcc musl-dev: musl is made for it.`
    : '';
  return [
    {
      id: 'static-glibc-cgo',
      severity: 'warning',
      file: 'dockerfile',
      line: build.line,
      title: 'Statically linked glibc has getaddrinfo: where Go takes cgo’s resolver, it may crash',
      evidence: route(shipped, program),
      fix: `Line ${build.line}: -tags ${tags} beside the static flags: names are then looked up by Go alone.${inAlpine}`,
    },
  ];
}

/** From the builder's image to the COPY, line by line. */
function route({ build, builder, copy }: Shipped, { because, image }: Program): string[] {
  const { line, image: name } = builder.root;
  const glibc = image?.glibc ? ` ${image.glibc}` : '';
  const libc = image && image.libc !== 'none' ? `: ${image.libc}${glibc}` : '';
  const musl = build.cc && /musl/.test(build.cc.value) ? [`line ${build.cc.line}: CC=${build.cc.value}`] : [];
  return [
    `line ${line}: FROM ${name}${libc}`,
    ...musl,
    ...because,
    ...(copy ? [`line ${copy.line}: COPY of what line ${build.line} builds`] : []),
  ];
}
