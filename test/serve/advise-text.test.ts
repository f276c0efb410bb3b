import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advise/advise.ts';
import { adviseText } from '../../src/serve/advise-text.ts';
import { goModOf, KAFKA, question, SQLITE, VIPS } from '../advise/questions.ts';

const textOf = (...of: Parameters<typeof question>) =>
  stripVTControlCharacters(adviseText(advise(question(...of)), 110));

describe('the answer for a person', () => {
  it('begins with what to set, and ends with the Dockerfile as it is', () => {
    const goMod = goModOf([SQLITE]);
    const text = textOf({ goMod, base: 'alpine:3.21' });
    expect(text.split('\n').slice(0, 5)).toEqual([
      'CGO_ENABLED=1 with musl, run on alpine:3.21',
      '  build in  golang:1.25-alpine with build-base',
      "  flags     -trimpath -ldflags '-s -w'",
      '  install   tzdata',
      '  GODEBUG   netdns=go',
    ]);
    expect(text.endsWith(`\nDockerfile\n${advise({ goMod, base: 'alpine:3.21' }).dockerfile}`)).toBe(true);
  });

  it.each([
    [[], undefined],
    [[SQLITE], 'alpine:3.21'],
    [[SQLITE, KAFKA, VIPS], 'debian:12'],
  ])('is one screen before the Dockerfile: %j on %s', (requires, base) => {
    const [answer = ''] = textOf({ goMod: goModOf(requires), ...(base && { base }) }).split('\nDockerfile\n');
    const lines = answer.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    // The command is to be copied, and is on one line.
    for (const line of lines) if (!line.includes('go list')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('tells what is wrong with the place of it', () => {
    const dockerfile =
      'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM alpine:3.21\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n';
    const text = textOf({ goMod: goModOf([SQLITE]), dockerfile });
    expect(text).toMatch(
      /^CRITICAL {2}.*alpine:3\.21.* {2}\(loader-missing\)\n {2}in {4}the Dockerfile line 3\n {2}seen /m,
    );
  });
});
