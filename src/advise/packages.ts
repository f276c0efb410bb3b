import type { NativeModule } from '../golang/native-modules/native-module.ts';
import { BASE_IMAGES } from '../image/base-images.ts';
import type { NativeUse } from './native-uses.ts';
import type { Target } from './target.ts';

/**
 * A module as it is written and as the tags of the build make it: with the system's library where one of them asks for
 * that. A name that is no module path (https://go.dev/ref/mod#go-mod-file-ident) is not taken into a Dockerfile.
 */
export function asBuilt({ module, path }: NativeUse, tags: readonly string[]): NativeModule {
  const { system } = module;
  const written = { ...module, path: /^[\w.~/-]+$/.test(path) ? path : module.path };
  if (!system || !tags.includes(system.tag)) return written;
  const { runLibraries, buildPackages } = system;
  return { ...written, code: 'linked', runLibraries, buildPackages };
}

/** What the builder has to have beside golang's image: on Alpine that is a C compiler too. */
export function buildPackages(target: Target, modules: readonly NativeModule[]): string[] {
  const { libc, base } = target;
  const distribution = libc === 'musl' ? 'alpine' : 'debian';
  return unique([
    ...(libc === 'musl' ? ['build-base'] : []),
    ...modules.flatMap((module) => module.buildPackages[distribution]),
    // To be copied: scratch has neither.
    ...(base === 'scratch' ? ['ca-certificates', 'tzdata'] : []),
  ]);
}

/** What the image has to have beside what it brings: libraries, and the files that Go programs read. */
export function runPackages({ base, linking }: Target, modules: readonly NativeModule[]): string[] {
  const { packages, files } = BASE_IMAGES[base];
  if (!packages) return [];
  const distribution = packages === 'apk' ? 'alpine' : 'debian';
  const isDynamic = linking === 'dynamic';
  return unique([
    ...(files['ca-certificates'] ? [] : ['ca-certificates']),
    ...(files.tzdata ? [] : ['tzdata']),
    ...(isDynamic && packages === 'apk' && modules.some(({ cplusplus }) => cplusplus) ? ['libstdc++'] : []),
    ...modules.flatMap(({ runLibraries }) =>
      runLibraries.flatMap((library) => {
        const name = library[distribution];
        return name === undefined || !isDynamic ? [] : [name];
      }),
    ),
  ]);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
