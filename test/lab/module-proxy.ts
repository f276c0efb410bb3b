/**
 * github.com/mattn/go-sqlite3 as a directory that GOPROXY can name, for no module proxy is asked: Debian's source of it, and
 * SQLite's, which Debian leaves out, of better-sqlite3. It is another release than the one it stands for, so its sums are
 * its own; what it asks of the compiler, the loader and the image is the same.
 */

import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const DEBIAN = '/usr/share/gocode/src/github.com/mattn/go-sqlite3';
const SQLITE = 'better-sqlite3@12.11.1';
const MODULE = 'github.com/mattn/go-sqlite3';
const BUILD = fileURLToPath(new URL('build', import.meta.url));

/** What it needs and is not there, in words; empty where nothing is. */
export function proxyLacks(): string[] {
  return existsSync(DEBIAN) ? [] : ['golang-github-mattn-go-sqlite3-dev (apt-get install it)'];
}

/** The directory, with one version of the module; made once in a clone. @param version `v1.14.24` */
export async function sqliteProxy(version: string): Promise<string> {
  const proxy = join(BUILD, `go-sqlite3 ${version}`);
  if (existsSync(proxy)) return proxy;
  await mkdir(BUILD, { recursive: true });
  const work = await mkdtemp(`${proxy} `);
  try {
    const source = join(work, 'source', `${MODULE}@${version}`);
    await putSource(source, await sqlite(work));
    const versions = join(work, 'proxy', MODULE, '@v');
    await mkdir(versions, { recursive: true });
    // https://go.dev/ref/mod#goproxy-protocol
    await writeFile(join(versions, `${version}.info`), JSON.stringify({ Version: version }));
    await copyFile(join(source, 'go.mod'), join(versions, `${version}.mod`));
    const zip = join(versions, `${version}.zip`);
    await run('zip', ['-q', '-r', '-D', '-X', '-1', zip, '.'], { cwd: join(work, 'source') });
    await rename(join(work, 'proxy'), proxy);
  } finally {
    await rm(work, { recursive: true });
  }
  return proxy;
}

/** Downloads SQLite's amalgamation; nothing of the package is run. @returns the directory of it */
async function sqlite(work: string): Promise<string> {
  await run('npm', ['pack', '--silent', '--ignore-scripts', SQLITE], { cwd: work });
  await run('tar', ['-xzf', ...globSync('*.tgz', { cwd: work }), 'package/deps/sqlite3'], { cwd: work });
  return join(work, 'package/deps/sqlite3');
}

async function putSource(directory: string, amalgamation: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const file of globSync(join(DEBIAN, '*.{go,c,h,mod}'))) {
    // Debian's has the system's library in every build, upstream's by a tag.
    const isWanted = !/_test\.go$|^sqlite3_libsqlite3\.go$/.test(basename(file));
    if (isWanted) await copyFile(file, join(directory, basename(file)));
  }
  await copyFile(join(amalgamation, 'sqlite3.h'), join(directory, 'sqlite3-binding.h'));
  await copyFile(join(amalgamation, 'sqlite3ext.h'), join(directory, 'sqlite3ext.h'));
  // As upgrade/upgrade.go of the module does it.
  const code = await readFile(join(amalgamation, 'sqlite3.c'), 'utf8');
  const bound = code.replace('#include "sqlite3.h"', '#include "sqlite3-binding.h"');
  await writeFile(
    join(directory, 'sqlite3-binding.c'),
    `#ifndef USE_LIBSQLITE3\n${bound}\n#endif // USE_LIBSQLITE3\n`,
  );
}
