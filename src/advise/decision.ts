import type { NativeModule } from '../golang/native-modules/native-module.ts';
import type { Question } from './advice.ts';
import { type Builder, builderFor, type GivenBuild, givenBuild } from './given-build.ts';
import { libcWish } from './libc-wish.ts';
import { type NativeUse, nativeUses } from './native-uses.ts';
import { type OwnC, ownC } from './own-c.ts';
import { asBuilt } from './packages.ts';
import { type Target, targetWithC, targetWithoutC } from './target.ts';

/** What was decided, and of what. */
export interface Decision {
  cgoEnabled: '0' | '1';
  target: Target;
  builder: Builder;
  given: GivenBuild;
  /** All modules with C that were found, needed or not. */
  uses: readonly NativeUse[];
  /** Those that have to be built and run, as the tags make them. */
  modules: readonly NativeModule[];
  /** Functions and libraries that the binary has of C, and that no module explains. */
  own: OwnC;
  /** What asks for libc's resolver, in words. */
  wish?: string;
  /** For the build that is advised. */
  tags: readonly string[];
}

/** CGO_ENABLED, libc and images. */
export function decide(question: Question): Decision {
  const given = givenBuild(question);
  const uses = nativeUses(question, given.tags);
  const needed = uses.filter(({ needsCgo }) => needsCgo);
  const own = unexplained(question, needed);
  const withoutCgo = uses.filter((use) => isLoadedWithoutCgo(use, question));
  const modules = [...needed, ...withoutCgo].map((use) => asBuilt(use, given.tags));
  const wish = libcWish(question, given.tags);
  const isCgo =
    needed.length > 0 || own.functions.length > 0 || own.libraries.length > 0 || wish !== undefined;
  const builder = builderFor(given.go);
  const needs = { modules, libraries: own.libraries };
  const target =
    modules.length > 0 || isCgo
      ? targetWithC(given.image, builder, needs)
      : targetWithoutC(given.image, builder);
  const tags = tagsFor(given.tags, target, modules);
  return {
    ...{ cgoEnabled: isCgo ? '1' : '0', target, builder, given, uses, modules, own, tags },
    ...(wish !== undefined && { wish }),
  };
}

/** C of the program itself, or of a module that no row knows, as far as the binary shows it. */
function unexplained({ binary }: Question, needed: readonly NativeUse[]): OwnC {
  if (!binary) return { functions: [], libraries: [] };
  const { functions, libraries } = ownC(binary);
  const known = needed.flatMap(({ module }) => [
    ...module.runLibraries.map(({ soname }) => soname),
    ...(module.system?.runLibraries ?? []).map(({ soname }) => soname),
    ...(module.code === 'bundled' ? ['libm.so', 'libgcc_s.so'] : []),
    ...(module.cplusplus ? ['libstdc++.so', 'libm.so', 'libgcc_s.so'] : []),
  ]);
  return {
    // Which function is of which module a binary does not tell.
    functions: needed.length > 0 ? [] : functions,
    libraries: libraries.filter((name) => !known.some((soname) => name.startsWith(soname))),
  };
}

/** Purego asks for the loader though cgo is off; go.mod has it for other systems too, and then indirectly. */
function isLoadedWithoutCgo({ module, told }: NativeUse, { binary }: Question): boolean {
  if (module.needsCgo !== 'never') return false;
  return told === 'binary' ? binary?.interpreter !== undefined : told === 'direct';
}

/** Tags that were there and still mean something, and the one that a libc asks for. */
function tagsFor(given: readonly string[], { libc }: Target, modules: readonly NativeModule[]): string[] {
  const muslTags = modules.flatMap(({ muslTag }) => muslTag ?? []);
  const kept = given.filter((tag) => {
    if (tag === 'netgo' || tag === 'osusergo') return libc !== 'none';
    return libc === 'musl' || !muslTags.includes(tag);
  });
  return [...new Set([...kept, ...(libc === 'musl' ? muslTags : [])])];
}
