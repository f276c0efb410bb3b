import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What is known of the world; imports nothing of the flow and does no I/O. */
const KNOWLEDGE = [
  ...['dns', 'resolver', 'golang', 'libc', 'procfs', 'elf', 'binary', 'image', 'dockerfile', 'advise'],
  'kinds.ts',
];
/** Real sockets of the scripted server: not knowledge. */
const SOCKETS = 'dns/net/';
/** What of Node.js is no I/O. */
const PURE_IMPORTS = [
  "import { isIP } from 'node:net';",
  "import { isIPv6 } from 'node:net';",
  "import { posix } from 'node:path';",
];

/** What a part may import besides itself: the flow of docs/architecture.md, in one direction. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  dns: [],
  'kinds.ts': [],
  libc: ['kinds.ts'],
  procfs: [],
  elf: [],
  golang: ['libc', 'elf', 'kinds.ts'],
  binary: ['elf', 'golang'],
  image: ['binary', 'elf', 'golang'],
  dockerfile: ['image', 'golang'],
  advise: ['dockerfile', 'image', 'binary', 'golang'],
  resolver: ['dns', 'libc', 'golang', 'kinds.ts'],
  lookup: ['resolver', 'dns'],
  config: ['resolver'],
  journal: KNOWLEDGE,
  watch: ['lookup', 'journal', 'config', ...KNOWLEDGE],
  diagnose: ['journal', ...KNOWLEDGE],
  serve: ['diagnose', 'journal', 'lookup', 'config', 'version.ts', ...KNOWLEDGE],
  'daemon.ts': ['watch', 'journal', 'diagnose', 'serve', 'config'],
  commands: [
    ...['daemon.ts', 'logger.ts', 'version.ts'],
    ...['watch', 'lookup', 'journal', 'diagnose', 'serve', 'config'],
    ...KNOWLEDGE,
  ],
  'cli.ts': ['commands', 'config', 'version.ts'],
  'logger.ts': [],
  'version.ts': [],
};

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

  it.each(files.filter(({ file }) => KNOWLEDGE.includes(part(file)) && !file.startsWith(SOCKETS)))(
    '$file does no I/O',
    ({ text }) => {
      const used = [...text.matchAll(/^.*from 'node:.*$/gm)].map(([line]) => line);
      expect(PURE_IMPORTS).toEqual(expect.arrayContaining(used));
      expect(text).not.toMatch(
        /\b(?:process\.(?:env|argv|exit|std|hrtime|cwd|nextTick|platform|version)|console\.[a-z]|require\(|fetch\(|setTimeout\()/,
      );
    },
  );

  it('only commands and tests start the scripted server', () => {
    const starters = imports.filter(
      ({ file, target }) => /\bnet\/scripted/.test(target) && !file.startsWith(SOCKETS),
    );
    expect(new Set(starters.map(({ file }) => part(file)))).toEqual(new Set(['commands']));
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
