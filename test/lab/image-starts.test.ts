/** Whether programs start in images: told by reading both, and by really starting them in each. */

import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { inspectBinary } from '../../src/binary/inspect-binary.ts';
import { imageOf } from '../../src/image/base-images.ts';
import { judgeStart } from '../../src/image/starts.ts';
import { openBinary } from '../../src/watch/image/open-binary.ts';
import { readImage } from '../../src/watch/image/read-image.ts';
import { libcVersions } from './builds.ts';
import { FOREIGN_ARCH, ldconfig, makeRoot, ROOTS, rowOf } from './image-roots.ts';
import { UNSHARE } from './namespace.ts';
import { describeInLab } from './requirements.ts';
import { compileForeign, compilePrograms, ownLibraries } from './start-programs.ts';

const run = promisify(execFile);
const COMPILE_MS = 600_000;
const BUILD = fileURLToPath(new URL('build', import.meta.url));

/** Whether a program starts, as chroot(1) and the loader say. */
interface Started {
  starts: boolean;
  says: string;
}

async function start(root: string, program: string): Promise<Started> {
  // As in a container: `$ORIGIN` is found by /proc/self/exe (glibc, dl-origin.c).
  const inside = 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$1"';
  const [command = '', ...words] = [...UNSHARE, 'sh', '-c', inside, root, program];
  try {
    await run(command, words, { timeout: 10_000 });
    return { starts: true, says: '' };
  } catch (error) {
    return { starts: false, says: (error as { stderr: string }).stderr.trim() };
  }
}

/** The same file where the two places are on one file system. */
async function put(file: string, path: string): Promise<void> {
  await link(file, path).catch(() => copyFile(file, path));
}

describeInLab('programs in images', () => {
  let directory = '';
  let programs: Record<string, string> = {};
  const binaries = new Map<string, BinaryFacts>();
  const rootOf = (root: string) => join(directory, root.replaceAll(' ', '-'));
  const placeOf = (name: string) => `/app/${Object.keys(programs).indexOf(name)}`;

  beforeAll(async () => {
    await mkdir(BUILD, { recursive: true });
    directory = await mkdtemp(join(BUILD, 'images-'));
    programs = await compilePrograms(directory);
    for (const [name, path] of Object.entries(programs)) {
      await using file = await openBinary(path);
      binaries.set(name, await inspectBinary(file.read));
    }
    const foreign = await compileForeign(FOREIGN_ARCH);
    for (const root of ROOTS) {
      await makeRoot(rootOf(root), root, foreign);
      for (const place of ['app/lib', 'usr/local/lib', 'proc']) {
        await mkdir(join(rootOf(root), place), { recursive: true });
      }
      for (const [name, path] of Object.entries(programs)) await put(path, join(rootOf(root), placeOf(name)));
      const libraries = ownLibraries(directory);
      await put(libraries[0], join(rootOf(root), 'usr/local/lib', basename(libraries[0])));
      for (const each of libraries) await put(each, join(rootOf(root), 'app/lib', basename(each)));
    }
    await ldconfig(rootOf('debian+ldconfig'));
  }, COMPILE_MS);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(ROOTS)(
    '%s: what starts is what is told to start',
    async (root) => {
      const told: Record<string, unknown> = {};
      const really: typeof told = {};
      for (const [name, binary] of binaries) {
        const verdict = judgeStart(binary, await readImage(rootOf(root), binary, placeOf(name)));
        const started = await start(rootOf(root), placeOf(name));
        // A loader that speaks at all names what is missing.
        const names = started.says.startsWith('chroot:') ? [] : verdict.missing;
        expect(names.filter((each) => !started.says.includes(each))).toEqual([]);
        told[name] = { starts: verdict.starts, says: started.says };
        really[name] = started;
      }
      expect(told).toEqual(really);
    },
    60_000,
  );

  it.each(ROOTS.flatMap((root) => rowOf(root) ?? []))(
    '%s: what its row tells is what its files tell',
    async (row) => {
      const { glibc } = await libcVersions();
      const told: Record<string, unknown> = {};
      const read: typeof told = {};
      for (const [name, binary] of binaries) {
        // A row does not know what a Dockerfile copies there.
        if (name.includes('library')) continue;
        const image = await readImage(rootOf(row), binary, placeOf(name));
        told[name] = judgeStart(binary, imageOf(row, binary, glibc)).starts;
        read[name] = judgeStart(binary, image).starts;
      }
      expect(told).toEqual(read);
    },
    60_000,
  );
}, ['chroot', 'dpkg-query', 'tar', 'ldconfig']);
