import { describe, expect, it } from 'vitest';
import type { Dynamic } from '../../src/elf/elf-file.ts';
import { type Linked, unresolved } from '../../src/image/unresolved.ts';

function linked(label: string, dynamic: Partial<Dynamic>, symbols?: readonly string[]): Linked {
  const none = { needed: [], runpath: [], versionsNeeded: [], versionsDefined: [], imports: [] };
  return {
    ...{ label, names: new Set([label]), dynamic: { ...none, ...dynamic } },
    ...(symbols && { symbols: new Set(symbols) }),
  };
}

const importing = (...names: string[]) =>
  linked('the program', {
    imports: names.map((name) => ({ name, version: 'GLIBC_2.2.5', library: 'libc.so.6' })),
  });
const symbols = (objects: readonly Linked[], libc: 'glibc' | 'musl', version: string) =>
  unresolved(objects, { libc, version }).map(({ symbol }) => symbol);

describe('musl', () => {
  const musl = linked('libc.so', {}, ['stat', 'fcntl', 'getaddrinfo', 'readdir_r', 'stat64']);
  const later = linked('libc.so', {}, ['stat', 'fcntl', 'getaddrinfo', 'readdir_r']);

  it('has names of large files, as symbols or since 1.2.4 as its loader’s aliases, but never fcntl64', () => {
    const program = importing('stat64', 'fcntl64', 'getaddrinfo');
    expect(symbols([program, musl], 'musl', '1.2.3')).toEqual(['fcntl64']);
    expect(symbols([program, later], 'musl', '1.2.5')).toEqual(['fcntl64']);
    expect(symbols([program, later], 'musl', '1.2.3')).toEqual(['stat64', 'fcntl64']);
    expect(symbols([importing('readdir64_r', 'open64'), later], 'musl', '1.2.10')).toEqual(['open64']);
  });

  it('knows no versions', () => {
    const versioned = linked('the program', {
      versionsNeeded: [{ library: 'libc.so.6', versions: ['GLIBC_2.99'] }],
      imports: [{ name: 'stat', version: 'GLIBC_2.99', library: 'libc.so.6' }],
    });
    expect(symbols([versioned, musl], 'musl', '1.2.3')).toEqual([]);
  });
});

describe('glibc', () => {
  const libc = linked('libc.so.6', { versionsDefined: ['libc.so.6', 'GLIBC_2.2.5', 'GLIBC_2.36'] }, ['stat']);
  const needing = (label: string, ...versions: string[]) =>
    linked(label, { versionsNeeded: [{ library: 'libc.so.6', versions }] }, []);

  it('needs the versions of all objects, and tells each once', () => {
    const objects = [
      needing('the program', 'GLIBC_2.36', 'GLIBC_2.38'),
      libc,
      needing('libx.so', 'GLIBC_2.38'),
    ];
    expect(unresolved(objects, { libc: 'glibc', version: '2.36' })).toEqual([
      { symbol: 'GLIBC_2.38', library: 'libc.so.6', neededBy: 'libx.so' },
    ]);
  });

  it('takes a library without versions for any, and asks none that is not there', () => {
    const program = linked('the program', {
      versionsNeeded: ['libold.so', 'libgone.so'].map((library) => ({ library, versions: ['V_1'] })),
    });
    expect(symbols([program, linked('libold.so', {}, [])], 'glibc', '2.36')).toEqual([]);
  });

  it('a symbol whose version is missing is not told again', () => {
    const program = linked('the program', {
      versionsNeeded: [{ library: 'libc.so.6', versions: ['GLIBC_2.38'] }],
      imports: [
        { name: '__isoc23_strtol', version: 'GLIBC_2.38', library: 'libc.so.6' },
        { name: 'of_a_plugin' },
      ],
    });
    expect(symbols([program, libc], 'glibc', '2.36')).toEqual(['GLIBC_2.38', 'of_a_plugin']);
  });
});

it('what could not be read may have any symbol', () => {
  const unread = { label: 'libsecret.so', names: new Set(['libsecret.so']) };
  expect(symbols([importing('secret'), linked('libc.so', {}, []), unread], 'musl', '1.2.5')).toEqual([]);
});
