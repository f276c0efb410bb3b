/**
 * Root directories that stand in for base images: the files of Debian packages of this machine, laid out as in the image.
 * No registry is asked. What they have is real, so is what they lack; releases and sizes are not the image's.
 */

import { execFile } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import type { BaseImageId } from '../../src/image/base-images.ts';

const run = promisify(execFile);

/** What images of Go programs are put on in the lab. */
export type Base = Extract<BaseImageId, 'distroless-static' | 'distroless-base' | 'alpine'>;

const MAKERS: Readonly<Record<Base, (root: string) => Promise<void>>> = {
  'distroless-static': putStatic,
  async 'distroless-base'(root) {
    await putStatic(root);
    await putPackage(root, 'libc6', /\/(?:gconv|audit)\//);
  },
  alpine: putAlpine,
};

/** Makes the root directory of a base image. @param root which is made, and must not be there */
export async function makeRoot(base: Base, root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  await MAKERS[base](root);
}

const ENTRIES = {
  root: 'root:x:0:0:root:/root:/bin/sh',
  nobody: 'nobody:x:65534:65534:nobody:/:/sbin/nologin',
  nonroot: 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin',
};

/** GoogleContainerTools/distroless, base/README.md: what static has, all images of it have. */
async function putStatic(root: string): Promise<void> {
  await putPackage(root, 'tzdata');
  await putFiles(root, {
    'etc/os-release': 'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\n',
    'etc/passwd': `${ENTRIES.root}\n${ENTRIES.nobody}\n${ENTRIES.nonroot}\n`,
    'etc/group': 'root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n',
    'etc/nsswitch.conf': 'passwd: files\nhosts: files dns\n',
    'etc/ssl/certs/ca-certificates.crt': `${rootCertificates.join('\n')}\n`,
  });
  for (const directory of ['tmp', 'home/nonroot']) await mkdir(join(root, directory), { recursive: true });
}

/** alpine-baselayout, busybox, musl and ca-certificates-bundle; apk takes what it is told, and puts nothing there. */
async function putAlpine(root: string): Promise<void> {
  await putFiles(root, {
    'etc/os-release': 'NAME="Alpine Linux"\nID=alpine\nPRETTY_NAME="Alpine Linux v3"\n',
    'etc/passwd': `${ENTRIES.root}\n${ENTRIES.nobody}\n`,
    'etc/group': 'root:x:0:\nnobody:x:65534:\n',
    'etc/nsswitch.conf': 'hosts: files dns\n',
    'etc/ssl/certs/ca-certificates.crt': `${rootCertificates.join('\n')}\n`,
    'sbin/apk': '#!/bin/sh\n',
  });
  await chmod(join(root, 'sbin/apk'), 0o755);
  for (const directory of ['tmp', 'lib', 'bin', 'usr/bin', 'usr/sbin', 'root'])
    await mkdir(join(root, directory), { recursive: true });
  const [loader = ''] = globSync('/lib/ld-musl-*.so.1');
  // There it is a file, in Debian a link to one.
  await copyFile(loader, join(root, 'lib', basename(loader)));
  await symlink(basename(loader), join(root, 'lib', basename(loader).replace('ld-musl-', 'libc.musl-')));
  await copyFile('/bin/busybox', join(root, 'bin/busybox'));
  await run('chroot', [root, '/bin/busybox', '--install', '-s']);
}

async function putFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const NOT_IN_IMAGES = /^\/usr\/share\/(?:doc|man|locale|lintian)\//;

/** Copies the files of an installed package. @param but those that nobody asks for here */
async function putPackage(root: string, name: string, but = /^$/): Promise<void> {
  const { stdout } = await run('dpkg-query', ['--listfiles', name], { maxBuffer: 1 << 24 });
  // A directory may be a link on this machine, as /lib is, and is made by what is in it.
  const files = stdout
    .split('\n')
    .filter((path) => path.startsWith('/') && !NOT_IN_IMAGES.test(path) && !but.test(path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  await run('sh', ['-euc', COPY, root, ...files.map((path) => path.slice(1))], { maxBuffer: 1 << 24 });
}

const COPY = `tar -C / -cf - -- "$@" | tar -C "$0" -xf -`;
