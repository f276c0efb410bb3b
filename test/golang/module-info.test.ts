import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseModuleInfo } from '../../src/golang/module-info.ts';

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join('');
const settingsOf = (...all: string[]) => Object.fromEntries(parseModuleInfo(lines(...all)).settings);

describe('module information', () => {
  it('tells the main package, its module, what it depends on and how it was built', () => {
    const text = lines(
      'path\texample.org/shop/cmd/cart',
      'mod\texample.org/shop\t(devel)\t',
      'dep\tgithub.com/mattn/go-sqlite3\tv1.14.22\th1:2gZY6PC6kBnID23Tichd1K+Z0oS6nE/XwU+Vz/5o4kU=',
      'dep\texample.org/a\tv1.0.0',
      '=>\texample.org/fork\tv1.0.1\th1:2gZY6PC6kBnID23Tichd1K+Z0oS6nE/XwU+Vz/5o4kU=',
      'dep\texample.org/b\tv0.0.0-00010101000000-000000000000',
      '=>\t../b\t(devel)\t',
      'build\t-compiler=gc',
      'build\tCGO_ENABLED=1',
      'build\tvcs.modified=true',
    );
    expect(parseModuleInfo(text)).toEqual({
      path: 'example.org/shop/cmd/cart',
      main: { path: 'example.org/shop', version: '(devel)' },
      deps: [
        { path: 'github.com/mattn/go-sqlite3', version: 'v1.14.22' },
        {
          path: 'example.org/a',
          version: 'v1.0.0',
          replacedBy: { path: 'example.org/fork', version: 'v1.0.1' },
        },
        {
          path: 'example.org/b',
          version: 'v0.0.0-00010101000000-000000000000',
          replacedBy: { path: '../b', version: '(devel)' },
        },
      ],
      settings: new Map([
        ['-compiler', 'gc'],
        ['CGO_ENABLED', '1'],
        ['vcs.modified', 'true'],
      ]),
    });
  });

  it('unquotes settings as strconv.Unquote does', () => {
    expect(
      settingsOf(
        'build\t-ldflags="-s -w -X \'main.v=a\\tb\' \\"\\\\\\x41\\101\\u00e9\\U0001f600\\xc3\\xa9"',
        'build\t-tags=`a b`',
        'build\tCGO_CFLAGS=',
        'build\tDefaultGODEBUG=netdns=cgo,asynctimerchan=1',
        'build\t"a key"="="',
      ),
    ).toEqual({
      '-ldflags': "-s -w -X 'main.v=a\tb' \"\\AAé😀é",
      '-tags': 'a b',
      CGO_CFLAGS: '',
      DefaultGODEBUG: 'netdns=cgo,asynctimerchan=1',
      'a key': '=',
    });
  });

  it.each([
    'build\t=1',
    'build\tkey',
    'build\ta key=1',
    'build\tkey=a b',
    'build\tkey="a',
    'build\tkey="a"b',
    'build\tkey="\\q"',
    'build\tkey="\\ud800"',
    'build\t"key"',
    'build\t"key" =1',
    'mod\texample.org/a',
    'dep\ta\tb\tc\td',
    '=>\texample.org/a\tv1',
    'built\ta=1',
    'path',
  ])('passes over a line that Go would reject, or not know: %j', (line) => {
    const { main, deps, settings } = parseModuleInfo(lines(line, 'build\tGOOS=linux'));
    expect({ main, deps, settings }).toEqual({ deps: [], settings: new Map([['GOOS', 'linux']]) });
  });

  it('replaces the module of the line before, and no other', () => {
    const { deps } = parseModuleInfo(
      lines('dep\ta\tv1', '=>\tb\tv2\t', '=>\tc\tv3\t', 'dep\tbroken', '=>\td\tv4\t'),
    );
    expect(deps).toEqual([{ path: 'a', version: 'v1', replacedBy: { path: 'b', version: 'v2' } }]);
  });

  it('does not take a line that is cut off for a whole one', () => {
    expect(parseModuleInfo('build\t-tags=netgo\nbuild\tCGO_ENABLED=').settings.size).toBe(1);
  });

  it('takes whatever text', () => {
    const word = fc.constantFrom('path', 'mod', 'dep', '=>', 'build', 'x', '"\\', '"', '`', '=');
    const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary' }), fc.constantFrom('\t', '\n')));
    fc.assert(fc.property(text, (pieces) => void parseModuleInfo(pieces.join(''))));
  });

  it('gives back what Go quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const quoted = `"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
        expect(settingsOf(`build\tkey=${quoted}`)).toEqual({ key: value });
      }),
    );
  });
});
