import type { GoMod } from '../golang/go-mod.ts';
import { type NativeModule, packaged } from '../golang/native-modules/native-module.ts';
import { nativeModuleOf, nativeModulesIn } from '../golang/native-modules.ts';

/** Modules with C that a build has. */
export interface NativeUse {
  /** Whether there is a go.mod that tells. */
  isKnown: boolean;
  /** Required by the main module itself, and never without C. */
  certain: readonly NativeModule[];
  /** Required by other modules, or not in every package or build. */
  possible: readonly NativeModule[];
}

/** Tags by which a module takes the system's library in the place of its own: sqlite3_libsqlite3.go, build_dynamic.go. */
const LINKED_BY_TAG: readonly (Pick<NativeModule, 'path' | 'runLibraries' | 'buildPackages'> & {
  tag: string;
})[] = [
  {
    ...{ path: 'github.com/mattn/go-sqlite3', tag: 'libsqlite3' },
    ...packaged('libsqlite3.so', ['libsqlite3-0', 'sqlite-libs'], ['libsqlite3-dev', 'sqlite-dev']),
  },
  {
    ...{ path: 'github.com/confluentinc/confluent-kafka-go', tag: 'dynamic' },
    ...packaged('librdkafka.so', ['librdkafka1', 'librdkafka'], ['librdkafka-dev', 'librdkafka-dev']),
  },
];

/** Which modules with C a go.mod brings into a build with these tags. */
export function nativeUse(goMod: GoMod | undefined, tags: readonly string[]): NativeUse {
  if (!goMod) return { isKnown: false, certain: [], possible: [] };
  const used = ({ withoutTag, needsCgo }: NativeModule) =>
    needsCgo !== 'never' && (withoutTag === undefined || !tags.includes(withoutTag));
  const paths = (isWanted: (indirect: boolean) => boolean) =>
    goMod.requires.filter(({ indirect }) => isWanted(indirect)).map(({ path }) => path);
  const find = (paths: readonly string[]) =>
    nativeModulesIn(paths)
      .filter(used)
      .map((module) => byTag(module, tags));
  const direct = find(paths((indirect) => !indirect));
  const certain = direct.filter(({ needsCgo }) => needsCgo === 'always' || needsCgo === 'unless-tag');
  const possible = find(paths(() => true)).filter(({ path }) => !certain.some((each) => each.path === path));
  return { isKnown: true, certain, possible };
}

function byTag(module: NativeModule, tags: readonly string[]): NativeModule {
  const known = nativeModuleOf(module.path)?.path;
  const row = LINKED_BY_TAG.find(({ path, tag }) => path === known && tags.includes(tag));
  if (!row) return module;
  const { muslTag: _, ...rest } = module;
  return { ...rest, code: 'linked', runLibraries: row.runLibraries, buildPackages: row.buildPackages };
}
