import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advise/advise.ts';
import { judgeDockerfile } from '../../src/dockerfile/judge-dockerfile.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';
import { parseGoSum } from '../../src/golang/parse-go-sum.ts';
import {
  DUCKDB,
  GOPACKET,
  goModOf,
  KAFKA,
  ORACLE,
  PUREGO,
  question,
  SQLITE,
  VIPS,
  WASMER,
} from './questions.ts';

const STATIC = 'gcr.io/distroless/static-debian12:nonroot';
const BASE = 'gcr.io/distroless/base-debian12:nonroot';
const CC = 'gcr.io/distroless/cc-debian12:nonroot';
const SLIM = 'debian:bookworm-slim';
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/go-mod/${name}`, import.meta.url), 'utf8');
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What is required, the image that is asked for; cgo and libc, the image to run on, the one to build in. */
type Row = [requires: string[], asked: string | undefined, cgo: string, runs: string, builds: string];

const ROWS: Row[] = [
  [[], undefined, '0 none', STATIC, 'golang:1.25-bookworm'],
  [[], 'scratch', '0 none', 'scratch', 'golang:1.25-bookworm'],
  [[], 'alpine:3.21', '0 none', 'alpine:3.21', 'golang:1.25-bookworm'],
  [[SQLITE], undefined, '1 glibc', BASE, 'golang:1.25-bookworm'],
  [[SQLITE], 'alpine:3.21', '1 musl', 'alpine:3.21', 'golang:1.25-alpine'],
  [[SQLITE], 'scratch', '1 musl', 'scratch', 'golang:1.25-alpine'],
  [
    [SQLITE],
    'gcr.io/distroless/static-debian12',
    '1 musl',
    'gcr.io/distroless/static-debian12',
    'golang:1.25-alpine',
  ],
  [[SQLITE], 'debian:trixie-slim', '1 glibc', 'debian:trixie-slim', 'golang:1.25-bookworm'],
  // Go 1.25 has no image on Debian 11, and what is built on 12 may ask for a newer glibc.
  [[SQLITE], 'debian:bullseye-slim', '1 glibc', BASE, 'golang:1.25-bookworm'],
  [[`${SQLITE} // indirect`], undefined, '1 glibc', BASE, 'golang:1.25-bookworm'],
  [[KAFKA], 'alpine:3.21', '1 musl', 'alpine:3.21', 'golang:1.25-alpine'],
  [[KAFKA], 'scratch', '1 musl', 'scratch', 'golang:1.25-alpine'],
  [[DUCKDB], undefined, '1 glibc', CC, 'golang:1.25-bookworm'],
  [[DUCKDB], 'alpine:3.21', '1 glibc', CC, 'golang:1.25-bookworm'],
  [[DUCKDB], 'gcr.io/distroless/base-debian12', '1 glibc', CC, 'golang:1.25-bookworm'],
  [[VIPS], undefined, '1 glibc', SLIM, 'golang:1.25-bookworm'],
  [[VIPS], 'scratch', '1 glibc', SLIM, 'golang:1.25-bookworm'],
  [[VIPS], 'alpine:3.21', '1 musl', 'alpine:3.21', 'golang:1.25-alpine'],
  [[ORACLE], 'alpine:3.21', '1 glibc', SLIM, 'golang:1.25-bookworm'],
  [[WASMER], undefined, '1 glibc', SLIM, 'golang:1.25-bookworm'],
  // Only its package pcap is C, and a build without cgo says so where that is used.
  [[GOPACKET], 'scratch', '0 none', 'scratch', 'golang:1.25-bookworm'],
  // What Pulsar's client uses where cgo is on.
  [['github.com/DataDog/zstd v1.5.6 // indirect'], undefined, '0 none', STATIC, 'golang:1.25-bookworm'],
  [['github.com/DataDog/zstd v1.5.6'], undefined, '1 glibc', BASE, 'golang:1.25-bookworm'],
  [[PUREGO], undefined, '0 glibc', SLIM, 'golang:1.25-bookworm'],
  [[`${PUREGO} // indirect`], 'scratch', '0 none', 'scratch', 'golang:1.25-bookworm'],
  [[SQLITE, KAFKA, VIPS], 'alpine:3.21', '1 musl', 'alpine:3.21', 'golang:1.25-alpine'],
];

describe('advice of a go.mod and a base image', () => {
  it.each(ROWS)('%j on %s: CGO_ENABLED=%s on %s', (requires, base, cgo, runs, builds) => {
    const goMod = goModOf(requires);
    const advice = advise(question({ goMod, ...(base && { base }) }));
    expect(`${advice.cgoEnabled} ${advice.libc}`).toBe(cgo);
    expect([advice.baseImage, advice.builderImage]).toEqual([runs, builds]);
    expect(advice.dockerfile).toContain(`FROM ${builds} AS build\n`);
    expect(advice.dockerfile).toContain(`\nFROM ${runs}\n`);
    expect(advice.dockerfile).toContain(` CGO_ENABLED=${advice.cgoEnabled} go build -trimpath `);
  });

  it.each(ROWS)(
    'the Dockerfile for %j on %s is healthy, and what is advised of it is itself',
    (requires, base) => {
      const goMod = goModOf(requires);
      const { dockerfile } = advise(question({ goMod, ...(base && { base }) }));
      const facts = parseDockerfile(dockerfile);
      const wrong = judgeDockerfile(facts, goMod).filter(({ severity }) => severity !== 'info');
      // What no package has is to be brought by hand, and is missing until then.
      const byHand = requires.includes(WASMER) ? ['loader-missing'] : [];
      expect(wrong.map(({ id }) => id)).toEqual(byHand);
      expect(advise({ goMod, dockerfile: facts }).dockerfile).toBe(dockerfile);
    },
  );

  it('gives confluent-kafka-go its tag for musl, and to no other libc', () => {
    const tags = (base: string, given = '') =>
      advise(
        question({
          ...{ goMod: goModOf([KAFKA]), base },
          dockerfile: `FROM golang:1.25\nRUN go build ${given} .`,
        }),
      ).tags;
    expect(tags('alpine:3.21')).toEqual(['musl']);
    expect(tags('debian:12')).toEqual([]);
    expect(tags('debian:12', '-tags musl,mine')).toEqual(['mine']);
    expect(tags('alpine:3.21', '-tags dynamic')).toEqual(['dynamic', 'musl']);
  });

  it('takes the system’s library where a tag asks for it', () => {
    const dockerfile = 'FROM golang:1.25\nRUN go build -tags libsqlite3 .';
    const advice = advise(question({ goMod: goModOf([SQLITE]), dockerfile, base: 'alpine:3.21' }));
    expect(advice.buildPackages).toEqual(['build-base', 'sqlite-dev']);
    expect(advice.runPackages).toEqual(['tzdata', 'sqlite-libs']);
    expect(advise(question({ goMod: goModOf([SQLITE]), dockerfile })).baseImage).toBe(SLIM);
  });

  it('names the packages of both distributions', () => {
    const of = (base: string) => {
      const { buildPackages, runPackages } = advise(question({ goMod: goModOf([VIPS, DUCKDB]), base }));
      return [buildPackages, runPackages];
    };
    expect(of('debian:12-slim')).toEqual([['libvips-dev'], ['ca-certificates', 'libvips42']]);
    const alpine = advise(question({ goMod: goModOf([VIPS]), base: 'alpine:3.21' }));
    expect(alpine.buildPackages).toEqual(['build-base', 'vips-dev']);
    expect(alpine.runPackages).toEqual(['tzdata', 'vips']);
  });

  it('keeps Go’s resolver on musl, unless cgo’s was asked for', () => {
    const goMod = goModOf([SQLITE]);
    expect(advise({ goMod, base: 'alpine' }).godebug).toBe('netdns=go');
    expect(advise({ goMod, base: 'scratch' }).godebug).toBe('netdns=go');
    expect(advise({ goMod, base: 'debian' }).godebug).toBeUndefined();
    const asked = parseGoMod(`module m\ngo 1.25\ngodebug netdns=cgo\nrequire ${SQLITE}`);
    expect(advise({ goMod: asked, base: 'alpine' }).godebug).toBeUndefined();
  });

  it('honours that libc’s resolver is asked for, and says what asks', () => {
    const netdns = (value: string) => parseGoMod(`module m\ngo 1.25\ngodebug netdns=${value}`);
    const dockerfile = (env: string, tags = '') =>
      `FROM golang:1.25 AS build\nRUN go build ${tags} -o /app .\nFROM debian:12\n${env}\nCOPY --from=build /app /app\n`;
    const asked = (of: Parameters<typeof question>[0]) => {
      const { cgoEnabled, godebug, because } = advise(question(of));
      return [cgoEnabled, godebug, /^(.*) asks for libc/.exec(because[0] ?? '')?.[1]];
    };
    expect(asked({ goMod: netdns('cgo+2') })).toEqual([
      '1',
      undefined,
      'godebug netdns=cgo+2 (go.mod line 3)',
    ]);
    expect(asked({ goMod: netdns('go') })).toEqual(['0', undefined, undefined]);
    expect(asked({ dockerfile: dockerfile('', '-tags netcgo') })).toEqual(['1', undefined, '-tags netcgo']);
    expect(asked({ dockerfile: dockerfile('ENV GODEBUG=netdns=1+cgo') })).toEqual([
      '1',
      undefined,
      'GODEBUG=netdns=1+cgo (line 4 of the Dockerfile)',
    ]);
    expect(asked({ dockerfile: dockerfile('ENV GODEBUG=netdns=go') })).toEqual(['0', undefined, undefined]);
    expect(asked({ goMod: netdns('cgo'), base: 'alpine' }).slice(0, 2)).toEqual(['1', undefined]);
  });

  it.each([
    ['1.19', 'golang:1.19-bookworm'],
    ['1.24.4', 'golang:1.24-bookworm'],
    ['1.28', 'golang:1.28-bookworm'],
    // Of Go 1.18 there is no image on Debian 12.
    ['1.18', 'golang:1.27-bookworm'],
  ])('go %s is built in %s', (go, image) => {
    expect(advise({ goMod: goModOf([], go) }).builderImage).toBe(image);
  });

  it('builds for Debian 11 on Debian 11 while Go has an image for it', () => {
    const advice = advise({ goMod: goModOf([SQLITE], '1.23'), base: 'debian:bullseye-slim' });
    expect([advice.builderImage, advice.baseImage]).toEqual(['golang:1.23-bullseye', 'debian:bullseye-slim']);
  });

  it('says why, the weightiest first, with lines, the stub’s error and what does without C', () => {
    const { because, check } = advise({ goMod: goModOf([SQLITE]), base: 'alpine:3.21' });
    expect(because[0]).toMatch(
      /^github\.com\/mattn\/go-sqlite3 \(go\.mod line 6\) .* CGO_ENABLED=1; .* This is a stub$/,
    );
    expect(because.join('\n')).toContain('without C: modernc.org/sqlite');
    expect(because.join('\n')).toMatch(/musl’s looks up, which needs an answer to both A and AAAA/);
    expect(check?.command).toContain('go list -deps');
  });

  it('copies the source first where go.mod replaces modules by directories of it', () => {
    const of = (by: string) => advise({ goMod: parseGoMod(`module m\ngo 1.25\nreplace a => ${by}`) });
    const untilDownload = (text: string) => text.slice(0, text.indexOf('go mod download'));
    expect(untilDownload(of('./a').dockerfile)).toContain('\nCOPY . .\n');
    expect(untilDownload(of('b v1.0.0').dockerfile)).not.toContain('\nCOPY . .\n');
    const outside = '../a (go.mod line 3) is outside of the module';
    expect(of('../a').because.join('\n')).toContain(outside);
    expect(of('./a').because.join('\n')).not.toContain('outside');
  });

  it('knows all modules of an old go.mod by its go.sum', () => {
    const goMod = parseGoMod('module m\n\ngo 1.12\n\nrequire example.com/orm v1.0.0\n');
    const goSum = parseGoSum(`a v1 h1:x=\n${SQLITE} h1:x=\n`);
    expect(advise({ goMod, goSum }).cgoEnabled).toBe('1');
    expect(advise({ goMod, goSum }).because[0]).toContain('(go.sum line 2)');
    expect(
      advise({ goMod, goSum: parseGoSum(`${SQLITE}/go.mod h1:x=\n`.replace(' /', '/')) }).cgoEnabled,
    ).toBe('0');
    // Since Go 1.17 go.mod has them all, and go.sum old ones too.
    expect(advise({ goMod: goModOf([], '1.25'), goSum }).cgoEnabled).toBe('0');
  });

  it.each([
    ['sqlx.mod', '1', BASE],
    ['notary.mod', '1', SLIM],
    ['crowdsec.mod', '1', BASE],
  ])('of %s, a real one', (name, cgo, image) => {
    const advice = advise({ goMod: parseGoMod(fixture(name)) });
    expect([advice.cgoEnabled, advice.baseImage]).toEqual([cgo, image]);
  });

  it.each([
    ['pure-go', undefined],
    ['sqlite-glibc', undefined],
    ['sqlite-musl', 'alpine:3.22'],
  ])('of examples/%s is the Dockerfile that it has', (name, base) => {
    const goMod = parseGoMod(file(`examples/${name}/go.mod`));
    expect(advise(question({ goMod, ...(base && { base }) })).dockerfile).toBe(
      file(`examples/${name}/Dockerfile`),
    );
  });
});

describe('advice of a Dockerfile', () => {
  it('keeps the image that is there, the package and the tags that still mean something', () => {
    const dockerfile = [
      'FROM golang:1.24 AS build',
      'RUN CGO_ENABLED=0 go build -tags netgo,mine -buildmode=pie -o /app ./cmd/server',
      'FROM gcr.io/distroless/base-debian12',
      'COPY --from=build /app /app',
      'ENTRYPOINT ["/app"]',
    ].join('\n');
    const advice = advise(question({ dockerfile }));
    expect(advice).toMatchObject({
      cgoEnabled: '0',
      baseImage: 'gcr.io/distroless/base-debian12',
      tags: ['mine'],
    });
    expect(advice.builderImage).toBe('golang:1.24-bookworm');
    expect(advice.dockerfile).toContain(' -o /out/app ./cmd/server\n');
    expect(advice.dockerfile).not.toContain('pie');
    expect(advice.because.join('\n')).toContain('-buildmode=pie is left out');
  });

  it('takes the libc of an image that only builds, and no more of it', () => {
    const base = (image: string) =>
      advise(question({ dockerfile: `FROM ${image}\nRUN go build .\n` })).baseImage;
    expect(base('golang:1.25')).toBe(STATIC);
    expect(base('golang:1.25-alpine')).toBe('alpine:3.22');
    expect(base('$IMAGE')).toBe(STATIC);
  });

  it('follows stages that are built on stages', () => {
    const dockerfile =
      'FROM alpine:3.20 AS base\nFROM base AS tools\nFROM golang:1.25 AS build\nRUN go build -o /app .\n' +
      'FROM tools\nCOPY --from=build /app /app\nCMD ["/app"]\n';
    expect(advise(question({ dockerfile })).baseImage).toBe('alpine:3.20');
    expect(advise(question({ dockerfile, base: 'scratch' })).baseImage).toBe('scratch');
  });

  it('tells a builder that go.mod is too new for', () => {
    const advice = advise(question({ goMod: goModOf([]), dockerfile: 'FROM golang:1.24\nRUN go build .\n' }));
    expect(advice.builderImage).toBe('golang:1.25-bookworm');
    expect(advice.because.at(-1)).toBe(
      'golang:1.24 in line 1 of the Dockerfile is older than go.mod asks for: go build stops there',
    );
  });
});
