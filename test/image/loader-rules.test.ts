import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLdSoCache } from '../../src/image/ld-so-cache.ts';
import {
  glibcRules,
  muslPathFile,
  muslRules,
  type Searcher,
  withOrigin,
} from '../../src/image/loader-rules.ts';

const program: Searcher = { origin: '/app', runpath: ['$ORIGIN/lib', '/opt/lib'] };
const library: Searcher = { origin: '/app/lib', runpath: [`\${ORIGIN}/more`], parent: program };

describe('glibc looks', () => {
  const rules = glibcRules(new Map([['libz.so.1', ['/usr/local/lib/libz.so.1']]]), ['/lib', '/usr/lib']);

  it('by DT_RUNPATH of what needs the library alone, by the cache, then by what is compiled in', () => {
    expect(rules.candidates('libz.so.1', program)).toEqual([
      ...['/app/lib/libz.so.1', '/opt/lib/libz.so.1', '/usr/local/lib/libz.so.1'],
      ...['/lib/libz.so.1', '/usr/lib/libz.so.1'],
    ]);
    expect(rules.candidates('libq.so', library)).toEqual([
      ...['/app/lib/more/libq.so', '/lib/libq.so', '/usr/lib/libq.so'],
    ]);
    expect(rules.isItself('libc.so.6')).toBe(false);
  });

  it('by DT_RPATH of all that led there, where what needs the library has no DT_RUNPATH', () => {
    const old: Searcher = { ...program, isRpath: true };
    const system = ['/lib/x', '/usr/lib/x'];
    const from = (runpath: string[], isRpath?: true): Searcher => {
      return { origin: '/app/lib', runpath, parent: old, ...(isRpath && { isRpath }) };
    };
    expect(rules.candidates('x', from([]))).toEqual(['/app/lib/x', '/opt/lib/x', ...system]);
    expect(rules.candidates('x', from(['/r'], true))).toEqual([
      '/r/x',
      '/app/lib/x',
      '/opt/lib/x',
      ...system,
    ]);
    expect(rules.candidates('x', from(['/r']))).toEqual(['/r/x', ...system]);
    // The program's DT_RUNPATH is for its own libraries alone.
    expect(rules.candidates('x', { runpath: [], parent: program })).toEqual(system);
  });
});

describe('musl looks', () => {
  it('by DT_RUNPATH of all that led there, then by its path', () => {
    const rules = muslRules('/lib/ld-musl-x86_64.so.1', undefined);
    expect(rules.candidates('libz.so.1', library)).toEqual([
      ...['/app/lib/more/libz.so.1', '/app/lib/libz.so.1', '/opt/lib/libz.so.1'],
      ...['/lib/libz.so.1', '/usr/local/lib/libz.so.1', '/usr/lib/libz.so.1'],
    ]);
    const configured = muslRules('/lib/ld-musl-x86_64.so.1', '/a:/b\n/c\n');
    expect(configured.candidates('x', { runpath: [] })).toEqual(['/a/x', '/b/x', '/c/x']);
    expect(muslRules('/lib/ld-musl-x86_64.so.1', '').candidates('x', { runpath: [] })).toEqual([]);
  });

  it.each(['libc.so.6', 'libc.musl-x86_64.so.1', 'libpthread.so.0', 'libm.so.6', 'libdl.so.2', 'librt.so.1'])(
    'nowhere for %s, which it is itself',
    (name) => {
      expect(muslRules('/lib64/ld-linux-x86-64.so.2', undefined).isItself(name)).toBe(true);
    },
  );

  it.each(['libresolv.so.2', 'libcrypt.so.1', 'libmvec.so.1', 'libcurl.so.4', 'ld-linux-x86-64.so.2'])(
    'for %s',
    (name) => {
      expect(muslRules('/lib64/ld-linux-x86-64.so.2', undefined).isItself(name)).toBe(false);
    },
  );

  it.each([
    ['/lib/ld-musl-x86_64.so.1', '/etc/ld-musl-x86_64.path'],
    ['/lib64/ld-linux-x86-64.so.2', '/etc/ld-musl-x86_64.path'],
    ['/opt/musl/lib/ld-musl-x86_64.so.1', '/opt/musl/etc/ld-musl-x86_64.path'],
  ])('as %s by %s', (loader, file) => {
    expect(muslPathFile(loader, 'x86_64')).toBe(file);
  });
});

describe('withOrigin', () => {
  it.each([
    ['$ORIGIN/../lib', '/app', '/app/../lib'],
    [`\${ORIGIN}`, '/app', '/app'],
    ['$ORIGINAL', '/app', undefined],
    ['/usr/$LIB', '/app', undefined],
    ['$ORIGIN', undefined, undefined],
    // A directory of this name is no pattern.
    ['$ORIGIN', '/a$&b', '/a$&b'],
  ])('%s in %s is %s', (path, origin, expanded) => {
    expect(withOrigin(path, origin)).toBe(expanded);
  });

  it('a hostile search path is cut', () => {
    const runpath = Array.from({ length: 10_000 }, (_, at) => `/${at}`);
    const chain: Searcher = { runpath, parent: { runpath, parent: { runpath } } };
    expect(glibcRules(new Map(), []).candidates('x', chain).length).toBeLessThan(100);
    expect(muslRules('/lib/ld-musl-x86_64.so.1', undefined).candidates('x', chain).length).toBeLessThan(100);
  });
});

describe('parseLdSoCache', () => {
  /** struct cache_file_new: sysdeps/generic/dl-cache.h. */
  function cacheOf(entries: readonly [string, string, number?][], littleEndian: boolean): Buffer {
    const strings: Buffer[] = [];
    const header = Buffer.alloc(48 + 24 * entries.length);
    header.write('glibc-ld.so.cache1.1', 'latin1');
    const put = (value: number, at: number) =>
      littleEndian ? header.writeUInt32LE(value, at) : header.writeUInt32BE(value, at);
    put(entries.length, 20);
    let end = header.length;
    const addString = (text: string) => {
      const at = end;
      strings.push(Buffer.from(`${text}\0`, 'latin1'));
      end += text.length + 1;
      return at;
    };
    entries.forEach(([name, path, hwcap = 0], index) => {
      const at = 48 + 24 * index;
      put(addString(name), at + 4);
      put(addString(path), at + 8);
      put(hwcap, at + 16);
    });
    return Buffer.concat([header, ...strings]);
  }

  it.each([true, false])('of little endian: %s', (littleEndian) => {
    const entries: [string, string, number?][] = [
      ['libz.so.1', '/usr/lib/glibc-hwcaps/x86-64-v3/libz.so.1', 2],
      ['libz.so.1', '/usr/local/lib/libz.so.1'],
      ['libz.so.1', '/usr/lib/libz.so.1'],
    ];
    const found = new Map([['libz.so.1', ['/usr/local/lib/libz.so.1', '/usr/lib/libz.so.1']]]);
    expect(parseLdSoCache(cacheOf(entries, littleEndian), littleEndian)).toEqual(found);
    // ldconfig before 2.32: its older format first.
    const both = Buffer.concat([Buffer.from('ld.so-1.7.0\0\0\0\0\0'), cacheOf(entries, littleEndian)]);
    expect(parseLdSoCache(both, littleEndian)).toEqual(found);
  });

  it('takes anything for a cache', () => {
    const any = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(any, fc.boolean(), (bytes, littleEndian) => void parseLdSoCache(bytes, littleEndian)),
    );
    const entries = fc.property(any, fc.nat(), (bytes, count) => {
      const header = cacheOf([], true);
      header.writeUInt32LE(count >>> 0, 20);
      parseLdSoCache(Buffer.concat([header, bytes]), true);
    });
    fc.assert(entries);
    expect(parseLdSoCache(new Uint8Array(), true).size).toBe(0);
  });
});
