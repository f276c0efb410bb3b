import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findStartupFailure } from '../../src/libc/startup-failures.ts';

describe('a program that did not start, as each launcher words it', () => {
  it.each([
    ['busybox', 'sh: /app: not found', 'loader-missing', '/app'],
    ['busybox by path', '/bin/sh: /app/app-glibc: not found', 'loader-missing', '/app/app-glibc'],
    ['dash', 'dash: 1: /app: not found', 'loader-missing', '/app'],
    ['dash by path', '/bin/sh: 1: /m/app-musl: not found', 'loader-missing', '/m/app-musl'],
    ['a script of dash', '/entrypoint.sh: 3: ./server: not found', 'loader-missing', './server'],
    ['a script of busybox', './entrypoint.sh: line 3: /server: not found', 'loader-missing', '/server'],
    ['dash, exec', 'sh: 1: exec: /app: not found', 'loader-missing', '/app'],
    ['dash, exec in a script', '/entrypoint.sh: 3: exec: /app: not found', 'loader-missing', '/app'],
    ['busybox, exec', 'sh: exec: line 0: /app: not found', 'loader-missing', '/app'],
    [
      'coreutils in UTF-8',
      'chroot: failed to run command ‘/orphan’: No such file or directory',
      'loader-missing',
      '/orphan',
    ],
    ['bash 5.2', 'bash: line 1: /app: cannot execute: required file not found', 'loader-missing', '/app'],
    ['runc', 'exec /app: no such file or directory', 'loader-missing', '/app'],
    ['tini', '[FATAL tini (7)] exec /app failed: No such file or directory', 'loader-missing', '/app'],
    [
      'old runc',
      'standard_init_linux.go:228: exec user process caused: no such file or directory',
      'loader-missing',
      undefined,
    ],
    [
      'crun',
      'exec container process (missing dynamic library?) `/app/app-glibc`: No such file or directory',
      'loader-missing',
      '/app/app-glibc',
    ],
    [
      'chroot',
      "chroot: failed to run command '/app/app-glibc': No such file or directory",
      'loader-missing',
      '/app/app-glibc',
    ],
    ['env', "env: '/app': No such file or directory", 'loader-missing', '/app'],
    [
      'CRI prefix',
      '2026-11-23T10:00:00.1Z stderr F exec /app: no such file or directory',
      'loader-missing',
      '/app',
    ],
    [
      'musl, library',
      'Error loading shared library libresolv.so.2: No such file or directory (needed by /app)',
      'library-missing',
      '/app',
    ],
    ['musl, symbol', 'Error relocating /app: __res_search: symbol not found', 'symbol-missing', '/app'],
    [
      'glibc, version',
      "/app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app)",
      'glibc-too-old',
      '/app',
    ],
    [
      'glibc, library',
      '/app: error while loading shared libraries: librdkafka.so.1: cannot open shared object file: No such file or directory',
      'library-missing',
      undefined,
    ],
  ])('%s', (_, text, kind, program) => {
    const failure = findStartupFailure(text);
    expect(failure?.kind).toBe(kind);
    expect(failure?.program).toBe(program);
    if (kind) expect(text).toContain(failure?.text);
  });
});

describe('what is no failure of the loader', () => {
  it.each([
    // runc and containerd, the file really missing.
    'runc run failed: unable to start container process: exec: "/app": stat /app: no such file or directory',
    'exec: "app": executable file not found in $PATH',
    'exec: "/app": permission denied',
    // A command that is not installed.
    'sh: curl: not found',
    // The application, starting another program or reading a file.
    'fork/exec /usr/bin/git: no such file or directory',
    'open /etc/app.conf: no such file or directory',
    'GET /app: not found',
    'http: 404: /app: not found',
    'user 42: not found',
    'cat: /etc/app.conf: No such file or directory',
  ])('%s', (text) => {
    expect(findStartupFailure(text)).toBeUndefined();
  });
});

test('random and hostile text is read in bounded time', () => {
  for (const piece of ['exec /', 'version `GLIBC_', 'Error relocating x: ', 'sh: /', "env '/a"]) {
    findStartupFailure(piece.repeat(65_536 / piece.length));
  }
  fc.assert(fc.property(fc.string(), (text) => findStartupFailure(text) === undefined || true));
});
