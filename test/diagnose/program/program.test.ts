import { describe, expect, it } from 'vitest';
import { binary, findings, found, image, pureGo } from './program.ts';

const MUSL_LOADER = {
  libcs: [{ libc: 'musl' as const, version: '1.2.5', file: '/lib/ld-musl-x86_64.so.1' }],
  os: 'Alpine Linux v3.21',
};
const withoutLoader = () => {
  const { loader: _, ...rest } = image(MUSL_LOADER);
  return rest;
};
const compat = image({
  ...MUSL_LOADER,
  compat: 'gcompat',
  loader: { leadsTo: '/lib/ld-musl-x86_64.so.1', libc: 'musl', version: '1.2.5', arch: 'amd64' },
});

describe('a program in an image', () => {
  it('that has all it asks for is well', () => {
    expect(found({ binary: binary(), image: image() })).toEqual([]);
    expect(found({ binary: pureGo(), image: withoutLoader() })).toEqual([]);
    expect(found({ binary: binary() })).toEqual([]);
  });

  it('without its loader cannot start', () => {
    const [finding] = findings({ binary: binary(), image: withoutLoader() });
    expect(finding).toMatchObject({ id: 'loader-missing', severity: 'critical', subject: '/app' });
    expect(finding?.evidence.join()).toContain('/lib64/ld-linux-x86-64.so.2');
    expect(finding?.evidence.join()).toContain('musl 1.2.5');
    expect(finding?.fix).toContain('CGO_ENABLED=0');
  });

  it.each([
    [
      'a library',
      { missingLibraries: [{ soname: 'librdkafka.so.1', neededBy: '/app' }] },
      'shared library',
      'Install',
    ],
    [
      'a newer glibc',
      { missingSymbols: [{ symbol: 'GLIBC_2.38', library: 'libc.so.6', neededBy: '/app' }] },
      'glibc is older',
      'golang:1-bookworm',
    ],
    [
      'a symbol',
      { missingSymbols: [{ symbol: '__res_search', neededBy: '/app' }] },
      'another libc',
      'golang:alpine',
    ],
  ])('that wants %s cannot start either', (_, lacking, title, fix) => {
    const [finding] = findings({ binary: binary(), image: image(lacking) });
    expect(finding).toMatchObject({ id: 'loader-missing', severity: 'critical' });
    expect(finding?.title).toContain(title);
    expect(finding?.fix).toContain(fix);
  });

  it('that runs has started, whatever a look at its root says', () => {
    expect(found({ binary: binary(), image: withoutLoader(), process: { pid: 7 } })).toEqual([]);
  });

  it('as a PIE without cgo is told before it fails, and when it does', () => {
    const pie = pureGo(
      { linkage: 'pie', interpreter: '/lib64/ld-linux-x86-64.so.2' },
      { '-buildmode': 'pie' },
    );
    expect(found({ binary: pie })).toEqual(['warning pie-needs-loader']);
    expect(found({ binary: pie, image: withoutLoader() })).toEqual(['critical pie-needs-loader']);
    expect(found({ binary: pie, image: image() })).toEqual([]);
    expect(found({ binary: pie, process: { pid: 7 } })).toEqual([]);
  });

  it('that was linked for glibc and is run by musl looks names up as musl does', () => {
    expect(found({ binary: binary(), image: compat })).toEqual(['warning compat-loader']);
    const running = { pid: 7, libc: 'musl' as const, libcFile: '/lib/ld-musl-x86_64.so.1' };
    expect(found({ binary: binary(), process: running })).toEqual(['warning compat-loader']);
    expect(found({ binary: binary(), process: { pid: 7, libc: 'glibc' } })).toEqual([]);
  });

  it.each([
    ['certificates', { 'ca-certificates': false }, 'x509'],
    ['time zones', { tzdata: false }, 'LoadLocation'],
  ])('is told of %s that are missing', (_, files, words) => {
    const [finding] = findings({ binary: pureGo(), image: image({ files }) });
    expect(finding).toMatchObject({ id: 'image-files-missing', severity: 'info' });
    expect(finding?.evidence.join()).toContain(words);
  });

  it('is not told of files that it brings itself, or that its Go does without', () => {
    const files = { 'ca-certificates': false, tzdata: false, 'nsswitch.conf': false, 'resolv.conf': false };
    const embedding = pureGo();
    const build = embedding.build && {
      ...embedding.build,
      deps: [{ path: 'golang.org/x/crypto/x509roots/fallback', version: 'v0.0.0' }],
      settings: new Map([['-tags', 'timetzdata']]),
    };
    expect(found({ binary: { ...embedding, ...(build && { build }) }, image: image({ files }) })).toEqual([]);
    const old = { ...pureGo().build, goVersion: 'go1.15.15', deps: [], settings: new Map() };
    const [finding] = findings({
      binary: pureGo({ build: old }),
      image: image({ files: { 'nsswitch.conf': false } }),
    });
    expect(finding?.evidence.join()).toContain('/etc/hosts');
  });
});

it('is told how it was linked, and not what -X put into it', () => {
  const ldflags = `-s -w -X 'main.token=hunter2 -static' -X=main.key=hunter2 -linkmode external -extldflags "-static -Wl,-rpath,hunter2" -extldflags=-static-pie`;
  const { interpreter: _, ...rest } = binary({}, { '-ldflags': ldflags });
  const [finding] = findings({ binary: { ...rest, linkage: 'static', needed: [], imports: [] } });
  expect(finding?.id).toBe('static-glibc-cgo');
  expect(finding?.evidence.join()).toContain(
    '-linkmode external -extldflags -static -extldflags -static-pie',
  );
  expect(JSON.stringify(finding)).not.toContain('hunter2');
});

describe('the resolver that a binary settles', () => {
  const cgo = 'info cgo-resolver-in-use';
  it.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    ['nothing', {}, {}, []],
    ['a tag', { '-tags': 'osusergo,netcgo' }, {}, [cgo]],
    ['//go:debug', { DefaultGODEBUG: 'http2debug=1,netdns=cgo' }, {}, [cgo]],
    ['GODEBUG', {}, { GODEBUG: 'netdns=cgo+1' }, [cgo]],
    ['GODEBUG over //go:debug', { DefaultGODEBUG: 'netdns=cgo' }, { GODEBUG: 'netdns=go' }, []],
    ['LOCALDOMAIN, even empty', {}, { LOCALDOMAIN: '' }, [cgo]],
  ])('%s', (_, settings, environment, expected) => {
    expect(found({ binary: binary({}, settings), process: { pid: 7, environment } })).toEqual(expected);
  });

  it('is Go’s where there is no other, whatever GODEBUG asks for', () => {
    const process = { pid: 7, environment: { GODEBUG: 'netdns=cgo' } };
    expect(found({ binary: pureGo(), process })).toEqual([]);
  });

  const staticGlibc = (tags: Record<string, string> = {}) => {
    const { interpreter: _, ...rest } = binary({}, tags);
    return { ...rest, linkage: 'static' as const, needed: [], imports: [] };
  };
  it('statically linked glibc is a warning, and critical where it is the only one', () => {
    expect(found({ binary: staticGlibc() })).toEqual(['warning static-glibc-cgo']);
    expect(found({ binary: staticGlibc({ '-tags': 'netcgo' }) })).toEqual(['critical static-glibc-cgo', cgo]);
    const go = { pid: 7, environment: { GODEBUG: 'netdns=go' } };
    expect(found({ binary: staticGlibc(), process: go })).toEqual([]);
    expect(found({ binary: { ...staticGlibc(), libc: 'musl' } })).toEqual([]);
  });
});
