/** Modules of Go that bring C: which they are, and what is asked of the build and of the image for them. */
import { DATABASES } from './native-modules/databases.ts';
import { MEDIA_AND_SYSTEM } from './native-modules/media-and-system.ts';
import { MESSAGES_AND_DATA } from './native-modules/messages-and-data.ts';
import type { NativeModule } from './native-modules/native-module.ts';

export const NATIVE_MODULES: readonly NativeModule[] = [
  ...DATABASES,
  ...MESSAGES_AND_DATA,
  ...MEDIA_AND_SYSTEM,
];

/**
 * Which of the known modules with C a path is of: a module's path, with or without major version, or that of a package.
 * A package of a module that calls C in others only is of none.
 *
 * @example nativeModuleOf('github.com/confluentinc/confluent-kafka-go/v2/kafka')?.path // 'github.com/confluentinc/…'
 */
export function nativeModuleOf(path: string): NativeModule | undefined {
  return NATIVE_MODULES.find((module) => {
    const below = belowAnyPath(module, path);
    if (below === undefined) return false;
    return below === '' || isOneOf(below, module.packages);
  });
}

/** The known modules with C among the paths, each once, in their order, and by the path that is given. */
export function nativeModulesIn(paths: Iterable<string>): NativeModule[] {
  const found = new Map<NativeModule, string>();
  for (const path of paths) {
    const module = nativeModuleOf(path);
    if (module && !found.has(module)) found.set(module, path);
  }
  return [...found].map(([module, path]) => ({ ...module, path }));
}

function isOneOf(below: string, packages: readonly string[] | undefined): boolean {
  return packages?.some((each) => below === each || below.startsWith(`${each}/`)) ?? true;
}

/** What of a path stands below the module: empty for the module itself, undefined where it is of another. */
function belowAnyPath({ path, also = [] }: NativeModule, whole: string): string | undefined {
  for (const each of [path, ...also]) {
    if (!whole.startsWith(each)) continue;
    // https://go.dev/ref/mod#major-version-suffixes: `/v2`, and `.v2` of gopkg.in.
    const rest = whole.slice(each.length).replace(/^(?:\/v[2-9]|\/v[1-9]\d+|\.v\d+)(?=\/|$)/, '');
    if (rest === '') return '';
    if (rest.startsWith('/')) return rest.slice(1);
  }
  return undefined;
}
