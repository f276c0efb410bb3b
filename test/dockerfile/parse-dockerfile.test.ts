// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of docker build and the shell
import { describe, expect, test } from 'vitest';
import type { GoBuild, Stage } from '../../src/dockerfile/dockerfile-facts.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';

function only(text: string): Stage {
  const [stage, ...more] = parseDockerfile(text).stages;
  if (!stage || more.length > 0) throw new Error('one stage was expected');
  return stage;
}

/** The one build of RUN instructions that stand behind `FROM golang:1.24`, so from line 2 on. */
function build(run: string): GoBuild {
  const { builds } = only(`FROM golang:1.24\n${run}`);
  const [first, ...more] = builds;
  if (!first || more.length > 0) throw new Error(`one build was expected, not ${builds.length}`);
  return first;
}

describe('stages', () => {
  test('FROM takes defaults of ARG, names of stages and the platform', () => {
    const { stages } = parseDockerfile(
      [
        'ARG GO=1.24',
        'ARG VARIANT=alpine',
        'from --platform=$BUILDPLATFORM golang:${GO}-${VARIANT:-bookworm} as Build',
        'FROM build',
        'FROM alpine:${ALPINE:-3.20}',
        'COPY --from=BUILD /a /b/',
        'COPY --from=1 /c /d',
        'COPY --from=nginx:1.27 /e /f',
      ].join('\n'),
    );
    expect(
      stages.map(({ line, image, name, from, platform }) => ({ line, image, name, from, platform })),
    ).toEqual([
      { line: 3, image: 'golang:1.24-alpine', name: 'Build', from: undefined, platform: '$BUILDPLATFORM' },
      { line: 4, image: 'build', name: undefined, from: 0, platform: undefined },
      { line: 5, image: 'alpine:3.20', name: undefined, from: undefined, platform: undefined },
    ]);
    expect(stages[2]?.copies.map(({ line, from, target }) => [line, from, target])).toEqual([
      [6, 0, '/b/'],
      [7, 1, '/d'],
      [8, 'nginx:1.27', '/f'],
    ]);
  });

  test('an image that only the build knows is told as that', () => {
    const { stages, unknown } = parseDockerfile('ARG BASE\nFROM ${BASE}');
    expect(stages[0]?.image).toBe('${BASE}');
    expect(unknown).toEqual([{ line: 2, value: 'what image ${BASE} is' }]);
  });

  test('a stage has the environment, user and program of the one it is built on, and runs its ONBUILD', () => {
    const { stages } = parseDockerfile(
      [
        'FROM golang:1.24 AS base',
        'ENV CGO_ENABLED=0',
        'USER 1000',
        'ENTRYPOINT ["/app"]',
        'ONBUILD RUN go build -o /app .',
        'FROM base',
        'ENV GODEBUG netdns=go,http2debug=1',
        'CMD ["serve"]',
      ].join('\n'),
    );
    const [base, child] = stages;
    expect(base?.builds).toEqual([]);
    expect(child?.builds).toMatchObject([{ line: 5, cgoEnabled: { value: '0', line: 2 }, output: '/app' }]);
    expect(child?.env.get('GODEBUG')).toEqual({ value: 'netdns=go,http2debug=1', line: 7 });
    expect(child?.user).toEqual({ value: '1000', line: 3 });
    expect(child?.program).toEqual({ value: '/app', line: 4 });
  });

  test('ENV in both forms, over several lines; one of them sees the values of before it', () => {
    const { env } = only(
      ['FROM x', 'ENV A=1 B="two words" \\', '  # comment', '  C=$A', 'ENV A 2', 'ENV A=3 D=$A'].join('\n'),
    );
    expect(Object.fromEntries(env)).toEqual({
      A: { value: '3', line: 6 },
      B: { value: 'two words', line: 2 },
      C: { value: '$A', line: 4 },
      D: { value: '2', line: 6 },
    });
  });

  test('USER and WORKDIR take variables; paths of COPY are from the root', () => {
    const { copies, user } = only(
      [
        'FROM golang:1.24',
        'ARG DIR=app',
        'WORKDIR $GOPATH/src',
        'WORKDIR $DIR',
        'COPY a b ./',
        'USER $DIR',
      ].join('\n'),
    );
    expect(copies).toEqual([{ line: 5, sources: ['/a', '/b'], target: '/go/src/app/' }]);
    expect(user).toEqual({ value: 'app', line: 6 });
  });

  test('text of here-documents is no instruction and no path', () => {
    const stage = only(
      ['FROM x', 'COPY <<EOF /etc/nsswitch.conf', 'RUN go build', 'EOF', 'CMD ["/a"]'].join('\n'),
    );
    expect(stage.copies).toEqual([{ line: 2, sources: ['<<EOF'], target: '/etc/nsswitch.conf' }]);
    expect(stage.builds).toEqual([]);
    expect(stage.program?.line).toBe(5);
  });

  test.each([
    [
      'a byte order mark and ends of lines of Windows',
      '\uFEFFFROM golang:1.24\r\nRUN apk add gcc \\\r\n musl-dev\r\n',
    ],
    ['another escape', '# escape=`\nFROM golang:1.24\nRUN apk add gcc `\n musl-dev'],
  ])('%s', (_, text) => {
    expect(only(text).packages.map(({ value }) => value)).toEqual(['gcc', 'musl-dev']);
  });
});

describe('what go build is told', () => {
  test.each<[string, Partial<GoBuild>]>([
    ['RUN CGO_ENABLED=0 go build', { line: 2, cgoEnabled: { value: '0', line: 2 } }],
    [
      'RUN set -ex && \\\n  # why\n\n  export CGO_ENABLED=1 && \\\n  go build',
      { line: 6, cgoEnabled: { value: '1', line: 5 } },
    ],
    ['RUN env CC=musl-gcc go install ./cmd/a', { cc: { value: 'musl-gcc', line: 2 }, output: '/go/bin/a' }],
    ['ENV CGO_ENABLED=1\nRUN CGO_ENABLED=0 go build', { line: 3, cgoEnabled: { value: '0', line: 3 } }],
    ['ARG CGO_ENABLED=0\nENV CGO_ENABLED=1\nRUN go build', { cgoEnabled: { value: '1', line: 3 } }],
    ['RUN go env -w CGO_ENABLED=0\nRUN go build', { line: 3, cgoEnabled: { value: '0', line: 2 } }],
    // Not exported, Go does not see it; within a subshell it ends there.
    ['RUN CGO_ENABLED=0; go build', {}],
    ['RUN (export CGO_ENABLED=0); go build', {}],
    // What a branch does, the text does not tell.
    ['ENV CGO_ENABLED=1\nRUN if true; then export CGO_ENABLED=0; fi; go build', {}],
    [
      'RUN go build -tags "netgo osusergo" -ldflags=\'-s -extldflags "-static"\' -o out/ ./...',
      { tags: ['netgo', 'osusergo'], ldflags: '-s -extldflags "-static"', output: '/go/out/' },
    ],
    [
      'ENV GOFLAGS="-tags=netgo -buildmode=pie"\nRUN go build',
      { tags: ['netgo'], buildmode: { value: 'pie', line: 2 } },
    ],
    ['ENV GOFLAGS=-tags=netgo\nRUN go build -tags=a,b', { tags: ['a', 'b'] }],
    [
      'ARG TARGETOS TARGETARCH\nRUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build',
      { goos: '$TARGETOS', goarch: '$TARGETARCH' },
    ],
    ['RUN cd /src && go build -C cmd -o x .', { output: '/src/cmd/x' }],
    ['RUN sh -c "cd /a && \\\n  CGO_ENABLED=0 go build -o b"', { line: 3, output: '/a/b' }],
    [
      'RUN ["/bin/sh", "-ec", "CGO_ENABLED=0 go build -o /x"]',
      { cgoEnabled: { value: '0', line: 2 }, output: '/x' },
    ],
    ['RUN ["go", "build", \\\n "-o", "/x"]', { line: 2, output: '/x' }],
    [
      'RUN --mount=type=cache,target=/root/.cache --network=none \\\n  go build -o /x',
      { line: 3, output: '/x' },
    ],
    [
      'RUN <<EOF\n# go build\nexport CGO_ENABLED=0\ngo build -o /x\nEOF',
      { line: 5, cgoEnabled: { value: '0', line: 4 } },
    ],
    ['RUN <<-"EOF" bash\n\tgo build -o /x\n\tEOF', { line: 3, output: '/x' }],
    ['RUN echo "go build" && # go build\n', { line: 0 }],
    ['RUN /usr/local/go/bin/go build -o /x || exit 1', { output: '/x' }],
    ['RUN if ! go build -o /x; then exit 1; fi', { output: '/x' }],
    ['RUN go install github.com/a/tool/v2@latest', { output: '/go/bin/tool' }],
  ])('%s', (run, expected) => {
    if (expected.line === 0) return expect(only(`FROM golang:1.24\n${run}`).builds).toEqual([]);
    const found = build(run);
    expect(found).toMatchObject(expected);
    if (Object.keys(expected).length === 0) expect(found.cgoEnabled).toBeUndefined();
  });

  test('go test, go mod, comments and texts build nothing', () => {
    const { builds } = only(
      'FROM golang\nRUN go test ./... && go mod download && echo "go build" # go build\n',
    );
    expect(builds).toEqual([]);
  });
});

describe('packages, files and scripts', () => {
  test('what apk, apt-get and dnf install, with the line of each', () => {
    const { packages } = only(
      [
        'FROM x',
        'ARG DEPS="git make"',
        'RUN apk add --no-cache --virtual .build gcc=14.2.0-r4 \\',
        '  g++ && apk del curl',
        'RUN apt-get update && apt-get install -y -t bookworm-backports libsqlite3-0:amd64 $DEPS',
        'RUN microdnf install sqlite-libs',
      ].join('\n'),
    );
    expect(packages.map(({ value, line }) => `${line} ${value}`)).toEqual([
      '3 gcc',
      '4 g++',
      '5 libsqlite3-0',
      '5 git',
      '5 make',
      '6 sqlite-libs',
    ]);
  });

  test('what RUN writes', () => {
    const { writes } = only(
      'FROM x\nRUN echo "hosts: files dns" > /etc/nsswitch.conf && \\\n  ln -s /lib/libc.musl-x86_64.so.1 /lib64/ld-linux-x86-64.so.2',
    );
    expect(writes).toContainEqual({ value: '/etc/nsswitch.conf', line: 2 });
    expect(writes).toContainEqual({ value: '/lib64/ld-linux-x86-64.so.2', line: 3 });
  });

  test('make and scripts are told as unknown, programs of the image are not', () => {
    const { unknown } = parseDockerfile(
      'FROM x\nRUN make -C src\nRUN ./build.sh && bash hack/build.bash && /usr/bin/true && go vet ./...\n',
    );
    expect(unknown).toEqual([
      { line: 2, value: 'what make builds' },
      { line: 3, value: 'what ./build.sh builds' },
      { line: 3, value: 'what hack/build.bash builds' },
    ]);
  });

  test('the shell of Windows is not read', () => {
    const { unknown } = parseDockerfile('FROM x\nSHELL ["powershell", "-Command"]\nRUN go build\n');
    expect(unknown).toEqual([{ line: 3, value: 'a RUN that cannot be read to its end' }]);
  });
});
