import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advise/advise.ts';
import type { GoMod } from '../../src/golang/go-mod.ts';
import { NATIVE_MODULES } from '../../src/golang/native-modules.ts';
import { adviseText } from '../../src/serve/advise-text.ts';
import { glibc } from './binaries.ts';
import { question } from './questions.ts';

/** Names as a hostile file may have them: a module's, with anything behind. */
const path = fc
  .tuple(
    fc.constantFrom('', ...NATIVE_MODULES.map((module) => `${module.path}/`)),
    fc.string({ unit: 'binary' }),
  )
  .map(([known, more]) => known + more);
const goMod: fc.Arbitrary<GoMod> = fc
  .array(fc.record({ path, version: fc.string(), line: fc.nat(), indirect: fc.boolean() }), { maxLength: 5 })
  .map((requires) => ({
    ...{ module: 'm', go: { version: '1.25', line: 2 }, requires, godebug: new Map() },
    replaces: requires.map((each) => ({ path: each.path, by: each.version, line: 9 })),
  }));
const image = fc.oneof(
  fc.constantFrom(
    'alpine',
    'scratch',
    'debian:12',
    'debian:11\nRUN id',
    'alpine:3.21 AS x',
    'gcr.io/distroless/cc',
  ),
  fc.string({ unit: 'binary' }),
);
const tags = fc.array(fc.oneof(fc.constantFrom('netgo', 'dynamic', 'libsqlite3'), fc.string()), {
  maxLength: 4,
});

/** Each line of the Dockerfile, whatever was given: nothing is run but what a table has. */
const LINE = new RegExp(
  [
    '# [^\\p{C}]*',
    'FROM [\\w./:@-]+(?: AS build)?',
    'RUN apk add --no-cache [\\w.+ -]+',
    'RUN apt-get update && apt-get install -y --no-install-recommends [\\w.+ -]+ \\\\',
    ' {4}&& rm -rf /var/lib/apt/lists/\\*',
    'WORKDIR /src',
    'COPY (?:go\\.mod go\\.sum\\* \\./|\\. \\.|--from=build [\\w./-]+ [\\w./-]+)',
    'RUN (?:--mount=[\\w=,/.-]+ )+(?:go mod download|\\\\)',
    " {4}CGO_ENABLED=[01] go build -trimpath (?:-tags [\\w.,]+ )?-ldflags '[\\w\\s\"-]+' -o /out/app [\\w./-]+",
    'ENV GODEBUG=netdns=go',
    'USER 65532:65532',
    'ENTRYPOINT \\["/app"\\]',
    '',
  ]
    .map((line) => `(?:${line})`)
    .join('|')
    .replace(/^/, '^(?:')
    .replace(/$/, ')$'),
  'u',
);

/** What the text itself writes. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const CONTROL = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('advice of what anybody may have written', () => {
  it('writes into the Dockerfile only what its tables have, or what was tried against a pattern', () => {
    fc.assert(
      fc.property(goMod, image, tags, path, (mod, base, given, main) => {
        const binary = glibc({ path: `example.com/app/${main}`, settings: { '-tags': given.join(',') } });
        for (const asked of [
          { goMod: mod, base },
          { goMod: mod, binary, base },
        ]) {
          for (const line of advise(asked).dockerfile.split('\n')) expect(line).toMatch(LINE);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes no control character to a terminal', () => {
    fc.assert(
      fc.property(goMod, image, path, (mod, base, name) => {
        const binary = glibc({ deps: [name], imports: [name], needed: [name, 'libc.so.6'] });
        const text = [
          adviseText(advise({ goMod: mod, base }), 100),
          adviseText(advise({ binary, base }), 100),
          adviseText(advise(question({ dockerfile: 'FROM \u001b]0;x\u0007\nRUN go build .\n' })), 100),
        ].join('');
        expect(text.replaceAll(COLOUR, '')).not.toMatch(CONTROL);
      }),
      { numRuns: 300 },
    );
  });
});
