/** What is told of real binaries: built by several releases of Go, in every way that decides who resolves names. */

import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { advise } from '../../src/advise/advise.ts';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { inspectBinary } from '../../src/binary/inspect-binary.ts';
import type { BuildInfo, Module } from '../../src/golang/build-info.ts';
import { compileWith, packed, releasesThere, upxThere, versionOf, type Way, waysOf } from './releases.ts';
import { describeInLab } from './requirements.ts';

const run = promisify(execFile);
const COMPILE_MS = 900_000;

type Told = Pick<
  BinaryFacts,
  'arch' | 'linkage' | 'interpreter' | 'needed' | 'libc' | 'glibcNeeded' | 'cgoResolver'
>;

const STATIC: Told = { arch: 'amd64', linkage: 'static', needed: [], libc: 'none', cgoResolver: 'absent' };
const GLIBC: Told = {
  arch: 'amd64',
  linkage: 'dynamic',
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  needed: ['libc.so.6'],
  libc: 'glibc',
  glibcNeeded: '2.34',
  cgoResolver: 'present',
};

/** By readelf, and by what the programs say themselves with GODEBUG=netdns=cgo+1. */
const EXPECTED: Record<Way, Told> = {
  glibc: GLIBC,
  stripped: GLIBC,
  trimpath: GLIBC,
  netcgo: GLIBC,
  netgo: STATIC,
  'netgo beside C': { ...GLIBC, cgoResolver: 'absent' },
  'static glibc': { ...STATIC, libc: 'glibc', cgoResolver: 'present' },
  musl: {
    arch: 'amd64',
    linkage: 'dynamic',
    interpreter: '/lib/ld-musl-x86_64.so.1',
    needed: ['libc.so'],
    libc: 'musl',
    cgoResolver: 'present',
  },
  'static musl': { ...STATIC, libc: 'musl', cgoResolver: 'present' },
  nocgo: STATIC,
  'nocgo pie': { ...STATIC, linkage: 'pie', interpreter: '/lib64/ld-linux-x86-64.so.2' },
  'glibc pie': { ...GLIBC, linkage: 'pie' },
  'static pie': { ...STATIC, linkage: 'static-pie', libc: 'glibc', cgoResolver: 'present' },
  arm64: { ...STATIC, arch: 'arm64' },
  arm: { ...STATIC, arch: 'arm' },
};
/** Debian ships Go 1.15 with runtime/cgo compiled where libpthread was a library of its own. */
const OF_OLD_GLIBC = { needed: ['libc.so.6', 'libpthread.so.0'], glibcNeeded: '2.3.2' };
const EXPECTED_OF_15: Partial<Record<Way, Partial<Told>>> = {
  glibc: OF_OLD_GLIBC,
  stripped: OF_OLD_GLIBC,
  netcgo: OF_OLD_GLIBC,
};

/** Facts of a binary as it is, or as if its section headers had been taken away. */
async function inspect(path: string, { sections = true } = {}): Promise<BinaryFacts> {
  await using file = await open(path);
  return await inspectBinary(async (position, length) => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
    const bytes = buffer.subarray(0, bytesRead);
    if (position > 0 || sections) return bytes;
    // e_shoff and e_shnum of the two classes.
    const is32 = bytes[4] === 1;
    bytes.fill(0, is32 ? 32 : 40, is32 ? 36 : 48);
    return bytes.fill(0, is32 ? 48 : 60, is32 ? 50 : 62);
  });
}

function told({ arch, linkage, interpreter, needed, libc, glibcNeeded, cgoResolver }: BinaryFacts): Told {
  return {
    ...{ arch, linkage, needed: [...needed].sort(), libc, cgoResolver },
    ...(interpreter !== undefined && { interpreter }),
    ...(glibcNeeded !== undefined && { glibcNeeded }),
  };
}

/** As runtime/debug.BuildInfo is in JSON: without what is empty, and here without checksums. */
function asGoTells({ goVersion, path, main, deps, settings }: BuildInfo): unknown {
  const module = ({ path, version, replacedBy }: Module): object => ({
    Path: path,
    Version: version,
    Replace: replacedBy && module(replacedBy),
  });
  const told = {
    GoVersion: goVersion,
    Path: path,
    Main: main && module(main),
    Deps: deps.map(module),
    Settings: [...settings].map(([Key, Value]) => ({ Key, Value })),
  };
  const isEmpty = (value: unknown) => value === '' || (Array.isArray(value) && value.length === 0);
  return JSON.parse(JSON.stringify(told, (_, value: unknown) => (isEmpty(value) ? undefined : value)));
}

const releases = await releasesThere();
const newest = releases.at(-1);
const lacking = [
  ...(process.arch === 'x64' ? [] : ['a processor of amd64']),
  ...(releases.length >= 4 ? [] : [`four releases of Go, not ${releases.length} (scripts/go-releases.sh)`]),
  ...(upxThere() ? [] : ['UPX (scripts/go-releases.sh)']),
];

describeInLab(
  'binaries of several releases of Go',
  () => {
    const binaries = new Map<number, Map<Way, string>>();
    const binaryOf = (minor: number, way: Way) => binaries.get(minor)?.get(way) ?? '';
    beforeAll(async () => {
      const left = [...releases];
      const compile = async () => {
        for (let release = left.pop(); release; release = left.pop()) {
          binaries.set(release.minor, await compileWith(release, waysOf(release, releases)));
        }
      };
      await Promise.all([compile(), compile()]);
    }, COMPILE_MS);

    describe.each(releases)('Go 1.$minor', (release) => {
      const { minor } = release;
      const ways = waysOf(release, releases);

      it.each(ways)('%s: how it is linked, whose libc it has, who resolves names', async (way) => {
        const facts = await inspect(binaryOf(minor, way));
        expect(told(facts)).toEqual({ ...EXPECTED[way], ...(minor === 15 && EXPECTED_OF_15[way]) });
        expect(facts.isGo).toBe(true);
      });

      it.each(ways)('%s: the same without section headers', async (way) => {
        const path = binaryOf(minor, way);
        expect(await inspect(path, { sections: false })).toEqual(await inspect(path));
      });

      it.each(ways)('%s: how it was built, as the newest `go version -m` tells it', async (way) => {
        const path = binaryOf(minor, way);
        const { build } = await inspect(path);
        expect(build && asGoTells(build)).toEqual(newest && (await versionOf(newest, path)));
      });

      it.each(ways)('%s: whether it needs cgo, told by what it imports', async (way) => {
        const { cgoEnabled } = advise({ binary: await inspect(binaryOf(minor, way)) });
        // Tags are in build information since Go 1.18.
        const isAsked = way === 'netcgo' && minor >= 18;
        expect(cgoEnabled).toBe(way === 'netgo beside C' || isAsked ? '1' : '0');
      });

      it.each(ways.filter((way) => EXPECTED[way].arch === 'amd64'))(
        '%s: it says the same itself',
        async (way) => {
          const { cgoResolver } = await inspect(binaryOf(minor, way));
          const env = { ...process.env, GODEBUG: 'netdns=cgo+1' };
          const { stderr } = await run(binaryOf(minor, way), [], { env });
          const isCgo = /(?:using (?:the )?cgo DNS|forcing use of the cgo) resolver/.test(stderr);
          expect(cgoResolver, stderr).toBe(isCgo ? 'present' : 'absent');
        },
      );

      it.each<Way>(['nocgo', 'glibc'])('%s, packed by UPX: nothing but that', async (way) => {
        const { packed: by, cgoResolver, build } = await inspect(await packed(binaryOf(minor, way)));
        expect({ by, cgoResolver, build }).toEqual({ by: 'upx', cgoResolver: 'unknown' });
      });
    });
  },
  ['nice'],
  lacking,
);
