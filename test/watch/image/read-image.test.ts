import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BinaryFacts } from '../../../src/binary/binary-facts.ts';
import { inspectBinary } from '../../../src/binary/inspect-binary.ts';
import { judgeStart } from '../../../src/image/starts.ts';
import { openBinary } from '../../../src/watch/image/open-binary.ts';
import { readImage } from '../../../src/watch/image/read-image.ts';

let root = '';
/** This Node.js: linked dynamically, with libraries that need others. */
let binary: BinaryFacts;
let loader = '';

beforeAll(async () => {
  await using file = await openBinary(process.execPath);
  binary = await inspectBinary(file.read);
  if (binary.interpreter === undefined) throw new Error('this Node.js is linked statically');
  loader = binary.interpreter;
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netdns-image-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function place(path: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  return join(root, path);
}
const put = (path: string, text: string) => writeFileSync(place(path), text);
const putLoader = () => copyFileSync(loader, place(loader));
const verdict = async () => judgeStart(binary, await readImage(root, binary));

it('this Node.js starts where it runs', async () => {
  const image = await readImage('/', binary, process.execPath);
  expect(judgeStart(binary, image)).toMatchObject({ starts: true, missing: [], findings: [] });
  expect(image.loader).toMatchObject({ libc: binary.libc, arch: binary.arch, version: /^\d+\.\d+/ });
  expect(image.libcs).toContainEqual(expect.objectContaining({ libc: binary.libc }));
});

describe('a root', () => {
  it('that is empty has nothing', async () => {
    const image = await readImage(root, binary);
    expect(image).toMatchObject({ libcs: [], missingLibraries: [], missingSymbols: [] });
    expect(new Set(Object.values(image.files))).toEqual(new Set([false]));
    expect(judgeStart(binary, image)).toMatchObject({ starts: false, missing: [loader] });
  });

  it('says its name, and which files it has', async () => {
    put('/usr/lib/os-release', 'ID=x\nPRETTY_NAME="Ünknown \'Linux\' 1"\n');
    symlinkSync('../usr/lib/os-release', place('/etc/os-release'));
    put('/etc/ssl/cert.pem', '');
    put('/etc/passwd', '');
    mkdirSync(place('/usr/share/zoneinfo'), { recursive: true });
    put('/bin/busybox', '');
    symlinkSync('/bin/busybox', place('/bin/sh'));
    symlinkSync('/gone', place('/etc/hosts'));
    const image = await readImage(root, binary);
    expect(image.os).toBe("Ünknown 'Linux' 1");
    expect(image.files).toEqual({
      ...{ 'resolv.conf': false, 'nsswitch.conf': false, hosts: false },
      ...{ 'ca-certificates': true, tzdata: true, passwd: true, shell: true },
    });
  });

  it.each([
    ['gone', 'no such directory'],
    ['file', 'is no directory'],
  ])('that is %s is told by its path', async (name, fault) => {
    put('/file', '');
    const path = join(root, name);
    await expect(readImage(path, binary)).rejects.toThrow(JSON.stringify(path));
    await expect(readImage(path, binary)).rejects.toThrow(fault);
  });

  it('with the loader alone lacks all that is needed', async () => {
    putLoader();
    const { starts, missing } = await verdict();
    expect(starts).toBe(false);
    expect(missing).toEqual(binary.needed.filter((name) => !loader.endsWith(name)));
  });

  it('whose links lead out has nothing of ours', async () => {
    putLoader();
    // As from there: /lib and /usr/lib of ours, and the root above by two ways.
    const links = {
      '/lib': '/',
      '/lib64': '/usr/lib64',
      '/usr/lib': '/usr/lib',
      '/usr/lib64': '../../../../../usr/lib',
    };
    for (const [path, target] of Object.entries(links)) {
      if (!loader.startsWith(`${path}/`)) symlinkSync(target, place(path));
    }
    expect((await verdict()).starts).toBe(false);
    expect((await readImage(root, binary)).libcs).toEqual([]);
  });
});

describe('what is hostile ends', () => {
  /** At the loader's place, and at the places of all libraries. */
  const hostile: Record<string, (path: string) => void> = {
    'a FIFO': (path) => execFileSync('mkfifo', [path]),
    'a link to a device': (path) => symlinkSync('/dev/zero', path),
    'a link to itself': (path) => symlinkSync(path.slice(path.lastIndexOf('/') + 1), path),
    'a directory': (path) => mkdirSync(path),
    'a sparse file of 4 GB': (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 32);
    },
    'a text': (path) => writeFileSync(path, '/* GNU ld script */\n'),
    'an ELF header alone': (path) =>
      writeFileSync(path, Buffer.from('\x7fELF\x02\x01\x01'.padEnd(64, '\xff'), 'latin1')),
  };

  it.each(Object.keys(hostile))('%s as the loader', async (name) => {
    hostile[name]?.(place(loader));
    expect((await verdict()).starts).toBe(false);
  });

  it.each(Object.keys(hostile))('%s as each library, and in each place of files', async (name) => {
    putLoader();
    for (const directory of new Set(['/lib', '/usr/lib', dirname(loader)])) {
      for (const each of binary.needed) {
        if (!loader.endsWith(`/${each}`)) hostile[name]?.(place(`${directory}/${each}`));
      }
    }
    for (const file of ['/etc/os-release', '/etc/passwd', '/etc/ld.so.cache']) hostile[name]?.(place(file));
    expect((await verdict()).starts).toBe(false);
  });

  it('a loader that is its own gcompat', async () => {
    await using file = await openBinary(loader);
    const bytes = Buffer.concat([await file.read(0, file.size), Buffer.from('libgcompat.so')]);
    writeFileSync(
      place(loader),
      Buffer.from(bytes.toString('latin1').replaceAll(' release version ', ' '), 'latin1'),
    );
    expect((await verdict()).starts).toBe(false);
  });
});
