import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const CLI = join(import.meta.dirname, '../../src/cli.ts');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'inspect', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};
const directory = mkdtempSync(join(tmpdir(), 'inspect-'));
const inDirectory = (name: string) => join(directory, name);

// Node's own binary: linked dynamically, with glibc's loader on every machine that these tests are for.
const NODE = process.execPath;
const empty = inDirectory('root');
mkdirSync(empty);

describe('inspect', () => {
  it('tells all of a program in one JSON document', () => {
    const { status, stdout } = run(NODE, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: NODE,
      buildInfo: false,
      goVersion: null,
      linkage: expect.stringMatching(/^(?:dynamic|pie)$/),
      needed: expect.arrayContaining(['libc.so.6']),
      libc: 'glibc',
      packed: null,
      starts: { scratch: false, 'distroless-static': false, alpine: false },
      rootfs: null,
      findings: [],
    });
  });

  it('fails where it cannot start, and says what is missing', () => {
    const { status, stdout } = run(NODE, '--rootfs', empty, '--json');
    expect(status).toBe(1);
    const { rootfs, interpreter, findings } = JSON.parse(stdout);
    expect(rootfs).toMatchObject({ starts: false, missing: [interpreter], libc: null });
    expect(findings).toEqual([
      expect.objectContaining({ id: 'loader-missing', severity: 'critical', subject: NODE }),
    ]);
    expect(run(NODE, '--rootfs', '/', '--json')).toMatchObject({ status: 0 });
  });

  it('looks for the binary in the root first, and never leaves it', () => {
    const root = inDirectory('image');
    mkdirSync(join(root, 'bin'), { recursive: true });
    copyFileSync(NODE, join(root, 'bin/app'));
    symlinkSync('/bin/app', join(root, 'entry'));
    symlinkSync('../../../../../..', join(root, 'out'));
    expect(run('/entry', '--rootfs', root, '--json').stdout).toContain('"hasBinary":true');
    expect(run(`/out${NODE}`, '--rootfs', root).stderr).toContain('there is no such file');
  });

  it('takes a relative path from the working directory, whatever the root has of that name', () => {
    const root = inDirectory('workdir');
    mkdirSync(join(root, 'app'), { recursive: true });
    const here = inDirectory('app');
    copyFileSync(NODE, here);
    const from = (path: string) => {
      const args = [CLI, 'inspect', path, '--rootfs', root, '--json'];
      return JSON.parse(spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' }).stdout);
    };
    expect(from('app').rootfs.hasBinary).toBe(false);
    expect(from('./app').libc).toBe('glibc');
    // A directory in the root is no program.
    expect(run(here, '--rootfs', root).stdout).toContain('the root directory has no such file');
    copyFileSync(NODE, join(root, 'app/server'));
    expect(from('/app/server').rootfs.hasBinary).toBe(true);
  });

  it('is soon done with a libc that is made of versions', () => {
    const root = inDirectory('hostile');
    mkdirSync(join(root, 'lib'), { recursive: true });
    writeFileSync(join(root, 'lib/libc.so.6'), '\x001.'.repeat(1 << 20));
    writeFileSync(join(root, 'lib/ld-musl-x86_64.so.1'), '/lib/\0'.repeat(1 << 19));
    const before = performance.now();
    expect(run(NODE, '--rootfs', root).status).toBe(1);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('writes SARIF as code hosts take it', () => {
    const { status, stdout } = run(NODE, '--rootfs', empty, '--sarif');
    expect(status).toBe(1);
    const [sarifRun] = JSON.parse(stdout).runs;
    expect(sarifRun.tool.driver.rules[sarifRun.results[0].ruleIndex].id).toBe('loader-missing');
    expect(sarifRun.results).toEqual([
      expect.objectContaining({
        ruleId: 'loader-missing',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: `file://${NODE}` } } }],
      }),
    ]);
  });

  it('is for people without an option, and as wide as it may be', () => {
    const { stdout } = run(NODE, '--rootfs', empty);
    expect(stdout).toMatch(/^ {2}scratch +no start {2}its loader \/lib/m);
    expect(stdout).toContain('In this root directory');
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
  });

  it('has a severity from which on it fails', () => {
    expect(run(NODE, '--rootfs', empty, '--fail-on', 'critical').status).toBe(1);
    expect(run(NODE, '--fail-on', 'info').status).toBe(0);
    expect(run(NODE, '--fail-on', 'fatal')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--fail-on'),
    });
  });

  const torn = inDirectory('torn');
  copyFileSync(NODE, torn);
  truncateSync(torn, 100);
  const cut = inDirectory('cut');
  copyFileSync(NODE, cut);
  truncateSync(cut, statSync(NODE).size / 2);
  const text = inDirectory('te\u001bxt');
  writeFileSync(text, '#!/bin/sh\n');
  spawnSync('mkfifo', [inDirectory('fifo')]);
  symlinkSync('loop', inDirectory('loop'));
  it.each([
    ['no binary', [], 'no binary'],
    ['two', ['a', 'b'], 'one binary at a time'],
    ['two forms', [NODE, '--json', '--sarif'], 'one of the two'],
    ['an unknown option', [NODE, '--nope'], '--nope'],
    ['none there', [inDirectory('none')], 'there is no such file'],
    ['a directory', [directory], 'is a directory'],
    ['a FIFO', [inDirectory('fifo')], 'no regular file'],
    ['a device', ['/dev/zero'], 'no regular file'],
    ['a loop of links', [inDirectory('loop')], 'loop'],
    ['a text', [text], 'no ELF file'],
    ['a torn one', [torn], 'cut off within its program headers'],
    ['half of one', [cut], 'cut off: what it loads goes to byte'],
    ['no root', [NODE, '--rootfs', inDirectory('none')], 'there is no such directory'],
    ['a file as root', [NODE, '--rootfs', text], 'director'],
  ])('given %s ends with one line that says so', (_, args, words) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('\u001b');
  });
});
