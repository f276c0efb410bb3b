import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advise/advise.ts';
import type { BinaryFacts } from '../../src/binary/binary-facts.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';
import { glibc, nocgo, staticGlibc } from './binaries.ts';
import { goModOf, question, SQLITE } from './questions.ts';

const told = (binary: BinaryFacts, base?: string) => {
  const { findings } = advise({ binary, ...(base && { base }) });
  return findings.map(({ id, severity, file, line }) => [severity, id, file, line].filter(Boolean).join(' '));
};

describe('advice of a binary', () => {
  it('needs no cgo for what Go’s own packages call', () => {
    const advice = advise({ binary: glibc() });
    expect(advice).toMatchObject({ cgoEnabled: '0', libc: 'none', builderImage: 'golang:1.24-bookworm' });
    expect(advice.check).toBeUndefined();
  });

  it('needs it for C that no module explains', () => {
    const advice = advise({ binary: glibc({ imports: ['uname', 'getpid'] }) });
    expect(advice).toMatchObject({ cgoEnabled: '1', libc: 'glibc' });
    expect(advice.because[0]).toContain('calls C that Go’s own packages do not: uname, getpid');
  });

  it('takes getaddrinfo for C of its own where Go’s is not in it', () => {
    const netgo = { ...glibc({ settings: { '-tags': 'netgo' } }), cgoResolver: 'absent' as const };
    expect(advise({ binary: netgo })).toMatchObject({ cgoEnabled: '1', tags: ['netgo'] });
  });

  it('names libraries that no module explains, and an image that can install them', () => {
    const advice = advise({ binary: glibc({ needed: ['libfoo.so.3', 'libc.so.6'] }), base: 'scratch' });
    expect(advice).toMatchObject({ cgoEnabled: '1', base: 'debian' });
    expect(advice.because[0]).toContain('libfoo.so.3');
    expect(advise({ binary: glibc({ needed: ['libstdc++.so.6', 'libc.so.6'] }) }).base).toBe('distroless-cc');
  });

  it('knows its modules better than go.mod', () => {
    const goMod = goModOf([SQLITE]);
    expect(advise({ goMod, binary: nocgo() }).cgoEnabled).toBe('0');
    expect(advise({ goMod, binary: glibc({ deps: [SQLITE] }) }).because[0]).toContain('in the binary');
    const withoutInfo: BinaryFacts = { ...nocgo(), build: undefined } as never;
    expect(advise({ goMod, binary: withoutInfo }).cgoEnabled).toBe('1');
  });

  it('tells by its libraries whether a package with C is used', () => {
    const deps = ['github.com/google/gopacket v1.1.19'];
    expect(advise({ binary: glibc({ deps }) }).cgoEnabled).toBe('0');
    const pcap = advise({ binary: glibc({ deps, needed: ['libpcap.so.0.8', 'libc.so.6'] }) });
    expect(pcap).toMatchObject({ cgoEnabled: '1', buildPackages: ['libpcap-dev'], base: 'debian' });
  });

  it('leaves open what a static binary may hide', () => {
    expect(advise({ binary: staticGlibc() }).check).toBeDefined();
    expect(advise({ binary: nocgo() }).check).toBeUndefined();
  });

  it('builds the package that it is of', () => {
    const { dockerfile } = advise({ binary: nocgo({ path: 'example.com/app/cmd/server' }) });
    expect(dockerfile).toContain(' -o /out/app ./cmd/server\n');
    const odd = advise({ binary: nocgo({ path: 'example.com/app/$(id)' }) });
    expect(odd.dockerfile).toContain(' -o /out/app .\n');
  });

  it.each<[string, BinaryFacts, string | undefined, string[]]>([
    ['glibc on Alpine', glibc(), 'alpine:3.21', ['critical loader-missing binary']],
    ['glibc on scratch', glibc(), 'scratch', ['critical loader-missing binary']],
    [
      'glibc on a Debian that is too old',
      glibc(),
      'debian:bullseye-slim',
      ['critical loader-missing binary'],
    ],
    ['glibc where it is', glibc(), 'debian:12', []],
    ['glibc, on no image', glibc(), undefined, []],
    ['static', nocgo(), 'scratch', []],
    [
      'a PIE without cgo',
      nocgo({ linkage: 'pie', interpreter: '/lib64/ld-linux-x86-64.so.2' }),
      'gcr.io/distroless/static-debian12',
      ['critical pie-needs-loader binary'],
    ],
    ['glibc linked in', staticGlibc(), 'scratch', ['warning static-glibc-cgo binary']],
    ['a stub', nocgo({ deps: [SQLITE] }), 'scratch', ['critical native-module-without-cgo binary']],
  ])('finds what is wrong of %s', (_, binary, base, expected) => {
    expect(told(binary, base)).toEqual(expected);
  });
});

describe('findings of a go.mod', () => {
  const found = (text: string, base?: string) =>
    advise({ goMod: parseGoMod(text), ...(base && { base }) }).findings.map(({ id, severity, line }) =>
      [severity, id, line].join(' '),
    );

  it.each([
    ['module m\ngo 1.18', ['info edns0-disabled 2']],
    ['module m', ['info edns0-disabled ']],
    ['module m\ngo 1.19', []],
    ['module m\ngo 1.18\ngodebug netedns0=1', []],
    ['module m\ngo 1.24\ngodebug default=go1.18', ['info edns0-disabled 2']],
    ['module m\ngo 1.18\ngodebug default=go1.24', []],
    ['module m\ngo 1.24\ngodebug netdns=cgo', []],
    [`module m\ngo 1.24\ngodebug netdns=cgo\nrequire ${SQLITE}`, []],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('says that libc’s resolver was asked for and is not in the binary', () => {
    const goMod = parseGoMod('module m\ngo 1.24\ngodebug netdns=cgo+2');
    const found = advise({ goMod, binary: nocgo() }).findings.map(
      ({ id, file, line }) => `${id} ${file} ${line}`,
    );
    expect(found).toEqual(['resolver-not-as-configured go.mod 3']);
    expect(advise({ goMod, binary: glibc() }).findings).toEqual([]);
  });

  it('says that a module with C makes a binary with a loader, where the image has none', () => {
    const text = `module m\ngo 1.24\n\nrequire ${SQLITE}`;
    expect(found(text, 'scratch')).toEqual(['warning loader-missing 4']);
    expect(found(text, 'debian')).toEqual([]);
    expect(found(text, 'alpine')).toEqual([]);
  });

  it('puts the worst first, and of the Dockerfile has lines', () => {
    const dockerfile =
      'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM alpine:3.21\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n';
    const goMod = parseGoMod(`module m\ngo 1.18\nrequire ${SQLITE}`);
    const { findings } = advise(question({ goMod, dockerfile }));
    expect(findings.map(({ id, file, line }) => `${id} ${file} ${line}`)).toEqual([
      'loader-missing dockerfile 3',
      'edns0-disabled go.mod 2',
    ]);
  });
});
