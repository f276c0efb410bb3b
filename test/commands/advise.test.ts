import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const directory = mkdtempSync(join(tmpdir(), 'advise-'));
const run = (args: readonly string[], cwd = directory) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'advise', ...args], {
    cwd,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

const SQLITE = 'github.com/mattn/go-sqlite3 v1.14.24';
const DOCKERFILE =
  'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM alpine:3.21\nCOPY --from=build /app /app\nENTRYPOINT ["/app"]\n';

/** A directory of these files. */
function project(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(directory, 'project-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

describe('advise', () => {
  it('takes what is in the working directory, fails for what does not start, and names the line', () => {
    const here = project({ 'go.mod': `module m\ngo 1.25\nrequire ${SQLITE}\n`, Dockerfile: DOCKERFILE });
    const { status, stdout } = run(['--json'], here);
    expect(status).toBe(1);
    const advice = JSON.parse(stdout);
    expect(advice).toMatchObject({
      cgoEnabled: '1',
      libc: 'musl',
      baseImage: 'alpine:3.21',
      godebug: 'netdns=go',
    });
    expect(advice.findings).toEqual([
      expect.objectContaining({ id: 'loader-missing', file: 'dockerfile', line: 3 }),
    ]);

    const [result] = JSON.parse(run(['--sarif'], here).stdout).runs[0].results;
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'Dockerfile' },
      region: { startLine: 3 },
    });
  });

  it('takes the Dockerfile that it gives for a good one', () => {
    const here = project({ 'go.mod': `module m\ngo 1.25\nrequire ${SQLITE}\n`, Dockerfile: DOCKERFILE });
    writeFileSync(join(here, 'Dockerfile'), JSON.parse(run(['--json'], here).stdout).dockerfile);
    expect(run(['--json'], here).status).toBe(0);
  });

  it('reads go.sum where go.mod does not name all modules', () => {
    const sum = { 'go.sum': `${SQLITE} h1:x=\n` };
    const old = project({ 'go.mod': 'module m\ngo 1.12\nrequire a v1.0.0\n', ...sum });
    expect(JSON.parse(run(['--json'], old).stdout).because[0]).toContain('(go.sum line 1)');
    expect(JSON.parse(run(['--json', '--go-mod', join(old, 'go.mod')]).stdout).cgoEnabled).toBe('1');
    const newer = project({ 'go.mod': 'module m\ngo 1.25\nrequire a v1.0.0\n', 'go.sum': 'not read\n' });
    expect(JSON.parse(run(['--json'], newer).stdout).cgoEnabled).toBe('0');
  });

  it.each([
    [{ 'go.mod': 'module m\nrequire a\n' }, 'go.mod line 2: not of the form'],
    [{ 'go.mod': 'module m\ngo 1.12\n', 'go.sum': 'a\n' }, 'go.sum line 1: not of the form'],
    [{ Dockerfile: 'RUN true\n' }, 'Dockerfile'],
    [{}, 'nothing to advise on'],
  ])('says of %j what cannot be read', (files, words) => {
    const { status, stderr, stdout } = run([], project(files));
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });

  it('says of a directory and a missing file what they are', () => {
    mkdirSync(join(directory, 'folder'));
    for (const path of ['folder', 'missing']) {
      for (const flag of ['--go-mod', '--dockerfile', '--binary']) {
        const { status, stderr } = run([flag, path]);
        expect(status).toBe(2);
        expect(stderr).toContain(path);
      }
    }
  });
});
