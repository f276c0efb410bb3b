import type { At } from './dockerfile-facts.ts';
import { type KnownImage, knownImage } from './known-image.ts';
import type { Chain } from './stages.ts';

/** The image that a program runs in. */
export interface Runtime {
  chain: Chain;
  /** FROM of what it is built on in the end. */
  from: At<string>;
  image: KnownImage | undefined;
  /** What stands in for glibc's loader: a package, or a link; absent: nothing. */
  compat?: At<string>;
  /** A loader, or a whole tree of libraries, is copied in: what it can start, the text does not tell. */
  hasForeignLoader: boolean;
  /** A whole tree is copied over the root: what files it has is not known. */
  hasForeignRoot: boolean;
}

const COMPAT_PACKAGE = /^(?:libc6-compat|gcompat)$/;
const LOADER = /\/ld-(?:linux|musl)|\/ld64|^\/(?:usr\/)?(?:lib(?:64)?|glibc-compat)\/?$/;

/** What a stage is as a place to run in. */
export function runtimeOf(chain: Chain): Runtime {
  const { root, packages, writes, copies } = chain;
  const image = knownImage(root.image);
  // A link to musl under the name of glibc's loader, as recipes for Alpine have it.
  const link =
    image?.libc === 'musl' ? writes.find(({ value }) => /\/ld-linux[^/]*$/.test(value)) : undefined;
  const compat = packages.find(({ value }) => COMPAT_PACKAGE.test(value)) ?? link;
  const copied = copies.flatMap(({ sources, target }) => [...sources, target]);
  return {
    chain,
    from: { value: root.image, line: root.line },
    image,
    ...(compat && { compat }),
    hasForeignLoader:
      !compat && [...copied, ...writes.map(({ value }) => value)].some((path) => LOADER.test(path)),
    hasForeignRoot: copies.some(
      ({ from, sources, target }) => from !== undefined && target === '/' && sources.some(isTree),
    ),
  };
}

/** Whether a path that is copied over the root is a tree and no program: its name has it, or it is the root itself. */
function isTree(path: string): boolean {
  return /^\/$|\/(?:[\w-]*root(?:fs)?|dist|out|output|target|fs|files|staging|image)\/?$|\/[.*]$/i.test(path);
}
