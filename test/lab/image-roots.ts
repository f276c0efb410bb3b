/** Root directories as base images have them, made of the files of Debian packages that are installed here. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { loadersOf } from '../../src/elf/machines.ts';
import type { BaseImageId } from '../../src/image/base-images.ts';

const run = promisify(execFile);

/** GOARCH of this machine. */
export const ARCH = process.arch === 'x64' ? 'amd64' : process.arch;
/** Another one. */
export const FOREIGN_ARCH = ARCH === 'arm64' ? 'amd64' : 'arm64';
/** Where the loaders are that gcc and musl-gcc write into what they link here. */
export const LOADERS = { glibc: first(loadersOf(ARCH).glibc), musl: first(loadersOf(ARCH).musl) };

/** The rows of base-images.ts, and what else there is of images. */
export const ROOTS = [
  ...['scratch', 'distroless-static', 'distroless-base', 'distroless-cc', 'debian', 'alpine'],
  ...['debian+ldconfig', 'links to musl', 'a loader of another processor'],
] as const;
export type Root = (typeof ROOTS)[number];

/** Which row a root is to be as. */
export function rowOf(root: string): BaseImageId | undefined {
  const rows: readonly string[] = [
    'scratch',
    'distroless-static',
    'distroless-base',
    'distroless-cc',
    'debian',
  ];
  return rows.includes(root) || root === 'alpine' ? (root as BaseImageId) : undefined;
}

const LIBC6 = ['libc6'];
const CC = ['libc6', 'libgcc-s1', 'libstdc++6'];

/** Makes one. @param foreign a program of another processor */
export async function makeRoot(directory: string, root: string, foreign: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const packages: Record<string, readonly string[]> = {
    'distroless-base': LIBC6,
    'distroless-cc': CC,
    debian: CC,
    'debian+ldconfig': CC,
  };
  await copyLibraries(directory, packages[root] ?? []);
  if (root !== 'scratch') await put(directory, '/etc/passwd', 'nonroot:x:65532:65532::/:/sbin/nologin\n');
  if (root.startsWith('debian'))
    await putBusybox(directory, 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  if (root === 'alpine' || root === 'links to musl') await putAlpine(directory);
  if (root === 'links to musl') await putCompat(directory);
  if (root === 'a loader of another processor') await putFile(directory, LOADERS.glibc, foreign);
}

/** What ldconfig finds in /usr/local/lib is found by programs after it has run. */
export async function ldconfig(directory: string): Promise<void> {
  await put(directory, '/etc/ld.so.conf', '/usr/local/lib\n');
  await run('ldconfig', ['-r', directory]);
}

/** Files and links of packages, as in their archives: not through the links of a merged /usr. */
async function copyLibraries(directory: string, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const { stdout } = await run('dpkg-query', ['--listfiles', ...packages]);
  const files = stdout.split('\n').filter((path) => /^\/(?:usr\/)?lib(?:64)?\/.*\.so(?:\.|$)/.test(path));
  const copy = 'tar -c -C / --no-recursion -T - | tar -x -C "$0"';
  const copying = run('sh', ['-c', copy, directory]);
  copying.child.stdin?.end(files.map((path) => `.${path}\n`).join(''));
  await copying;
  // Of a merged /usr the links are base-files'.
  for (const name of ['lib', 'lib64']) {
    const isMerged = existsSync(join(directory, 'usr', name)) && !existsSync(join(directory, name));
    if (isMerged) await symlink(`usr/${name}`, join(directory, name));
  }
}

async function putBusybox(directory: string, osRelease: string): Promise<void> {
  await putFile(directory, '/bin/busybox', (await run('sh', ['-c', 'command -v busybox'])).stdout.trim());
  await symlink('busybox', join(directory, 'bin/sh'));
  await put(directory, '/etc/os-release', osRelease);
}

/** alpine-baselayout and musl: the loader is the file, the library a link to it. */
async function putAlpine(directory: string): Promise<void> {
  await putFile(directory, LOADERS.musl, await realpath(LOADERS.musl));
  await symlink(LOADERS.musl.replace('/lib/', ''), join(directory, muslLibc()));
  await putBusybox(directory, 'NAME="Alpine Linux"\nPRETTY_NAME="Alpine Linux v3.18"\n');
  await put(directory, '/etc/nsswitch.conf', 'hosts: files dns\n');
}

/** aports, main/musl/APKBUILD of Alpine 3.18, compat(). */
async function putCompat(directory: string): Promise<void> {
  const names = ['libc.so.6', 'libcrypt.so.1', 'libm.so.6', 'libpthread.so.0', 'librt.so.1', 'libutil.so.1'];
  const loader = LOADERS.glibc.replace(/^.*\//, '');
  for (const name of [loader, ...names]) await symlink(muslLibc(), join(directory, 'lib', name));
  if (LOADERS.glibc.startsWith('/lib64/')) await symlink('lib', join(directory, 'lib64'));
}

function muslLibc(): string {
  return LOADERS.musl.replace('ld-musl-', 'libc.musl-');
}

async function put(directory: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), text);
}

async function putFile(directory: string, path: string, file: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await copyFile(file, join(directory, path));
}

function first(paths: readonly string[]): string {
  const [path] = paths;
  if (path === undefined) throw new Error(`no loader is known for ${process.arch}`);
  return path;
}
