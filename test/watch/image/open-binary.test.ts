import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileError } from '../../../src/watch/image/file-error.ts';
import { openBinary, openWithin } from '../../../src/watch/image/open-binary.ts';

let directory = '';
const at = (name: string) => join(directory, name);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'netdns-open-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const faultOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof FileError ? error.code : error),
  );

it('reads pieces, fewer bytes where the file ends, and none behind it', async () => {
  writeFileSync(at('file'), '0123456789');
  await using file = await openBinary(at('file'));
  const text = async (position: number, length: number) =>
    Buffer.from(await file.read(position, length)).toString();
  expect(file.size).toBe(10);
  expect(await text(2, 3)).toBe('234');
  expect(await text(8, 100)).toBe('89');
  expect(await text(10, 1)).toBe('');
  expect(await text(Number.MAX_SAFE_INTEGER, 1)).toBe('');
});

it('what a file claims of itself takes no memory: 8 TB of it, and it has 3 bytes', async () => {
  writeFileSync(at('file'), 'ELF');
  await using file = await openBinary(at('file'));
  expect((await file.read(0, 2 ** 43)).length).toBe(3);
});

it('a sparse file of 4 GB is opened, and read where asked', async () => {
  writeFileSync(at('file'), '');
  truncateSync(at('file'), 2 ** 32);
  await using file = await openBinary(at('file'));
  expect(await file.read(2 ** 32 - 2, 100)).toEqual(Buffer.alloc(2));
});

it('each fault is told by its name, with the file and the cure', async () => {
  execFileSync('mkfifo', [at('fifo')]);
  mkdirSync(at('directory'));
  symlinkSync('loop', at('loop'));
  writeFileSync(at('file'), '');
  const server = createServer().listen(at('socket'));
  const faults = {
    gone: 'missing',
    'file/below': 'missing',
    fifo: 'special',
    socket: 'special',
    directory: 'directory',
    loop: 'loop',
    ['x'.repeat(5000)]: 'missing',
  };
  for (const [name, fault] of Object.entries(faults)) expect(await faultOf(openBinary(at(name)))).toBe(fault);
  expect(await faultOf(openBinary('/dev/zero'))).toBe('special');
  await expect(openBinary(at('gone'))).rejects.toThrow(
    `${JSON.stringify(at('gone'))}: there is no such file: give the path of the program`,
  );
  server.close();
});

it('of another root, links lead to its own files', async () => {
  mkdirSync(at('etc'));
  writeFileSync(at('etc/hostname'), 'its own');
  symlinkSync('/etc/hostname', at('absolute'));
  symlinkSync('../../../../../../etc/hostname', at('relative'));
  symlinkSync('/proc/self/environ', at('secret'));
  for (const name of ['/absolute', '/relative']) {
    await using file = await openWithin(directory, name);
    expect(file.path).toBe('/etc/hostname');
    expect(Buffer.from(await file.read(0, 100)).toString()).toBe('its own');
  }
  expect(await faultOf(openWithin(directory, '/secret'))).toBe('missing');
});
