import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followWithin, pathWithin } from '../../src/lookup/path-within.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'netdns-root-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

it.each<[string, Record<string, string>, string]>([
  ['/etc/passwd', {}, '/etc/passwd'],
  ['/lib/ld.so', { '/lib': 'usr/lib' }, '/usr/lib/ld.so'],
  ['/lib64/ld.so', { '/lib64/ld.so': '/lib/musl.so', '/lib': '/usr/lib' }, '/usr/lib/musl.so'],
  ['/a', { '/a': '../../../../../../../etc/passwd' }, '/etc/passwd'],
  ['/a/../../x', { '/a': '/deep/er' }, '/x'],
  ['/a', { '/a': '/proc/self/root/etc' }, '/proc/self/root/etc'],
  ['/a', { '/a': 'gone' }, '/gone'],
])('%s with links %j is %s of that root', (path, links, inside) => {
  for (const [from, to] of Object.entries(links)) link(from, to);
  expect(followWithin(root, path)).toBe(inside);
  expect(pathWithin(root, path)).toBe(join(root, inside));
});

it('links that lead back to themselves lead nowhere', () => {
  link('/a', 'b');
  link('/b', '/c/a');
  link('/c', '.');
  expect(followWithin(root, '/a')).toBeUndefined();
  expect(pathWithin(root, '/a')).toBeUndefined();
});

it('links that are made to keep us busy lead nowhere, soon', () => {
  mkdirSync(join(root, 'd'));
  link('/l0', '/d');
  for (let at = 1; at < 38; at++) link(`/l${at}`, `${'d/../'.repeat(800)}l${at - 1}`);
  expect(followWithin(root, '/l0')).toBe('/d');
  expect(followWithin(root, '/l37')).toBeUndefined();
  expect(followWithin(root, `/${'./'.repeat(2000)}l0//`)).toBe('/d');
});

it('no links lead out', () => {
  const names = ['a', 'b', 'c'];
  const part = fc.constantFrom(...names, '..', '.', '');
  const target = fc.tuple(fc.boolean(), fc.array(part, { maxLength: 6 })).map(([isAbsolute, parts]) => {
    return `${isAbsolute ? '/' : './'}${parts.join('/')}`;
  });
  const places = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'd/a', 'd/b'), target), { maxLength: 4 });
  fc.assert(
    fc.property(places, fc.array(part, { maxLength: 5 }), (links, path) => {
      rmSync(root, { recursive: true });
      mkdirSync(join(root, 'd'), { recursive: true });
      writeFileSync(join(root, 'c'), '');
      for (const [from, to] of new Map(links)) link(from, to);
      const inside = followWithin(root, `/${path.join('/')}`);
      expect(inside === undefined || (inside.startsWith('/') && !inside.split('/').includes('..'))).toBe(
        true,
      );
    }),
    { numRuns: 300 },
  );
});
