import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeDockerfile } from '../../src/dockerfile/judge-dockerfile.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';

const FOLDER = new URL('../fixtures/dockerfiles/', import.meta.url);
const SQLITE = 'github.com/mattn/go-sqlite3';
const KAFKA = 'github.com/confluentinc/confluent-kafka-go/v2';
const ZMQ = 'github.com/pebbe/zmq4';

function judged(name: string, module?: string): string[] {
  const facts = parseDockerfile(readFileSync(new URL(`${name}.Dockerfile`, FOLDER), 'utf8'));
  const goMod =
    module === undefined ? undefined : parseGoMod(`module x\ngo 1.22\nrequire ${module} v1.0.0\n`);
  return judgeDockerfile(facts, goMod).map(({ line, id, severity }) => `${line} ${severity} ${id}`);
}

/** Read by eye: line, severity and id of all that is wrong. */
const ALONE: Readonly<Record<string, string[]>> = {
  'alpine-cgo-without-gcc': ['5 critical build-packages-missing'],
  'alpine-gcc-without-headers': ['5 critical build-packages-missing'],
  'alpine-sqlite': [],
  'alpine-sqlite-no-cgo': [],
  'bookworm-to-bullseye': ['7 critical loader-missing'],
  'cross-builds': ['18 warning loader-missing'],
  'debian-to-alpine': ['8 critical loader-missing'],
  'distroless-static': [],
  'extldflags-without-linkmode': ['5 warning loader-missing', '5 info image-files-missing'],
  'heredoc-netdns': ['14 info cgo-resolver-in-use'],
  'kafka-alpine': [],
  'libc6-compat': ['9 warning compat-loader'],
  'linked-loader': ['7 warning compat-loader'],
  makefile: [],
  'musl-to-debian': ['10 critical loader-missing', '10 info image-files-missing'],
  'netdns-ignored': ['8 warning resolver-not-as-configured'],
  'old-alpine-to-scratch': ['5 warning loader-missing', '5 info image-files-missing'],
  'pie-on-scratch': ['3 critical pie-needs-loader'],
  'scratch-without-files': ['6 warning image-files-missing', '9 critical image-files-missing'],
  'single-stage': [],
  'static-glibc': ['5 warning static-glibc-cgo'],
  'unknown-base': [],
  'zmq-debian': [],
};

const WITH_MODULE: readonly [name: string, module: string, findings: string[]][] = [
  ['alpine-sqlite', SQLITE, []],
  ['alpine-sqlite-no-cgo', SQLITE, ['6 critical native-module-without-cgo']],
  ['alpine-cgo-without-gcc', SQLITE, ['5 critical build-packages-missing']],
  ['distroless-static', SQLITE, ['12 critical native-module-without-cgo']],
  ['bookworm-to-bullseye', SQLITE, ['7 critical loader-missing']],
  ['debian-to-alpine', SQLITE, ['8 critical loader-missing']],
  ['single-stage', SQLITE, []],
  // Without `-tags musl` it takes the static library of glibc.
  ['kafka-alpine', KAFKA, ['7 critical build-packages-missing']],
  ['distroless-static', KAFKA, ['12 critical native-module-without-cgo']],
  // The builder has libzmq3-dev, the image no libzmq5.
  ['zmq-debian', ZMQ, ['11 critical loader-missing']],
  ['single-stage', ZMQ, ['4 critical build-packages-missing']],
];

describe('Dockerfiles of the kinds people write', () => {
  test('each of them is judged here', () => {
    const files = globSync('*.Dockerfile', { cwd: FOLDER.pathname }).map((file) =>
      basename(file, '.Dockerfile'),
    );
    expect(files.sort()).toEqual(Object.keys(ALONE).sort());
  });

  test.each(Object.entries(ALONE))('%s', (name, findings) => {
    expect(judged(name)).toEqual(findings);
  });

  test.each(WITH_MODULE)('%s with %s', (name, module, findings) => {
    expect(judged(name, module)).toEqual(findings);
  });
});
