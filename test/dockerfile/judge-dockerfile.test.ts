// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of docker build and the shell
import { describe, expect, test } from 'vitest';
import type { AdviceFinding } from '../../src/dockerfile/advice-finding.ts';
import { judgeDockerfile } from '../../src/dockerfile/judge-dockerfile.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';

function judged(lines: readonly string[], ...modules: readonly string[]): AdviceFinding[] {
  const required = modules.map((module) => `require ${module} v1.0.0`).join('\n');
  const goMod = modules.length > 0 ? parseGoMod(`module x\ngo 1.22\n${required}\n`) : undefined;
  return judgeDockerfile(parseDockerfile(lines.join('\n')), goMod);
}

const ids = (findings: readonly AdviceFinding[]) => findings.map(({ line, id }) => `${line} ${id}`);

/** A builder with one RUN in line 2, and a program copied in line 4. */
function twoStages(builder: string, run: string, runtime: string, ...more: string[]): string[] {
  return [
    `FROM ${builder} AS build`,
    run.replaceAll('go build', 'go build -o /app'),
    `FROM ${runtime}`,
    'COPY --from=build /app /app',
    'CMD ["/app"]',
    ...more,
  ];
}

describe('loader and libc', () => {
  test.each<[builder: string, run: string, runtime: string, found: string[]]>([
    // Whose libc the builder has, and the image.
    ['golang:1.24', 'RUN go build', 'alpine', ['3 loader-missing']],
    ['golang', 'RUN go build', 'nginx:1.27-alpine', ['3 loader-missing']],
    ['golang:1.24', 'RUN CGO_ENABLED=1 go build', 'gcr.io/distroless/static', ['3 loader-missing']],
    ['golang:1.24', 'RUN CGO_ENABLED=1 go build', 'gcr.io/distroless/base', []],
    ['golang:1.24-bookworm', 'RUN CC=musl-gcc go build', 'alpine', []],
    ['golang:1.24-bookworm', 'RUN CC=musl-gcc go build', 'gcr.io/distroless/cc', ['3 loader-missing']],
    ['golang:1.24-alpine', 'RUN apk add build-base && go build', 'alpine', []],
    [
      'golang:1.24-alpine',
      'RUN apk add build-base && go build',
      'gcr.io/distroless/base',
      ['3 loader-missing'],
    ],
    ['golang:1.24', 'RUN go build', 'frolvlad/alpine-glibc:alpine-3.20', []],
    // CGO_ENABLED that nobody sets.
    ['golang:1.24-alpine', 'RUN go build', 'gcr.io/distroless/static', []],
    ['golang:1.24-alpine', 'RUN CGO_ENABLED=false go build', 'gcr.io/distroless/static', []],
    ['golang:1.24', 'RUN CGO_ENABLED=false go build', 'gcr.io/distroless/static', ['3 loader-missing']],
    // Other images and variables: what cannot be told is no finding.
    ['example.com/our/go:1', 'RUN go build', 'alpine', []],
    ['golang:1.24', 'RUN go build', 'busybox', []],
    ['golang:${VERSION}', 'RUN go build', 'alpine', []],
    ['golang:${VERSION}-bookworm', 'RUN go build', 'alpine', ['3 loader-missing']],
    ['golang:1.24', 'RUN CGO_ENABLED=$CGO go build', 'alpine', []],
    ['golang:1.24', 'RUN GOOS=windows go build', 'alpine', []],
    // Tags and flags.
    ['golang:1.24', 'RUN go build -tags netgo,osusergo', 'alpine', []],
    ['golang:1.24', 'RUN go build -tags netgo', 'alpine', ['3 loader-missing']],
    ['golang:1.24', 'RUN CGO_ENABLED=0 go build -buildmode=pie', 'alpine', ['2 pie-needs-loader']],
    ['golang:1.24', 'RUN CGO_ENABLED=0 go build -buildmode=pie', 'debian:12', ['3 image-files-missing']],
    ['golang:1.24-alpine', 'RUN go build -buildmode=pie', 'alpine', []],
    [
      'golang:1.24',
      "RUN go build -buildmode=pie -ldflags '-linkmode external -extldflags -static-pie' -tags netgo",
      'alpine',
      [],
    ],
    [
      'golang:1.24',
      "RUN go build -ldflags '-linkmode=external -extldflags=-static'",
      'gcr.io/distroless/static',
      ['2 static-glibc-cgo'],
    ],
    [
      'golang:1.24',
      "RUN go build -tags netgo -ldflags '-linkmode=external -extldflags=-static'",
      'gcr.io/distroless/static',
      [],
    ],
    [
      'golang:1.24-alpine',
      "RUN apk add gcc musl-dev; go build -ldflags '-linkmode external -extldflags -static'",
      'gcr.io/distroless/static',
      [],
    ],
    // Releases.
    ['golang:1.24-trixie', 'RUN go build', 'gcr.io/distroless/base-debian12', []],
    ['golang:1.24-bookworm', 'RUN go build', 'gcr.io/distroless/base-debian11', ['3 loader-missing']],
    ['golang:1.25', 'RUN go build', 'ubuntu:20.04', ['3 image-files-missing', '3 loader-missing']],
    ['golang:1.22', 'RUN go build', 'amazonlinux:2', ['3 loader-missing']],
    ['golang:1.20-bullseye', 'RUN go build', 'registry.access.redhat.com/ubi9/ubi-minimal', []],
  ])('%s, %s, %s', (builder, run, runtime, found) => {
    expect(ids(judged(twoStages(builder, run, runtime))).sort()).toEqual(found);
  });

  test('of Go before 1.20 without a compiler, and of another machine, it is a warning', () => {
    const old = judged(twoStages('golang:1.13-alpine', 'RUN go build', 'gcr.io/distroless/static'));
    const cross = judged(twoStages('golang:1.24', 'RUN GOARCH=amd64 go build', 'alpine'));
    expect([...old, ...cross].map(({ severity }) => severity)).toEqual(['warning', 'warning']);
  });

  test('to another architecture than the platform of FROM cgo is off', () => {
    const stages = (platform: string) =>
      judged(twoStages(`--platform=${platform} golang:1.24`, 'RUN GOARCH=arm64 go build', 'alpine'));
    expect(ids(stages('linux/amd64'))).toEqual([]);
    expect(stages('linux/arm64')).toMatchObject([{ line: 3, id: 'loader-missing', severity: 'critical' }]);
  });

  test.each([
    ['musl', ['4 loader-missing']],
    ['1.37-musl', ['4 loader-missing']],
    ['uclibc', ['4 loader-missing']],
    ['glibc', []],
  ])('busybox:%s has the libc of its name', (tag, expected) => {
    const lines = ['FROM golang:1.22 AS build', 'ENV CGO_ENABLED=1', 'RUN go build -o /app .'];
    const found = judged([...lines, `FROM busybox:${tag}`, 'COPY --from=build /app /app']);
    expect(ids(found).filter((id) => id.includes('loader'))).toEqual(expected);
  });

  test('it says where it was built, why with cgo, where it was copied, and the lines to change', () => {
    const [finding] = judged([
      'FROM golang:1.22 AS build',
      'ENV CGO_ENABLED=1',
      'RUN go build -o /app .',
      'FROM alpine:3.20',
      'COPY --from=build /app /app',
    ]);
    expect(finding?.evidence).toEqual([
      'line 1: FROM golang:1.22: glibc 2.36',
      'line 2: CGO_ENABLED=1',
      'line 5: COPY of what line 3 builds',
      'line 4: FROM alpine:3.20 has musl alone',
    ]);
    expect(finding?.fix).toBe(
      'Line 2: CGO_ENABLED=0. Where a module needs C: line 4: FROM gcr.io/distroless/base-debian12.',
    );
  });

  test('through stages in between, directories and names of stages in other case', () => {
    const lines = [
      'FROM golang:1.24 AS Build',
      'WORKDIR /src',
      'RUN go build -o bin/ ./cmd/a ./cmd/b',
      'FROM scratch AS out',
      'COPY --from=build /src/bin/ /dist/',
      'FROM alpine:3.20 AS base',
      'RUN apk add tzdata',
      'FROM base',
      'COPY --from=out /dist/a /usr/bin/a',
    ];
    expect(ids(judged(lines))).toEqual(['6 loader-missing']);
  });

  test('what is copied is not what was built: nothing is said of it', () => {
    const lines = twoStages('golang:1.24', 'RUN go build', 'alpine');
    lines[3] = 'COPY --from=build /src/static /static';
    expect(judged(lines)).toEqual([]);
  });

  test('a loader that is copied along may do', () => {
    expect(
      judged(
        twoStages(
          'golang:1.24',
          'RUN go build',
          'scratch',
          'COPY --from=build /lib64 /lib64',
          'COPY --from=build /etc/ssl /etc/ssl',
          'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo',
        ),
      ),
    ).toEqual([]);
  });

  test('gcompat is named where it is installed', () => {
    const found = judged(twoStages('golang:1.24', 'RUN go build', 'alpine', 'RUN apk add \\', '  gcompat'));
    expect(ids(found)).toEqual(['7 compat-loader']);
    // A binary that asks for no libc looks nothing up through it.
    expect(
      judged(twoStages('golang:1.24', 'RUN CGO_ENABLED=0 go build', 'alpine', 'RUN apk add gcompat')),
    ).toEqual([]);
  });
});

describe('cgo and modules with C', () => {
  const SQLITE = 'github.com/mattn/go-sqlite3';

  test('what xx installs and builds is for the platform that is built for', () => {
    const lines = [
      'FROM --platform=$BUILDPLATFORM tonistiigi/xx AS xx',
      'FROM --platform=$BUILDPLATFORM golang:1.24-alpine AS build',
      'COPY --from=xx / /',
      'RUN apk add clang lld && xx-apk add musl-dev gcc',
      'RUN CGO_ENABLED=1 xx-go build -o /app .',
      'FROM alpine',
      'COPY --from=build /app /app',
    ];
    expect(judged(lines, SQLITE)).toEqual([]);
  });

  test('a compiler that comes after the build is none', () => {
    const lines = twoStages('golang:1.24-alpine', 'RUN CGO_ENABLED=1 go build', 'alpine');
    lines.splice(2, 0, 'RUN apk add gcc musl-dev');
    expect(ids(judged(lines))).toEqual(['2 build-packages-missing']);
  });

  test('an alternative in pure Go is named', () => {
    const [finding] = judged(twoStages('golang:1.24', 'RUN CGO_ENABLED=0 go build', 'alpine'), SQLITE);
    expect(finding).toMatchObject({ id: 'native-module-without-cgo', severity: 'critical', line: 2 });
    expect(finding?.fix).toContain('modernc.org/sqlite');
  });

  test('with a module that needs C the builder is to be Alpine’s, not cgo off', () => {
    const [finding] = judged(twoStages('golang:1.24', 'RUN go build', 'alpine'), SQLITE);
    expect(finding?.fix).toContain(
      'Line 1: FROM golang:1.24-alpine, then RUN apk add --no-cache gcc musl-dev',
    );
    expect(finding?.fix).not.toContain('CGO_ENABLED=0');
  });

  test('-extldflags -static counts where a module brings C, for then the C linker links', () => {
    const lines = twoStages(
      'golang:1.24',
      'RUN go build -ldflags \'-extldflags "-static"\'',
      'gcr.io/distroless/static',
    );
    expect(judged(lines, SQLITE)).toMatchObject([{ line: 2, id: 'static-glibc-cgo' }]);
    expect(judged(lines, 'golang.org/x/net')).toMatchObject([
      { line: 3, id: 'loader-missing', severity: 'critical' },
    ]);
  });

  test('by a tag the library of the system is linked: its headers are asked for, and the library', () => {
    const KAFKA = 'github.com/confluentinc/confluent-kafka-go/v2';
    const lines = (packages: string, ...more: string[]) => [
      ...twoStages('golang:1.24-bookworm', `RUN ${packages} go build -tags dynamic`, 'debian:bookworm-slim'),
      ...more,
    ];
    const install = 'apt-get update && apt-get install -y';
    const certs = `RUN ${install} ca-certificates`;
    expect(ids(judged(lines('', certs), KAFKA))).toEqual(['2 build-packages-missing', '3 loader-missing']);
    const built = lines(`${install} librdkafka-dev &&`, certs);
    expect(judged(built, KAFKA)).toMatchObject([{ line: 3, id: 'loader-missing', severity: 'critical' }]);
    expect(judged(built, KAFKA)[0]?.fix).toContain('librdkafka1');
    expect(judged([...built, `RUN ${install} librdkafka1`], KAFKA)).toEqual([]);
    expect(judged([...built, 'COPY --from=build /usr/lib/librdkafka.so.1 /usr/lib/'], KAFKA)).toEqual([]);
    // What else is installed may bring it.
    expect(judged([...built, `RUN ${install} kcat`], KAFKA)).toMatchObject([{ severity: 'warning' }]);
  });

  test('C++ needs libstdc++, which distroless/cc has and distroless/base has not', () => {
    const on = (image: string) =>
      judged(twoStages('golang:1.24-bookworm', 'RUN go build', image), 'github.com/marcboeker/go-duckdb');
    expect(ids(on('gcr.io/distroless/base-debian12'))).toEqual(['3 loader-missing']);
    expect(on('gcr.io/distroless/cc-debian12')).toEqual([]);
  });

  test('C of a newer release is a warning only', () => {
    const lines = twoStages('golang:1.24-trixie', 'RUN go build', 'gcr.io/distroless/base-debian12');
    expect(judged(lines, SQLITE)).toMatchObject([{ line: 3, id: 'loader-missing', severity: 'warning' }]);
  });
});

describe('files of the image', () => {
  const SCRATCH = twoStages('golang:1.24', 'RUN CGO_ENABLED=0 go build', 'scratch');
  const missing = (...more: string[]) => judged([...SCRATCH, ...more]).map(({ title }) => title);

  test('what is copied or told otherwise is not missing', () => {
    expect(missing()).toEqual(['scratch lacks files that Go programs read: ca-certificates, tzdata']);
    expect(missing('COPY certs/ca.pem /etc/ssl/certs/')).toEqual([
      'scratch lacks files that Go programs read: tzdata',
    ]);
    expect(missing('COPY --from=alpine /etc/ssl/cert.pem /etc/ssl/', 'ENV ZONEINFO=/zoneinfo.zip')).toEqual(
      [],
    );
    expect(missing('COPY --from=build /rootfs /')).toEqual([]);
  });

  test('tags and modules may bring them along', () => {
    const lines = twoStages('golang:1.24', 'RUN CGO_ENABLED=0 go build -tags timetzdata', 'scratch');
    expect(judged(lines, 'golang.org/x/crypto/x509roots/fallback')).toEqual([]);
  });

  test('a stage that starts nothing, and one that nothing was built for, are not asked', () => {
    expect(judged(SCRATCH.filter((line) => !line.startsWith('CMD')))).toEqual([]);
    expect(judged(['FROM scratch', 'COPY app /app', 'CMD ["/app"]'])).toEqual([]);
  });

  test('a user by name needs a passwd; by number it does not', () => {
    const certs = [
      'COPY --from=build /etc/ssl /etc/ssl',
      'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo',
    ];
    expect(ids(judged([...SCRATCH, ...certs, 'USER app']))).toEqual(['8 image-files-missing']);
    expect(judged([...SCRATCH, ...certs, 'USER 65532:65532'])).toEqual([]);
    expect(judged([...SCRATCH, ...certs, 'COPY --from=build /etc/passwd /etc/', 'USER app'])).toEqual([]);
  });
});

describe('which resolver', () => {
  const BASE = 'gcr.io/distroless/base-debian12';

  test.each<[run: string, env: string, found: string[]]>([
    ['RUN CGO_ENABLED=1 go build', 'ENV GODEBUG=netdns=cgo', ['6 cgo-resolver-in-use']],
    ['RUN CGO_ENABLED=1 go build', 'ENV GODEBUG=netdns=go', []],
    ['RUN CGO_ENABLED=1 go build', 'ENV RES_OPTIONS=ndots:1', ['6 resolver-forced']],
    ['RUN CGO_ENABLED=0 go build', 'ENV RES_OPTIONS=ndots:1', []],
    ['RUN CGO_ENABLED=1 go build -tags netcgo', 'ENV TZ=UTC', ['2 cgo-resolver-in-use']],
    ['RUN CGO_ENABLED=0 go build', 'ENV GODEBUG=netdns=cgo+1', ['6 resolver-not-as-configured']],
    ['RUN CGO_ENABLED=1 go build -tags netgo', 'ENV GODEBUG=netdns=cgo', ['6 resolver-not-as-configured']],
    ['RUN CGO_ENABLED=$CGO go build', 'ENV GODEBUG=netdns=cgo', []],
  ])('%s, %s', (run, env, found) => {
    expect(ids(judged(twoStages('golang:1.24-bookworm', run, BASE, env)))).toEqual(found);
  });
});
