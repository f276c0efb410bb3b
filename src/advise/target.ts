import type { NativeModule } from '../golang/native-modules/native-module.ts';
import { BASE_IMAGES, type BaseImageId, baseImageOf, glibcOf } from '../image/base-images.ts';
import { compareVersions } from '../image/glibc-versions.ts';
import type { Advice } from './advice.ts';
import { type Builder, golangImage, hasBullseye } from './given-build.ts';

/** What C is asked for, over all modules. */
export interface Needs {
  modules: readonly NativeModule[];
  /** Libraries that the binary is linked with and that no row knows. */
  libraries: readonly string[];
}

/** Where to build and to run, and whether the libc is linked in. */
export interface Target extends Pick<Advice, 'libc' | 'base' | 'baseImage' | 'builderImage'> {
  linking: 'static' | 'dynamic';
  because: string[];
}

/** Without C a static binary starts everywhere: what was asked for is taken, else distroless static. */
export function targetWithoutC(image: string | undefined, builder: Builder): Target {
  const asked = askedImage(image);
  return {
    ...{ libc: 'none', linking: 'static', builderImage: golangImage(builder.minor, 'bookworm') },
    ...(asked.image ?? table('distroless-static')),
    because: [
      ...asked.because,
      ...(asked.image
        ? []
        : [
            'distroless static has CA certificates, time zones, /etc/passwd and nsswitch.conf; no shell, no libc',
          ]),
    ],
  };
}

/** With C the libc of the image decides: musl is built for on Alpine, glibc on a Debian that is not newer. */
export function targetWithC(image: string | undefined, builder: Builder, needs: Needs): Target {
  const asked = askedImage(image);
  const base = asked.image?.base;
  const onlyGlibc = needs.modules.find(({ libcs }) => !libcs.includes('musl'));
  if (onlyGlibc && base && BASE_IMAGES[base].libc !== 'glibc') {
    const why = `${asked.image?.baseImage} will not do: ${onlyGlibc.path} is there for glibc alone`;
    return onGlibc(undefined, builder, needs, [why]);
  }
  if (base === 'alpine' || base === 'alpine+libc6-compat') return onMusl(asked.image, builder);
  if (base === 'scratch' || base === 'distroless-static') return withoutLoader(asked.image, builder, needs);
  return onGlibc(asked.image, builder, needs, asked.because);
}

type Image = Pick<Advice, 'base' | 'baseImage'>;

function onMusl(image: Image | undefined, { minor }: Builder): Target {
  const { baseImage } = image ?? table('alpine');
  const builderImage = golangImage(minor, 'alpine');
  return {
    ...{ libc: 'musl', linking: 'dynamic', base: 'alpine', baseImage, builderImage },
    because: [
      `${baseImage} has musl: built in ${builderImage} the program asks for musl’s loader; built on Debian it asks for glibc’s, and does not start there`,
    ],
  };
}

/** No loader, no library: all has to be linked in, which musl can do with its resolver and glibc cannot. */
function withoutLoader(image: Image | undefined, builder: Builder, needs: Needs): Target {
  const { base, baseImage } = image ?? table('scratch');
  const loaded = needs.modules.find(({ code }) => code !== 'bundled');
  const by = loaded?.path ?? needs.libraries[0];
  if (by !== undefined) {
    const how = loaded?.code === 'loaded' ? 'opens a library at run time' : 'is linked with a shared library';
    return onGlibc(undefined, builder, needs, [
      `${baseImage} will not do: it has no loader, and ${by} ${how}`,
    ]);
  }
  return {
    ...{
      libc: 'musl',
      linking: 'static',
      base,
      baseImage,
      builderImage: golangImage(builder.minor, 'alpine'),
    },
    because: [
      `${baseImage} has no loader: musl is linked in, which has its whole resolver in it; glibc would still load libnss_*.so at run time`,
    ],
  };
}

function onGlibc(image: Image | undefined, builder: Builder, needs: Needs, why: string[]): Target {
  const smallest = smallestGlibc(needs);
  const has = image && holds(image.base, needs) ? image : undefined;
  const left = image && !has ? [`${image.baseImage} will not do: ${lacks(needs)}`] : [];
  const { base, baseImage } = has ?? table(smallest);
  const glibc = glibcOf(baseImage);
  const isOld = glibc !== undefined && compareVersions(glibc, '2.36') < 0;
  if (isOld && (!hasBullseye(builder.minor) || compareVersions(glibc, '2.31') < 0)) {
    const why = `${baseImage} will not do: it has glibc ${glibc}, and Go 1.${builder.minor} has no image with one that old`;
    return onGlibc(undefined, builder, needs, [why]);
  }
  const suite = isOld ? 'bullseye' : 'bookworm';
  return {
    ...{
      libc: 'glibc',
      linking: 'dynamic',
      base,
      baseImage,
      builderImage: golangImage(builder.minor, suite),
    },
    because: [
      ...why,
      ...left,
      `${baseImage} has glibc${glibc === undefined ? '' : ` ${glibc}`}: the builder’s must not be newer, so ${golangImage(builder.minor, suite)}`,
    ],
  };
}

/** The smallest image with glibc that has what is asked for, or a package manager to install it by. */
function smallestGlibc(needs: Needs): BaseImageId {
  const rows: BaseImageId[] = ['distroless-base', 'distroless-cc', 'debian'];
  return rows.find((id) => holds(id, needs)) ?? 'debian';
}

function holds(id: BaseImageId, { modules, libraries }: Needs): boolean {
  if (BASE_IMAGES[id].packages === 'apt') return true;
  const isPlain = modules.every(({ code }) => code === 'bundled');
  const wanted = modules.some(({ cplusplus }) => cplusplus) ? ['libstdc++.so.6', ...libraries] : libraries;
  return isPlain && wanted.every((name) => BASE_IMAGES[id].libraries.includes(name));
}

function lacks({ modules, libraries }: Needs): string {
  const other = modules.find(({ code }) => code !== 'bundled');
  if (other) return `it has no package manager, and ${other.path} needs more than the libc`;
  return `it has not ${['libstdc++.so.6', ...libraries].join(' ')}`;
}

function table(id: BaseImageId): Image {
  return { base: id, baseImage: BASE_IMAGES[id].image };
}

/** The image that was asked for, where it is one of the rows; its name goes into a Dockerfile as it is. */
function askedImage(image: string | undefined): { image?: Image; because: string[] } {
  if (image === undefined) return { because: [] };
  const base = baseImageOf(image);
  if (base !== undefined && /^[\w./:@-]+$/.test(image))
    return { image: { base, baseImage: image }, because: [] };
  return {
    because: [`${image} is no base image that is known here by its name: what follows is for another`],
  };
}
