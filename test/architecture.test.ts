import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What a part may import besides itself: the flow of docs/architecture.md, in one direction. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  resolver: [],
  libc: ['resolver'],
  golang: ['libc', 'resolver'],
  config: [],
  journal: ['golang', 'libc', 'resolver'],
  watch: ['journal', 'golang', 'libc', 'resolver', 'config'],
  diagnose: ['journal', 'golang', 'libc', 'resolver'],
  serve: ['diagnose', 'journal', 'golang', 'libc', 'resolver', 'config', 'version.ts'],
  'daemon.ts': ['watch', 'journal', 'diagnose', 'serve', 'config'],
  commands: ['daemon.ts', 'logger.ts', 'watch', 'journal', 'diagnose', 'serve', 'config', 'version.ts'],
  'cli.ts': ['commands', 'config', 'version.ts'],
  'logger.ts': [],
  'version.ts': [],
};
const KNOWLEDGE = ['golang', 'libc', 'resolver'];

const root = join(import.meta.dirname, '../src');
const part = (file: string) => file.split('/')[0] ?? '';
const files = globSync('**/*.ts', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));
const imports = files.flatMap(({ file, text }) =>
  [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target = '']) => ({ file, target })),
);

describe('the parts import in one direction', () => {
  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(imports.filter(({ target }) => target.startsWith('.')))(
    '$file imports $target',
    ({ file, target }) => {
      const imported = part(normalize(join(dirname(file), target)));
      if (imported !== part(file) && imported !== '..') expect(MAY_IMPORT[part(file)]).toContain(imported);
    },
  );

  it('knowledge does no I/O: of Node.js it uses isIP alone', () => {
    const used = files
      .filter(({ file }) => KNOWLEDGE.includes(part(file)))
      .flatMap(({ text }) => [...text.matchAll(/import .* from 'node:.*';/g)].map(([line]) => line));
    expect(new Set(used)).toEqual(new Set(["import { isIP } from 'node:net';"]));
  });
});

describe('files stay readable', () => {
  it.each(files.map(({ file, text }) => [file, text.split('\n').length] as const))(
    '%s has under 200 lines',
    (_, lines) => {
      expect(lines).toBeLessThan(201);
    },
  );
});
