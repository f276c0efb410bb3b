import type { GoMod } from '../golang/go-mod.ts';
import type { NativeModule } from '../golang/native-modules/native-module.ts';
import { nativeModulesIn } from '../golang/native-modules.ts';

/** Modules with C that a build has. */
export interface NativeUse {
  /** Whether there is a go.mod that tells. */
  isKnown: boolean;
  /** Required by the main module itself, and never without C. */
  certain: readonly NativeModule[];
  /** Required by other modules, or not in every package or build. */
  possible: readonly NativeModule[];
}

/** Which modules with C a go.mod brings into a build with these tags. */
export function nativeUse(goMod: GoMod | undefined, tags: readonly string[]): NativeUse {
  if (!goMod) return { isKnown: false, certain: [], possible: [] };
  const used = ({ withoutTag, needsCgo }: NativeModule) =>
    needsCgo !== 'never' && (withoutTag === undefined || !tags.includes(withoutTag));
  const paths = (isWanted: (indirect: boolean) => boolean) =>
    goMod.requires.filter(({ indirect }) => isWanted(indirect)).map(({ path }) => path);
  const direct = nativeModulesIn(paths((indirect) => !indirect)).filter(used);
  const certain = direct.filter(({ needsCgo }) => needsCgo === 'always' || needsCgo === 'unless-tag');
  const all = nativeModulesIn(paths(() => true)).filter(used);
  return { isKnown: true, certain, possible: all.filter((module) => !certain.includes(module)) };
}
