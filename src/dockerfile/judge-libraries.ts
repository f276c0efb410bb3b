import type { NativeLibrary, NativeModule } from '../golang/native-modules/native-module.ts';
import { BASE_IMAGES } from '../image/base-images.ts';
import type { AdviceFinding } from './advice-finding.ts';
import { familyOf, installer } from './cures.ts';
import type { Placed } from './judge-loader.ts';
import type { Runtime } from './runtime.ts';
import { hasSources } from './stages.ts';

const LIBSTDCXX: NativeLibrary = { soname: 'libstdc++.so', debian: 'libstdc++6', alpine: 'libstdc++' };

/** Packages that bring no library along but their own: with others there, theirs may be among what those need. */
const ALONE =
  /^(?:ca-certificates(?:-bundle)?|tzdata|bash|curl|wget|su-exec|tini|dumb-init|gosu|libc6-compat|gcompat)$/;

/** Libraries that modules with C are linked with, and that the image has neither of itself nor by package or COPY. */
export function librariesMissing({ shipped, program, runtime, natives }: Placed): AdviceFinding[] {
  const { image, chain, from } = runtime;
  if (!shipped.copy || runtime.hasForeignLoader || !image?.base || image.libc !== program.libc) return [];
  if (program.linkage !== 'dynamic' || hasSources(chain)) return [];
  const family = familyOf(image.base);
  return natives.certain.flatMap((module) => {
    const missing = librariesOf(module).filter((library) => !isThere(library, runtime));
    if (missing.length === 0) return [];
    const packages = missing.flatMap((library) => (family && library[family]) ?? []);
    const names = missing.map(({ soname }) => soname).join(', ');
    return [
      {
        id: 'loader-missing',
        severity: chain.packages.every(({ value }) => ALONE.test(value)) ? 'critical' : 'warning',
        file: 'dockerfile',
        line: from.line,
        title: `The program does not start on ${from.value}: ${names} is not there`,
        evidence: [
          `go.mod: ${module.path}, ${module.what}`,
          `line ${from.line}: FROM ${from.value}, with no package and no COPY that brings it`,
        ],
        fix:
          packages.length > 0
            ? `Behind line ${from.line}: RUN ${installer(family)} ${packages.join(' ')}.`
            : `Line ${from.line}: an image that has ${module.byHand ?? names}, or COPY it there.`,
      },
    ];
  });
}

/** What the loader looks for when the program starts; what is opened later does not keep it from starting. */
function librariesOf({ code, cplusplus, runLibraries }: NativeModule): readonly NativeLibrary[] {
  return [...(code === 'linked' ? runLibraries : []), ...(cplusplus ? [LIBSTDCXX] : [])];
}

function isThere({ soname, ...packages }: NativeLibrary, { image, chain }: Runtime): boolean {
  const family = familyOf(image?.base);
  const own = image?.base ? BASE_IMAGES[image.base].libraries : [];
  const copied = chain.copies.flatMap(({ sources, target }) => [...sources, target]);
  const stem = soname.replace(/\.so.*$/s, '');
  return (
    own.some((name) => name.startsWith(soname)) ||
    copied.some((path) => path.includes(stem) || /\/lib\b/.test(path)) ||
    chain.packages.some(({ value }) => family && isFor(value, packages[family]))
  );
}

/** Whether an installed package is, or brings, the one that is wanted: another version of it, or its headers. */
function isFor(installed: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return false;
  const stem = (name: string) => name.replace(/-dev$|-libs$/, '').replace(/[\d.-]+(?:t64)?$/, '');
  return installed === wanted || stem(installed) === stem(wanted);
}
