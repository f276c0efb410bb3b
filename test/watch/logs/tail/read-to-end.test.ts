import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readToEnd } from '../../../../src/watch/logs/tail/read-to-end.ts';
import { Sink, unprivileged } from './rig.ts';

const directory = mkdtempSync(join(tmpdir(), 'read-to-end-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(path: string, size = 1000) {
  const sink = new Sink();
  readToEnd(path, new Uint8Array(size), sink.events.open(path));
  return { text: sink.text, ended: sink.streams[0]?.ended, writtenBy: sink.writtenBy };
}

function errorOf(use: () => unknown): unknown {
  try {
    use();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('reading a log once', () => {
  it('gives all bytes of a file, and says how old they are', () => {
    const path = join(directory, 'app.log');
    const text = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join('');
    writeFileSync(path, text);
    utimesSync(path, 1_000_000, 1_000_000);
    const got = read(path);
    expect(got.text === text).toBe(true);
    expect(got.ended).toBe(true);
    expect(new Set(got.writtenBy)).toEqual(new Set([1_000_000_000]));
  });

  it('gives all bytes of a FIFO', () => {
    const path = join(directory, 'fifo');
    execFileSync('mkfifo', [path]);
    spawn('sh', ['-c', 'seq 100000 > "$0"', path]);
    expect(read(path).text.split('\n')).toHaveLength(100_001);
  });

  it('gives all bytes of the standard input, also of one that is non-blocking', () => {
    const module = join(import.meta.dirname, '../../../../src/watch/logs/tail/read-to-end.ts');
    const program = `
      import { readToEnd } from ${JSON.stringify(module)};
      ${'process.stdin;' /* makes a pipe non-blocking */}
      let length = 0;
      readToEnd('-', new Uint8Array(1000), { write: (bytes) => { length += bytes.length; }, end: () => console.log(length) });`;
    const shell =
      '(head -c 50000 /dev/zero; sleep 0.1; head -c 50000 /dev/zero) | "$0" --input-type=module -e "$1"';
    const { stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, program], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('100000\n');
  });

  it.each([
    ['nothing', 'ENOENT', /none does not exist: check the path/],
    ['a directory', 'EISDIR', /dir .*it is a directory: name the files in it/],
    ['a file that may not be read', 'EACCES', /secret as uid \d+ .*run as its owner/],
  ])('throws what is wrong and what to do: %s', (_, code, message) => {
    mkdirSync(join(directory, 'dir'), { recursive: true });
    chmodSync(directory, 0o755);
    const secret = join(directory, 'secret');
    writeFileSync(secret, 'x');
    chmodSync(secret, 0);
    const path = { ENOENT: join(directory, 'none'), EISDIR: join(directory, 'dir') }[code] ?? secret;
    const error = errorOf(() => unprivileged(() => read(path)));
    expect(error).toMatchObject({
      name: 'UnreadableLogError',
      code,
      path,
      message: expect.stringMatching(message),
    });
  });

  it('lets through what its stream throws', () => {
    const path = join(directory, 'thrown');
    writeFileSync(path, 'x');
    const stream = {
      write() {
        throw new TypeError('a bug of its own');
      },
      end() {},
    };
    expect(() => readToEnd(path, new Uint8Array(10), stream)).toThrow(TypeError);
  });
});
