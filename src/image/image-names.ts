import type { BaseImageId } from './base-images.ts';

/** A reference to an image, apart: distribution/reference, grammar of `reference`. */
interface ImageName {
  /** Without registry and digest: `library/debian`, `distroless/static-debian12`. */
  path: string;
  /** Last part of path. */
  name: string;
  /** Empty: `latest` is meant. */
  tag: string;
}

/** Images that are one distribution whatever their tag says, and those whose tag says it. */
const ROWS: readonly { id: BaseImageId; matches: (image: ImageName) => boolean }[] = [
  { id: 'scratch', matches: ({ path, tag }) => path === 'scratch' && tag === '' },
  { id: 'distroless-static', matches: distroless(/^static/) },
  { id: 'distroless-base', matches: distroless(/^base(?:-nossl)?/) },
  { id: 'distroless-cc', matches: distroless(/^cc/) },
  { id: 'distroless-static', matches: ({ path }) => /(?:^|\/)chainguard\/static$/.test(path) },
  {
    id: 'alpine',
    matches: ({ name, tag }) => /^alpine$/.test(name) || /(?:^|-)alpine(?:[\d.]*)?(?:-|$)/.test(tag),
  },
  { id: 'debian', matches: ({ name }) => /^(?:debian|ubuntu|buildpack-deps)$/.test(name) },
  // Docker's official images are Debian's where their tags do not say otherwise.
  { id: 'debian', matches: ({ name, tag }) => name === 'golang' && !/windows|nanoserver/.test(tag) },
  { id: 'debian', matches: ({ tag }) => CODENAME.test(tag) },
];

/** Releases of Debian and Ubuntu, with the glibc that they have: packages of `libc6`. */
const GLIBC: Readonly<Record<string, string>> = {
  ...{ '10': '2.28', buster: '2.28', '11': '2.31', bullseye: '2.31', oldoldstable: '2.31' },
  ...{ '12': '2.36', bookworm: '2.36', oldstable: '2.36' },
  ...{ '13': '2.41', trixie: '2.41', stable: '2.41', latest: '2.41' },
  ...{ '18.04': '2.27', bionic: '2.27', '20.04': '2.31', focal: '2.31' },
  ...{ '22.04': '2.35', jammy: '2.35', '24.04': '2.39', noble: '2.39' },
};
const CODENAME =
  /(?:^|-)(buster|bullseye|bookworm|trixie|bionic|focal|jammy|noble|oldoldstable|oldstable|stable)(?=-|$)/;

/**
 * Which row an image is of: `golang:1.24-alpine`, `gcr.io/distroless/base-debian12:nonroot`, `debian:bookworm-slim`.
 *
 * @returns undefined: none that the name tells
 */
export function baseImageOf(name: string): BaseImageId | undefined {
  const image = parseImageName(name);
  return ROWS.find(({ matches }) => matches(image))?.id;
}

/** The glibc of a Debian or Ubuntu release that an image's name tells; absent: it does not, or not a known one. */
export function glibcOf(name: string): string | undefined {
  const { name: repository, tag } = parseImageName(name);
  const release =
    /-debian(\d\d)$/.exec(repository)?.[1] ??
    CODENAME.exec(tag)?.[1] ??
    (/^(?:debian|ubuntu)$/.test(repository) ? /^\d+(?:\.04)?/.exec(tag)?.[0] : undefined) ??
    (/^(?:debian|golang)$/.test(repository) && /^$|^latest$/.test(tag) ? 'latest' : undefined);
  return release !== undefined && Object.hasOwn(GLIBC, release) ? GLIBC[release] : undefined;
}

function distroless(image: RegExp): (name: ImageName) => boolean {
  return ({ path, name }) =>
    /(?:^|\/)distroless\/[^/]+$/.test(path) && new RegExp(`${image.source}(?:-debian\\d+)?$`).test(name);
}

function parseImageName(text: string): ImageName {
  const [withoutDigest = ''] = text.toLowerCase().split('@');
  const slash = withoutDigest.lastIndexOf('/');
  const colon = withoutDigest.lastIndexOf(':');
  // A colon before the last slash is of a registry's port.
  const end = colon > slash ? colon : withoutDigest.length;
  const path = withoutDigest.slice(0, end);
  return { path: withoutRegistry(path), name: path.slice(slash + 1), tag: withoutDigest.slice(end + 1) };
}

/** What is before the first slash is a registry where it has a dot, a port, or is localhost. */
function withoutRegistry(path: string): string {
  const [first = '', ...rest] = path.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? rest.join('/') : path;
}
