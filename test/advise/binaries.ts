/** Binaries as inspectBinary tells them: linked as Go 1.24 links on Debian 12 and Alpine. */
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import type { Module } from '../../src/golang/build-info.ts';

const imports = (...names: string[]) =>
  names.map((name) => ({ name, version: 'GLIBC_2.34', library: 'libc.so.6' }));

/** What net and runtime/cgo import, in part. */
const OF_GO = imports(
  'getaddrinfo',
  'freeaddrinfo',
  'res_search',
  'pthread_create',
  'malloc',
  '__libc_start_main',
);

const PLAIN: BinaryFacts = {
  ...{ arch: 'amd64', linkage: 'static', needed: [], runpath: [], imports: [], libc: 'none', isGo: true },
  ...{ cgoResolver: 'absent', cgoResolverBecause: 'built with CGO_ENABLED=0' },
};

interface Build {
  deps?: readonly string[];
  settings?: Record<string, string>;
  path?: string;
}

function build({ deps = [], settings = {}, path = 'example.com/app' }: Build): Pick<BinaryFacts, 'build'> {
  const modules = deps.map((dep): Module => {
    const [name = '', version = ''] = dep.split(' ');
    return { path: name, version };
  });
  const main = { path: 'example.com/app', version: '(devel)' };
  return {
    build: { goVersion: 'go1.24.4', path, main, deps: modules, settings: new Map(Object.entries(settings)) },
  };
}

export function nocgo(of: Build & Partial<BinaryFacts> = {}): BinaryFacts {
  const { deps, settings, path, ...facts } = of;
  return { ...PLAIN, ...build({ ...of, settings: { CGO_ENABLED: '0', ...settings } }), ...facts };
}

export function glibc(
  of: Build & { imports?: readonly string[] } & Partial<Pick<BinaryFacts, 'needed'>> = {},
): BinaryFacts {
  return {
    ...PLAIN,
    ...{ linkage: 'dynamic', interpreter: '/lib64/ld-linux-x86-64.so.2', libc: 'glibc', glibcNeeded: '2.34' },
    ...{ cgoResolver: 'present', cgoResolverBecause: 'imports getaddrinfo' },
    needed: of.needed ?? ['libc.so.6'],
    imports: [...OF_GO, ...imports(...(of.imports ?? []))],
    ...build({ ...of, settings: { CGO_ENABLED: '1', ...of.settings } }),
  };
}

export function staticGlibc(of: Build = {}): BinaryFacts {
  return {
    ...PLAIN,
    ...{ libc: 'glibc', cgoResolver: 'present', cgoResolverBecause: 'holds net._C2func_getaddrinfo' },
    ...build({ ...of, settings: { CGO_ENABLED: '1' } }),
  };
}
