/** Which programs are of Go: binaries of real compilers and linkers, stripped and not, for processors of every kind. */

import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isGoBinary } from '../../src/elf/go-binary.ts';
import { type Build, compile, compileAddresses, compileIdle } from './builds.ts';
import { describeInLab } from './requirements.ts';

const run = promisify(execFile);
const COMPILE_MS = 300_000;

/** Whether a file is of Go, and how many bytes of it were read. */
async function judge(path: string): Promise<{ isGo: boolean; read: number }> {
  await using file = await open(path);
  let read = 0;
  const isGo = await isGoBinary(async (position, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    read += bytesRead;
    return buffer.subarray(0, bytesRead);
  });
  return { isGo, read };
}

describeInLab('programs of Go, and others', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'netdns-elf-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it.each<Build>(['nocgo', 'netgo', 'glibc', 'musl', 'strayed'])(
    'of Go: %s, also stripped, by less than 1 kB of it',
    async (build) => {
      const stripped = join(directory, build);
      await run('strip', ['-o', stripped, await compile(build)]);
      for (const path of [await compile(build), stripped]) {
        const { isGo, read } = await judge(path);
        expect(isGo).toBe(true);
        expect(read).toBeLessThan(1024);
      }
    },
    COMPILE_MS,
  );

  // Without a build id; what is then left in the file is for the other ways to tell.
  it.each<[string, string[], NodeJS.ProcessEnv]>([
    ['plain', ['-ldflags=-buildid='], {}],
    ['trimmed', ['-trimpath', '-ldflags=-s -w -buildid='], {}],
    ['pie', ['-buildmode=pie', '-ldflags=-buildid='], {}],
    ['external', ['-buildmode=pie', '-ldflags=-linkmode=external -buildid='], { CGO_ENABLED: '1' }],
    ['386', ['-ldflags=-buildid='], { GOARCH: '386' }],
  ])(
    'of Go without a build id: %s, also stripped, also without sections',
    async (name, flags, env) => {
      const binary = await compileIdle(`no-id-${name}`, flags, env);
      const stripped = join(directory, name);
      await run('strip', ['-o', stripped, binary]);
      const sectionless = `${stripped}-sectionless`;
      await copyFile(stripped, sectionless);
      await using file = await open(sectionless, 'r+');
      // e_shoff and e_shnum of the two classes.
      for (const [at, length] of name === '386'
        ? [
            [32, 4],
            [48, 2],
          ]
        : [
            [40, 8],
            [60, 2],
          ]) {
        await file.write(Buffer.alloc(length ?? 0), 0, length, at);
      }
      for (const path of [binary, stripped, sectionless]) {
        expect((await judge(path)).isGo, path).toBe(true);
      }
    },
    COMPILE_MS,
  );

  it.each(['s390x', 'mips', 'arm', 'arm64'])(
    'of Go: for %s',
    async (architecture) => {
      const binary = await compileIdle(architecture, [], { GOARCH: architecture });
      expect((await judge(binary)).isGo).toBe(true);
    },
    COMPILE_MS,
  );

  it(
    'none of Go: programs of C with glibc and with musl, shells, Node.js',
    async () => {
      const { glibc, musl } = await compileAddresses();
      for (const path of [glibc, musl, '/bin/sh', process.execPath]) {
        expect((await judge(path)).isGo, path).toBe(false);
      }
    },
    COMPILE_MS,
  );
}, ['strip']);
