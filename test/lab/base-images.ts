/**
 * Root directories that stand in for base images: image-roots.ts, and the files that an image has beside its libraries.
 * No registry is asked. What they have is real, so is what they lack; releases and sizes are not the image's.
 */

import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { type BaseImageId, baseImageOf } from '../../src/image/base-images.ts';
import { makeRoot } from './image-roots.ts';

const run = promisify(execFile);

/** What programs are put on here. */
type Base = Extract<BaseImageId, 'distroless-static' | 'distroless-base' | 'alpine'>;

const CERTIFICATES = { 'etc/ssl/certs/ca-certificates.crt': `${rootCertificates.join('\n')}\n` };
const ROOT = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n';
const NONROOT = 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n';

/** GoogleContainerTools/distroless, base/README.md: what static has, all images of it have. */
const DISTROLESS = {
  ...CERTIFICATES,
  'etc/os-release': 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n',
  'etc/passwd': `${ROOT}${NONROOT}`,
  'etc/nsswitch.conf': 'hosts: files dns\n',
};
/** apk takes what it is told, and puts nothing there. */
const ALPINE = { ...CERTIFICATES, 'etc/passwd': ROOT, 'sbin/apk': '#!/bin/sh\n' };

const FILES: Readonly<Record<Base, Record<string, string>>> = {
  'distroless-static': DISTROLESS,
  'distroless-base': DISTROLESS,
  alpine: ALPINE,
};

/**
 * Makes the root directory of the image of this name: `alpine:3.22`.
 *
 * @returns the user that the image runs as, where it is not root
 */
export async function makeBaseImage(directory: string, image: string): Promise<{ user?: string }> {
  const base = baseImageOf(image);
  if (!isHere(base)) throw new Error(`nothing stands in for ${image} here`);
  await makeRoot(directory, base, '');
  await putFiles(directory, FILES[base]);
  await mkdir(join(directory, 'tmp'));
  if (base === 'alpine') return {};
  const zones = 'cp -r /usr/share/zoneinfo/Europe "$0/usr/share/zoneinfo"';
  await mkdir(join(directory, 'usr/share/zoneinfo'), { recursive: true });
  await run('sh', ['-euc', zones, directory]);
  return image.endsWith(':nonroot') ? { user: '65532' } : {};
}

function isHere(base: BaseImageId | undefined): base is Base {
  return base !== undefined && base in FILES;
}

/**
 * Makes the root directory of a builder, whose compilers are this machine's: its /usr is to be at /host/usr. On Alpine
 * `gcc` is musl's.
 *
 * @param go where Go's own directory is, in the image
 */
export async function makeBuilder(directory: string, image: string, go: string): Promise<void> {
  const isAlpine = baseImageOf(image) === 'alpine';
  await putFiles(directory, {
    'etc/passwd': ROOT,
    'usr/local/bin/apk': '#!/bin/sh\n',
    ...(isAlpine && { 'usr/local/bin/gcc': '#!/bin/sh\nexec musl-gcc "$@"\n' }),
  });
  const script = `
    cd "$0"
    mkdir -p tmp root
    for name in bin lib lib64 sbin; do ln -s usr/$name $name; done
    for name in bin lib lib64 sbin include share libexec; do ln -s /host/usr/$name usr/$name; done
    ln -s "$1" usr/local/go`;
  await run('sh', ['-euc', script, directory, go]);
}

/** @param files executable where they are programs: below bin and sbin */
async function putFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    if (/^(?:usr\/local\/)?s?bin\//.test(path)) await chmod(file, 0o755);
  }
}
