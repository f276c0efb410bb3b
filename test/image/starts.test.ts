import { describe, expect, it } from 'vitest';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { BASE_IMAGE_IDS, type BaseImageId, imageOf } from '../../src/image/base-images.ts';
import type { ImageFacts } from '../../src/image/image-facts.ts';
import { judgeStart } from '../../src/image/starts.ts';

const GLIBC = '/lib64/ld-linux-x86-64.so.2';
const MUSL = '/lib/ld-musl-x86_64.so.1';

function binary(more: Partial<BinaryFacts>): BinaryFacts {
  return {
    ...{ arch: 'amd64', linkage: 'static', needed: [], runpath: [], imports: [], libc: 'none', isGo: true },
    ...{ cgoResolver: 'absent', cgoResolverBecause: 'no cgo' },
    ...more,
  };
}

const cgo = { cgoResolver: 'present', cgoResolverBecause: 'imports getaddrinfo' } as const;
const getaddrinfo = { name: 'getaddrinfo', version: 'GLIBC_2.2.5', library: 'libc.so.6' };
const glibcCgo = binary({
  ...{ linkage: 'dynamic', interpreter: GLIBC, needed: ['libc.so.6'], libc: 'glibc', glibcNeeded: '2.34' },
  ...{ imports: [getaddrinfo, { name: 'malloc', version: 'GLIBC_2.2.5', library: 'libc.so.6' }], ...cgo },
});
const muslCgo = binary({
  ...{ linkage: 'dynamic', interpreter: MUSL, needed: ['libc.musl-x86_64.so.1'], libc: 'musl', ...cgo },
  imports: [{ name: 'getaddrinfo' }],
});
const plainPie = binary({ linkage: 'pie', interpreter: GLIBC });

/** The program with one more import. */
const importing = (name: string, version: string) =>
  binary({ ...glibcCgo, imports: [...glibcCgo.imports, { name, version, library: 'libc.so.6' }] });

const needing = (...needed: string[]) => binary({ ...glibcCgo, needed: [...glibcCgo.needed, ...needed] });

describe('judgeStart on base images', () => {
  const withGlibc: readonly BaseImageId[] = ['distroless-base', 'distroless-cc', 'debian'];
  const all = BASE_IMAGE_IDS;

  it.each<[string, BinaryFacts, readonly BaseImageId[]]>([
    ['no cgo', binary({}), all],
    ['netgo, where net alone uses cgo', binary({ cgoResolver: 'absent' }), all],
    ['cgo with glibc', glibcCgo, [...withGlibc, 'alpine+libc6-compat']],
    ['cgo with musl', muslCgo, ['alpine', 'alpine+libc6-compat']],
    ['no cgo, PIE', plainPie, [...withGlibc, 'alpine+libc6-compat']],
    ['cgo with glibc, static', binary({ libc: 'glibc', ...cgo }), all],
    ['cgo with musl, static', binary({ libc: 'musl', ...cgo }), all],
    ['static-pie', binary({ linkage: 'static-pie', libc: 'musl' }), all],
    ['libstdc++ and libgcc', needing('libstdc++.so.6', 'libgcc_s.so.1'), ['distroless-cc', 'debian']],
    [
      'libresolv, as Go 1.20 with glibc 2.31',
      needing('libresolv.so.2'),
      [...withGlibc, 'alpine+libc6-compat'],
    ],
    ['libsqlite3', needing('libsqlite3.so.0'), []],
    ['SQLite built in: fcntl64', importing('fcntl64', 'GLIBC_2.28'), withGlibc],
    ['fortified C', importing('__vsnprintf_chk', 'GLIBC_2.3.4'), [...withGlibc, 'alpine+libc6-compat']],
    ['C of Debian 13: strtol of C2x', importing('__isoc23_strtol', 'GLIBC_2.38'), []],
    ['a loader of Nix', binary({ ...glibcCgo, interpreter: '/nix/store/x/lib/ld-linux-x86-64.so.2' }), []],
    [
      'glibc on arm64',
      binary({ ...glibcCgo, arch: 'arm64', interpreter: '/lib/ld-linux-aarch64.so.1' }),
      [...withGlibc, 'alpine+libc6-compat'],
    ],
    ['soft float on ARM', binary({ ...glibcCgo, arch: 'arm', interpreter: '/lib/ld-linux.so.3' }), []],
  ])('%s', (_, of, expected) => {
    const starting = all.filter((id) => judgeStart(of, imageOf(id, of)).starts);
    expect(starting).toEqual(all.filter((id) => expected.includes(id)));
  });

  it('glibc of the release decides, where it is known', () => {
    const later = importing('__isoc23_strtol', 'GLIBC_2.38');
    expect(judgeStart(later, imageOf('debian', later))).toMatchObject({
      ...{ starts: false, missing: ['GLIBC_2.38'], findings: ['loader-missing'] },
      why: 'glibc 2.36 has no GLIBC_2.38 of libc.so.6, and the program needs it',
    });
    expect(judgeStart(later, imageOf('debian', later, '2.41')).starts).toBe(true);
    // 2.4 is older than 2.34, and 2.34 than 2.36: by number and not by letter.
    expect(judgeStart(importing('__stack_chk_fail', 'GLIBC_2.4'), imageOf('debian', glibcCgo)).starts).toBe(
      true,
    );
  });

  it('says whose resolver cgo would call', () => {
    const libcs = (of: BinaryFacts) => all.map((id) => judgeStart(of, imageOf(id, of)).resolverLibc);
    expect(new Set(libcs(binary({})))).toEqual(new Set(['none']));
    expect(judgeStart(glibcCgo, imageOf('debian', glibcCgo)).resolverLibc).toBe('glibc');
    expect(judgeStart(muslCgo, imageOf('alpine', muslCgo)).resolverLibc).toBe('musl');
    expect(judgeStart(binary({ libc: 'glibc', ...cgo }), imageOf('alpine', muslCgo)).resolverLibc).toBe(
      'glibc',
    );
    const compat = judgeStart(glibcCgo, imageOf('alpine+libc6-compat', glibcCgo));
    expect(compat).toMatchObject({ starts: true, resolverLibc: 'musl', findings: ['compat-loader'] });
  });

  it('a loader that is not there, with what is', () => {
    expect(judgeStart(glibcCgo, imageOf('alpine', glibcCgo))).toMatchObject({
      ...{ starts: false, missing: [GLIBC], findings: ['loader-missing'] },
      why: `its loader ${GLIBC} is not there: the image has musl 1.2.5`,
    });
    expect(judgeStart(plainPie, imageOf('scratch', plainPie))).toMatchObject({
      ...{ starts: false, missing: [GLIBC], findings: ['pie-needs-loader'], resolverLibc: 'none' },
      why: `its loader ${GLIBC} is not there, nor is any libc`,
    });
    // Nothing of glibc is called by it.
    const compat = imageOf('alpine+libc6-compat', plainPie);
    expect(judgeStart(plainPie, compat)).toMatchObject({ starts: true, findings: [], resolverLibc: 'none' });
  });
});

describe('judgeStart in what was read of a root', () => {
  const loader = { leadsTo: GLIBC, libc: 'glibc', version: '2.36', arch: 'amd64' } as const;
  const image = (more: Partial<ImageFacts>): ImageFacts => {
    return { libcs: [], missingLibraries: [], missingSymbols: [], files: {}, loader, ...more };
  };

  it('a loader of another processor, and no loader at all', () => {
    const foreign = judgeStart(glibcCgo, image({ loader: { ...loader, arch: 'arm64' } }));
    expect(foreign).toMatchObject({ starts: false, missing: [GLIBC], findings: ['loader-missing'] });
    expect(foreign.why).toBe(`${GLIBC} is of arm64, the program of amd64`);
    const text = judgeStart(glibcCgo, image({ loader: { ...loader, libc: 'unknown', arch: '' } }));
    expect(text).toMatchObject({ starts: false, why: `${GLIBC} is no loader, the program of amd64` });
  });

  it('what cannot be told stays untold', () => {
    const other = judgeStart(glibcCgo, image({ loader: { ...loader, libc: 'unknown' } }));
    expect(other).toMatchObject({ starts: undefined, resolverLibc: 'unknown', findings: [] });
    const packed = judgeStart(binary({ packed: 'upx', cgoResolver: 'unknown' }), image({}));
    expect(packed).toMatchObject({ starts: undefined, resolverLibc: 'unknown', findings: [] });
  });

  it('musl behind the path of glibc’s loader names the first symbol that it lacks', () => {
    const musl = { leadsTo: MUSL, libc: 'musl', version: '1.2.3', arch: 'amd64' } as const;
    const missingSymbols = ['__res_search', 'fcntl64'].map((symbol) => ({
      ...{ symbol, library: 'libc.so.6', neededBy: 'the program' },
    }));
    expect(judgeStart(glibcCgo, image({ loader: musl, missingSymbols }))).toEqual({
      starts: false,
      why: 'musl 1.2.3 has no __res_search (and 1 more), and the program needs it',
      missing: ['__res_search', 'fcntl64'],
      resolverLibc: 'musl',
      findings: ['loader-missing', 'compat-loader'],
    });
    const starts = judgeStart(glibcCgo, image({ loader: musl }));
    expect(starts.why).toBe(`musl 1.2.3 loads it, through ${GLIBC} → ${MUSL}`);
  });

  it('a library of a library names who needs it', () => {
    const missingLibraries = [{ soname: 'libssl.so.3', neededBy: '/usr/lib/librdkafka.so.1' }];
    expect(judgeStart(glibcCgo, image({ missingLibraries })).why).toBe(
      'libssl.so.3 is not where glibc 2.36 looks, and /usr/lib/librdkafka.so.1 needs it',
    );
  });
});
