import { type CgoSetting, cgoSetting } from './cgo-setting.ts';
import type { GoBuild } from './dockerfile-facts.ts';
import { type KnownImage, knownImage } from './known-image.ts';
import type { NativeUse } from './native-use.ts';
import type { Chain } from './stages.ts';

/** What a build makes, as far as the Dockerfile tells; of a program that imports net, as every server does. */
export interface Program {
  cgo: CgoSetting;
  image: KnownImage | undefined;
  /**
   * `dynamic`: it asks for a loader and libraries; `pie`: for a loader alone; `static-libc`: a libc is linked in;
   * undefined: cannot be told.
   */
  linkage: 'static' | 'static-libc' | 'dynamic' | 'pie' | undefined;
  /** Whose loader or code. */
  libc: 'glibc' | 'musl' | undefined;
  /** `false`: so it is where some package uses cgo, or on some machines. */
  isCertain: boolean;
  /** What told the linkage. */
  because: readonly string[];
}

/** What a build of a stage makes, by its flags, its environment and the image it runs on. */
export function programOf(build: GoBuild, builder: Chain, natives: NativeUse): Program {
  const image = knownImage(builder.root.image);
  const cgo = cgoSetting(build, builder, image);
  const libc = libcOf(build, image);
  const program = { cgo, image, libc };
  const isPie = build.buildmode?.value === 'pie' && !isStatic(build);
  const pie = isPie
    ? [`line ${build.buildmode?.line}: -buildmode=pie: its loader is asked for in any case`]
    : [];
  if (cgo.value === undefined)
    return { ...program, linkage: undefined, isCertain: false, because: [cgo.because] };
  if (cgo.value === '0' || isPureByTags(build, natives)) {
    const why =
      cgo.value === '0'
        ? cgo.because
        : `line ${build.line}: -tags ${build.tags.join(',')}: no package uses cgo`;
    return {
      ...program,
      linkage: isPie ? 'pie' : 'static',
      isCertain: cgo.value === '1' || cgo.isCertain,
      because: [why, ...pie],
    };
  }
  const certain = cgo.isCertain && (!build.tags.includes('netgo') || natives.certain.length > 0);
  if (!isStatic(build)) return { ...program, linkage: 'dynamic', isCertain: certain, because: [cgo.because] };
  const line = `line ${build.line}: `;
  if (isExternal(build) || natives.certain.length > 0) {
    const because = [cgo.because, `${line}-extldflags -static links the libc in`];
    return { ...program, linkage: 'static-libc', isCertain: cgo.isCertain, because };
  }
  return {
    ...program,
    linkage: 'dynamic',
    // Measured with Go 1.19: net alone is linked by Go's own linker, which knows no -extldflags (cmd/link, determineLinkMode).
    isCertain: certain && natives.isKnown && natives.possible.length === 0,
    because: [
      cgo.because,
      `${line}-extldflags -static counts with -linkmode external only, where net alone uses cgo`,
    ],
  };
}

/** -static, -static-pie: what is handed to the C linker. */
function isStatic({ ldflags }: GoBuild): boolean {
  return /extldflags/.test(ldflags) && /-static(?:-pie)?(?![\w-])/.test(ldflags);
}

function isExternal({ ldflags }: GoBuild): boolean {
  return /-linkmode[= ]\s*['"]?external/.test(ldflags);
}

/** net and os/user are all of the standard library that uses cgo; runtime/cgo comes with them. */
function isPureByTags({ tags }: GoBuild, natives: NativeUse): boolean {
  const isPure = tags.includes('netgo') && tags.includes('osusergo');
  return isPure && natives.certain.length === 0 && natives.possible.length === 0;
}

function libcOf({ cc }: GoBuild, image: KnownImage | undefined): 'glibc' | 'musl' | undefined {
  if (cc && /musl/.test(cc.value)) return 'musl';
  if (cc && /-linux-gnu/.test(cc.value)) return 'glibc';
  return image?.libc === 'none' ? undefined : image?.libc;
}
