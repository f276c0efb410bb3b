import type { BinaryFacts } from '../binary/binary-facts.ts';
import type { GoMod } from '../golang/go-mod.ts';
import type { NativeModule } from '../golang/native-modules/native-module.ts';
import { nativeModuleOf } from '../golang/native-modules.ts';
import { minorIn } from '../golang/versions.ts';
import type { Question } from './advice.ts';

/** A module with C, and how sure it is that it is compiled in. */
export interface NativeUse {
  module: NativeModule;
  /** As it is written there. */
  path: string;
  /** `binary`: it is in what was built; `direct` and `indirect`: go.mod requires it; `go.sum`: it was downloaded. */
  told: 'binary' | 'direct' | 'indirect' | 'go.sum';
  /** Of go.mod or go.sum. */
  line?: number;
  /** CGO_ENABLED=1 is needed for it, as far as is known. */
  needsCgo: boolean;
}

/** The modules with C that a program has in it: of its binary, which knows best, or of go.mod and go.sum. */
export function nativeUses({ binary, goMod, goSum = [] }: Question, tags: readonly string[]): NativeUse[] {
  const uses = binary?.build
    ? ofBinary(binary, tags)
    : goMod
      ? [...ofGoMod(goMod, tags), ...ofGoSum(goMod, goSum, tags)]
      : [];
  const known = new Set<NativeModule>();
  return uses.filter(({ module }) => !known.has(module) && known.add(module));
}

function ofBinary({ build, needed }: BinaryFacts, tags: readonly string[]): NativeUse[] {
  const paths = [build?.main, ...(build?.deps ?? [])].flatMap((each) => (each ? [each.path] : []));
  return paths.flatMap((path): NativeUse[] => {
    const module = nativeModuleOf(path);
    if (!module) return [];
    const isLinked = module.runLibraries.some(({ soname }) => needed.some((name) => name.startsWith(soname)));
    // Packages are not in build information: what the binary is linked with tells whether they are used.
    const needsCgo = module.needsCgo === 'some-packages' ? isLinked : isNeeded(module, tags);
    return [{ module, path, told: 'binary', needsCgo }];
  });
}

function ofGoMod({ requires }: GoMod, tags: readonly string[]): NativeUse[] {
  const sorted = [...requires].sort((a, b) => Number(a.indirect) - Number(b.indirect));
  return sorted.flatMap(({ path, line, indirect }): NativeUse[] => {
    const module = nativeModuleOf(path);
    if (!module) return [];
    const needsCgo = isNeeded(module, tags) && !(indirect && module.optionalFor !== undefined);
    return [{ module, path, told: indirect ? 'indirect' : 'direct', line, needsCgo }];
  });
}

/**
 * Whether go.sum knows modules that go.mod does not: since `go 1.17` go.mod names every one that packages are taken
 * from (https://go.dev/ref/mod#graph-pruning).
 */
export function needsGoSum({ go }: GoMod): boolean {
  return go === undefined || (minorIn(go.version) ?? 0) < 17;
}

function ofGoSum(goMod: GoMod, sum: Question['goSum'] & object, tags: readonly string[]): NativeUse[] {
  if (!needsGoSum(goMod)) return [];
  return sum.flatMap(({ path, line }): NativeUse[] => {
    const module = nativeModuleOf(path);
    if (!module) return [];
    const needsCgo = isNeeded(module, tags) && module.optionalFor === undefined;
    return [{ module, path, told: 'go.sum', line, needsCgo }];
  });
}

function isNeeded({ needsCgo, withoutTag }: NativeModule, tags: readonly string[]): boolean {
  return needsCgo === 'always' || (needsCgo === 'unless-tag' && !tags.includes(withoutTag ?? ''));
}
