import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GoFileError } from '../../src/golang/go-file-error.ts';
import { parseGoMod } from '../../src/golang/parse-go-mod.ts';
import { parseGoSum } from '../../src/golang/parse-go-sum.ts';

/** go.mod and go.sum as Debian 12 ships them: golang-github-jmoiron-sqlx-dev, -docker-notary-dev, -crowdsec-dev. */
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/go-mod/${name}`, import.meta.url), 'utf8');
const required = (text: string) =>
  parseGoMod(`module m\n${text}`).requires.map(({ path, version, line, indirect }) =>
    [path, version, line, ...(indirect ? ['indirect'] : [])].join(' '),
  );
/** The message of what is thrown. */
function refusal(text: string): string {
  try {
    parseGoMod(text);
  } catch (error) {
    expect(error).toBeInstanceOf(GoFileError);
    return (error as GoFileError).message;
  }
  return 'taken';
}

describe('go.mod as the go command reads it', () => {
  it.each([
    ['require a v1.0.0', ['a v1.0.0 2']],
    ['require (\n\ta v1.0.0\n\n\tb v2.0.0 // indirect\n)', ['a v1.0.0 3', 'b v2.0.0 5 indirect']],
    ['require ( // why\n// a comment\na v1.0.0\r\n)\r\n', ['a v1.0.0 4']],
    ['require a v1.0.0 //indirect', ['a v1.0.0 2 indirect']],
    ['require a v1.0.0 // indirect; by hand', ['a v1.0.0 2 indirect']],
    ['require a v1.0.0 // indirectly', ['a v1.0.0 2']],
    ['require a v1.0.0 // indirect too', ['a v1.0.0 2']],
    ['require "a/b" `v1.0.0`', ['a/b v1.0.0 2']],
    ['require "\\x61\\u0062" v1.0.0', ['ab v1.0.0 2']],
    ['require ()\nrequire (\n)', []],
    ['require a v1.0.0//indirect', ['a v1.0.0 2 indirect']],
    ['exclude a v1.0.0\nretract [v1.0.0, v1.9.9] // bad\ntool a/cmd/x\nignore ./web\nignore (\n./x\n)', []],
    ['a-directive-of-go-2 x y z\nrequire a v1.0.0', ['a v1.0.0 3']],
    ['other (\n require a v1.0.0\n)', []],
  ])('%j', (text, expected) => {
    expect(required(text)).toEqual(expected);
  });

  it('tells versions, replacements and GODEBUG', () => {
    const text = [
      'module "example.com/app" // the app',
      'go 1.24.4',
      'toolchain go1.25.1',
      'godebug (',
      '  netdns=cgo',
      '  default=go1.21',
      ')',
      'replace (',
      '  a => ../a',
      '  b v1.0.0 => c v1.2.3',
      '  d => d v1.9.0',
      ')',
    ].join('\n');
    expect(parseGoMod(text)).toEqual({
      module: 'example.com/app',
      go: { version: '1.24.4', line: 2 },
      toolchain: 'go1.25.1',
      requires: [],
      replaces: [
        { path: 'a', by: '../a', line: 9 },
        { path: 'b', by: 'c', line: 10 },
      ],
      godebug: new Map([
        ['netdns', { value: 'cgo', line: 5 }],
        ['default', { value: 'go1.21', line: 6 }],
      ]),
    });
  });

  it.each([
    ['', 'go.mod line 1: no module directive'],
    ['FROM golang:1.24\nRUN go build', 'go.mod line 1: no module directive'],
    ['module m\nmodule n', 'go.mod line 2: a second module directive'],
    ['module m\ngo 1', 'go.mod line 2: go 1: not a Go version such as 1.24 or 1.24.4'],
    ['module m\ngo 1.24\ngo 1.25', 'go.mod line 3: a second go directive'],
    ['module m\n\nrequire (\na v1.0.0\n', 'go.mod line 3: a ( that is not closed'],
    ['module m\nrequire (\na v1.0.0\n) b', 'go.mod line 4: something stands behind a closing )'],
    ['module m\nrequire x (\n)', 'go.mod line 2: a block begins with one word and ('],
    ['module m\nrequire a', 'go.mod line 2: not of the form: require module/path v1.2.3'],
    ['module m\nrequire a v1 x', 'go.mod line 2: not of the form: require module/path v1.2.3'],
    ['module m\nrequire a, v1', 'go.mod line 2: not of the form: require module/path v1.2.3'],
    ['module m\nrequire a [', 'go.mod line 2: [ may not stand here'],
    ["module m\nrequire 'a' v1.0.0", "go.mod line 2: 'a' may not stand here"],
    ['module m\nrequire "a v1.0.0', 'go.mod line 2: a string that is not closed'],
    ['module m\nrequire "\\q" v1.0.0', 'go.mod line 2: an unknown escape in a string'],
    ['module m\n/* no */', 'go.mod line 2: comments are // here'],
    ['module m\nrequire a\u00a0v1.0.0', 'go.mod line 2: a character that may not stand here'],
    ['module m\nrequire a\u0000 v1.0.0', 'go.mod line 2: a character that may not stand here'],
    ['module m\nreplace a => b', 'go.mod line 2: b: neither a version follows nor is it a directory'],
    ['module m\ngodebug netdns', 'go.mod line 2: not of the form: godebug key=value'],
  ])('refuses a file: %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('is bounded', () => {
    expect(refusal(`module m\n// ${'x'.repeat(70_000)}`)).toBe('go.mod line 2: a line of more than 64 KiB');
    expect(refusal(`module m\n${'// x\n'.repeat(4_000_000)}`)).toBe('go.mod line 1: larger than 16 MiB');
  });

  it('names any replacement that is of the wrong form', () => {
    for (const line of ['a', 'a => ', 'a v1 v2 => ./b', 'a => b v1 v2', '=> ./b', 'a b c']) {
      expect(refusal(`module m\nreplace ${line}`)).toMatch(/^go\.mod line 2: not of the form: replace /);
    }
  });

  it.each([
    ['sqlx.mod', 'github.com/jmoiron/sqlx', '1.10', 3, ['github.com/mattn/go-sqlite3 8']],
    [
      'notary.mod',
      'github.com/theupdateframework/notary',
      '1.12',
      53,
      ['github.com/mattn/go-sqlite3 35', 'github.com/miekg/pkcs11 37'],
    ],
    ['crowdsec.mod', 'github.com/crowdsecurity/crowdsec', '1.19', 163, ['github.com/mattn/go-sqlite3 44']],
  ])('reads %s of Debian', (name, module, go, count, native) => {
    const read = parseGoMod(fixture(name));
    expect(read).toMatchObject({ module, go: { version: go, line: 3 } });
    expect(read.requires).toHaveLength(count);
    expect(
      read.requires
        .filter(({ path }) => /go-sqlite3|pkcs11/.test(path))
        .map(({ path, line }) => `${path} ${line}`),
    ).toEqual(native);
  });

  it('takes or refuses anything, in the time of its length', () => {
    const bits = [
      'module m\n',
      'require ',
      'replace ',
      'go ',
      '(',
      ')',
      '\n',
      ' ',
      '"',
      '`',
      '//',
      '=>',
      'a',
      '\\',
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...bits), fc.string())), (parts) => {
        const message = refusal(parts.join(''));
        expect(message).toMatch(/^(?:taken$|go\.mod line [1-9]\d*: )/);
      }),
      { numRuns: 2000 },
    );
    const started = performance.now();
    refusal(`module m\n${`require ${'a'.repeat(60_000)} ${'('.repeat(4000)}\n`.repeat(60)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('go.sum', () => {
  it('tells the modules whose source was there, not those that only chose versions', () => {
    const text =
      'a v1.0.0 h1:x=\na v1.0.0/go.mod h1:y=\r\n\nb v1.0.0/go.mod h1:z=\nc v2.0.0+incompatible h1:w=';
    expect(parseGoSum(text)).toEqual([
      { path: 'a', version: 'v1.0.0', line: 1 },
      { path: 'c', version: 'v2.0.0+incompatible', line: 5 },
    ]);
    expect(parseGoSum(fixture('sqlx.sum')).map(({ path, line }) => `${path} ${line}`)).toEqual([
      'github.com/go-sql-driver/mysql 1',
      'github.com/lib/pq 3',
      'github.com/mattn/go-sqlite3 5',
    ]);
    expect(parseGoSum('')).toEqual([]);
  });

  it('names the line that is broken', () => {
    expect(() => parseGoSum('a v1.0.0 h1:x=\na v1.0.0')).toThrow('go.sum line 2: not of the form');
    expect(() => parseGoSum('a v1.0.0 h1:x= more')).toThrow('go.sum line 1: not of the form');
  });
});
