import type { GoBuild } from './dockerfile-facts.ts';
import { isOpen } from './expand.ts';
import type { KnownImage } from './known-image.ts';
import type { Chain } from './stages.ts';

/** Whether a build uses cgo. */
export interface CgoSetting {
  /** undefined: only the build knows. */
  value: '0' | '1' | undefined;
  /** `false`: on other machines, or with another Go, it is the other one. */
  isCertain: boolean;
  because: string;
}

/** Packages that bring a C compiler. */
const COMPILERS =
  /^(?:gcc(?:-\d+)?|g\+\+|clang(?:-?\d+)?|build-base|build-essential|alpine-sdk|gcc-[\w-]+-linux-gnu|musl-tools|zig)$/;

/** A C compiler on the PATH is asked for since then, for net and os/user come compiled no more (Go 1.20 release notes, "Cgo"). */
const COMPILER_ASKED_SINCE = 20;

/** Whether the stage has a C compiler by the time a line is run; undefined: not known. */
export function hasCompiler(
  { packages }: Chain,
  image: KnownImage | undefined,
  line: number,
): boolean | undefined {
  return packages.some((each) => each.line <= line && COMPILERS.test(each.value)) || image?.hasCompiler;
}

/** What Go takes for CGO_ENABLED: of the environment, or by go/build's defaultContext and cmd/go's own default. */
export function cgoSetting(build: GoBuild, builder: Chain, image: KnownImage | undefined): CgoSetting {
  const { cgoEnabled: set } = build;
  if (set && isOpen(set.value)) return undefinedBy(`line ${set.line}: CGO_ENABLED=${set.value}`);
  if (set?.value === '0' || set?.value === '1') {
    return { value: set.value, isCertain: true, because: `line ${set.line}: CGO_ENABLED=${set.value}` };
  }
  // go/build, defaultContext: other values than these two are as none.
  const unset = set
    ? `line ${set.line}: CGO_ENABLED=${set.value} is neither 0 nor 1, so as if it were not set`
    : `line ${build.line}: CGO_ENABLED is not set`;
  const compiler = hasCompiler(builder, image, build.line);
  if (compiler === undefined) return undefinedBy(`${unset}, and whether there is a C compiler is not known`);
  const cross = crossBuild(build, builder);
  if (cross === 'always') {
    return {
      value: '0',
      isCertain: true,
      because: `${unset}, and cross-compiling to ${build.goarch} turns it off`,
    };
  }
  if (!compiler && (image?.go ?? COMPILER_ASKED_SINCE) >= COMPILER_ASKED_SINCE) {
    return { value: '0', isCertain: true, because: `${unset}, and without a C compiler it is 0` };
  }
  const why = compiler
    ? 'with a C compiler there it is 1'
    : `Go 1.${image?.go} takes it for 1 without a C compiler too`;
  const where = cross === 'elsewhere' ? ` where the machine that builds is ${build.goarch} itself` : '';
  return { value: '1', isCertain: compiler && cross === 'never', because: `${unset}: ${why}${where}` };
}

function undefinedBy(because: string): CgoSetting {
  return { value: undefined, isCertain: false, because };
}

/** Whether GOARCH is another one than the builder's. */
function crossBuild({ goarch }: GoBuild, { root }: Chain): 'always' | 'elsewhere' | 'never' {
  const { platform } = root;
  if (!goarch || (goarch === '$TARGETARCH' && platform !== '$BUILDPLATFORM')) return 'never';
  if (isOpen(goarch) || !platform || isOpen(platform)) return 'elsewhere';
  return platform.split('/')[1] === goarch ? 'never' : 'always';
}
