import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DockerfileError } from '../../src/dockerfile/dockerfile-error.ts';
import { judgeDockerfile } from '../../src/dockerfile/judge-dockerfile.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';

const FOLDER = new URL('../fixtures/dockerfiles/', import.meta.url);
const TEXTS = globSync('*.Dockerfile', { cwd: FOLDER.pathname })
  .sort()
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));
const GO_MOD = parseGoMod('module x\ngo 1.22\nrequire github.com/mattn/go-sqlite3 v1.14.0\n');

/** Reads and judges, and checks what holds for every text. */
function check(text: string): void {
  try {
    const facts = parseDockerfile(text);
    const lines = text.split('\n').length;
    for (const { line, title, fix } of judgeDockerfile(facts, GO_MOD)) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(title).not.toMatch(/undefined|NaN/);
      expect(fix).not.toMatch(/undefined|NaN/);
    }
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
  }
}

const PIECES = [
  ...[
    'FROM golang:1.24 AS a\n',
    'FROM a\n',
    'FROM scratch\n',
    'FROM $X\n',
    'ARG X=$X$X\n',
    'ENV A=$A\n',
    'RUN ',
  ],
  ...[
    'go build ',
    '-o /x ',
    '-tags=',
    '&& ',
    '; ',
    '\\\n',
    '# c\n',
    '\n',
    '<<E ',
    'E\n',
    '"',
    "'",
    '$(',
    ')',
    '${',
    '}',
  ],
  ...[
    '`',
    '[',
    ']',
    '"go",',
    'sh -c ',
    'export A=1 ',
    'cd / ',
    'COPY --from=a /x /x\n',
    'ONBUILD ',
    '# escape=`\n',
  ],
  ...[
    'if x; then ',
    'fi',
    'case a in ',
    'esac',
    '(',
    '{ ',
    '\r',
    '\t',
    '\0',
    '\u{2028}',
    '--mount=a ',
    'USER ',
    'CMD ',
  ],
];

describe('hostile Dockerfiles', () => {
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), check), { numRuns: 500 });
  });

  test('pieces in any order', () => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, check), { numRuns: 2000 });
  });

  test('Dockerfiles of which something is gone, doubled or another’s', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...TEXTS), fc.constantFrom(...TEXTS), fc.nat(), fc.nat(), fc.nat(), fc.nat())
      .map(([text, other, a, b, c, d]) => {
        const [from, to] = [a % text.length, b % text.length];
        const [start, end] = [c % other.length, d % other.length];
        return text.slice(0, from) + other.slice(Math.min(start, end), Math.max(start, end)) + text.slice(to);
      });
    fc.assert(fc.property(mutated, check), { numRuns: 1000 });
  });

  const LARGE = 127 << 10;
  const RUN = 'FROM golang:1.24\nRUN ';
  test.each([
    ['substitutions', `${RUN}${'$('.repeat(LARGE / 2)}`],
    ['parentheses', `${RUN}${'('.repeat(LARGE)}`],
    ['here-documents of one line', `${RUN}${'<<E '.repeat(LARGE / 4)}`],
    ['quotes', `${RUN}${'"a'.repeat(LARGE / 2)}`],
    ['JSON', `${RUN}[${'"a",'.repeat(LARGE / 4)}`],
    ['lines that go on', `${RUN}${'a \\\n'.repeat(LARGE / 4)}`],
    ['a comment at the top', '#'.repeat(LARGE)],
    ['braces', `FROM golang:1.24\nENV A=${'${a:-'.repeat(LARGE / 5)}`],
    ['flags', `FROM ${'--a=b '.repeat(LARGE / 6)}`],
  ])(
    '%s to the limit are read in bounded time',
    (_, text) => {
      check(text);
    },
    5_000,
  );

  test.each([
    ['1 MiB', 'FROM x\n'.repeat((1 << 20) / 7), '131072'],
    ['instructions', 'FROM x\n'.concat('RUN a\n'.repeat(2000)), '1024'],
    ['stages', 'FROM x\n'.repeat(300), '256'],
    ['variables', `FROM x\nENV ${'A=1 '.repeat(2000)}`, '1024'],
    ['variables that double', `FROM x\nENV A=${'x'.repeat(100)}\n${'ENV A=$A$A\n'.repeat(50)}`, '1048576'],
  ])('%s: the error names the limit', (_, text, limit) => {
    expect(() => parseDockerfile(text)).toThrow(limit);
    expect(() => parseDockerfile(text)).toThrow(DockerfileError);
  });

  test('what has no FROM is told as no Dockerfile', () => {
    expect(() => parseDockerfile('package main\n')).toThrow('no FROM');
  });
});
