import type { AdviceFinding } from './advice-finding.ts';
import { hasCompiler } from './cgo-setting.ts';
import { capital, familyOf, installer } from './cures.ts';
import { librariesMissing } from './judge-libraries.ts';
import type { Placed } from './judge-loader.ts';
import { hasSources } from './stages.ts';

/** Packages that bring musl’s headers. */
const MUSL_HEADERS = /^(?:musl-dev|libc-dev|build-base|alpine-sdk|g\+\+)$/;
/** Without a C compiler Go 1.19 and older takes the standard library as it comes compiled. */
const COMPILES_NET_SINCE = 20;

/** Whether cgo has what it builds with, and modules with C what they need. */
export function judgeNative(placed: Placed): AdviceFinding[] {
  const { program, natives } = placed;
  if (program.cgo.value === '0') return withoutCgo(placed);
  if (program.cgo.value === undefined) return [];
  const findings = [...compilerMissing(placed), ...headersMissing(placed), ...muslTagMissing(placed)];
  return natives.certain.length === 0 || program.linkage !== 'dynamic'
    ? findings
    : [...findings, ...librariesMissing(placed)];
}

function withoutCgo({ program, natives, shipped: { build } }: Placed): AdviceFinding[] {
  const modules = [
    ...natives.certain,
    // Of others a build without cgo says so where they are used, or does with less.
    ...natives.possible.filter(({ optionalFor, needsCgo }) => needsCgo === 'always' && !optionalFor),
  ];
  return modules.map((module) => {
    const isCertain = natives.certain.includes(module);
    const fails =
      module.withoutCgo === 'build-fails'
        ? 'the build fails'
        : `using it fails${module.stub === undefined ? '' : `: ${module.stub}`}`;
    const pure = module.pureGo ? `. Or in its place ${module.pureGo.path}, which is pure Go` : '';
    const on = build.cgoEnabled
      ? `Line ${build.cgoEnabled.line}: CGO_ENABLED=1`
      : `Line ${build.line}: CGO_ENABLED=1 before go build`;
    return {
      id: 'native-module-without-cgo',
      severity: isCertain && program.cgo.isCertain ? 'critical' : 'warning',
      file: 'dockerfile',
      line: build.cgoEnabled?.line ?? build.line,
      title: `${module.path} needs cgo, and it is off: ${module.withoutCgo === 'build-fails' ? 'the build fails' : 'it fails at run time'}`,
      evidence: [
        program.cgo.because,
        `go.mod: ${module.path}, ${module.what}${isCertain ? '' : '; whether the program uses it, go.mod does not tell'}`,
        `without cgo ${fails}`,
      ],
      fix: `${on}, with a C compiler in the builder and an image with its libc${pure}.`,
    };
  });
}

function compilerMissing(placed: Placed): AdviceFinding[] {
  const { shipped, program, natives } = placed;
  const { build, builder } = shipped;
  if (build.cgoEnabled?.value !== '1' || build.cc) return [];
  if (hasCompiler(builder, program.image, build.line) !== false) return [];
  const isNeeded =
    natives.certain.length > 0 || (program.image?.go ?? COMPILES_NET_SINCE) >= COMPILES_NET_SINCE;
  if (!isNeeded) return [];
  return [
    buildFinding(placed, {
      title: 'cgo is asked for, and the builder has no C compiler: the build fails',
      evidence: 'no package of the stage brings a C compiler: cgo: C compiler "gcc" not found',
      packages: program.libc === 'musl' ? 'gcc musl-dev' : 'gcc libc6-dev',
    }),
  ];
}

function headersMissing(placed: Placed): AdviceFinding[] {
  const { shipped, program } = placed;
  const { build, builder } = shipped;
  const names = builder.packages.filter(({ line }) => line <= build.line).map(({ value }) => value);
  const findings: AdviceFinding[] = [];
  if (
    program.image?.base === 'alpine' &&
    names.includes('gcc') &&
    !names.some((name) => MUSL_HEADERS.test(name) || name.endsWith('-dev'))
  ) {
    findings.push(
      buildFinding(placed, {
        title: 'gcc is there without musl’s headers: the build fails',
        evidence: 'gcc of Alpine comes without musl-dev: fatal error: stdlib.h: No such file or directory',
        packages: 'musl-dev',
      }),
    );
  }
  const family = familyOf(program.image?.base);
  if (!family) return findings;
  for (const module of placed.natives.certain) {
    const missing = module.buildPackages[family].filter((name) => !names.includes(name));
    if (missing.length === 0 || hasSources(builder)) continue;
    findings.push(
      buildFinding(placed, {
        title: `${module.path} is built with headers that the builder does not have`,
        evidence: `go.mod: ${module.path}, ${module.what}`,
        packages: missing.join(' '),
      }),
    );
  }
  return findings;
}

/** Of the static libraries, one for each libc, that come with a module, a tag chooses musl’s. */
function muslTagMissing({ program, natives, shipped: { build } }: Placed): AdviceFinding[] {
  const module = natives.certain.find(
    ({ muslTag }) => muslTag !== undefined && !build.tags.includes(muslTag),
  );
  if (!module || program.libc !== 'musl' || build.tags.includes('dynamic')) return [];
  return [
    {
      id: 'build-packages-missing',
      severity: 'critical',
      file: 'dockerfile',
      line: build.line,
      title: `${module.path} takes its library for glibc where no tag says musl: the build fails`,
      evidence: [`go.mod: ${module.path}, ${module.what}`, `line ${build.line}: no -tags ${module.muslTag}`],
      fix: `Line ${build.line}: -tags ${[...build.tags, module.muslTag].join(',')}.`,
    },
  ];
}

function buildFinding(
  { shipped: { build, builder }, program }: Placed,
  { title, evidence, packages }: { title: string; evidence: string; packages: string },
): AdviceFinding {
  return {
    id: 'build-packages-missing',
    severity: 'critical',
    file: 'dockerfile',
    line: build.line,
    title,
    evidence: [`line ${builder.root.line}: FROM ${builder.root.image}`, program.cgo.because, evidence],
    fix: `${capital(`before line ${build.line}`)}: RUN ${installer(familyOf(program.image?.base))} ${packages}.`,
  };
}
