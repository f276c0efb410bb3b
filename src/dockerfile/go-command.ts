import type { GoBuild } from './dockerfile-facts.ts';

/** Flags of `go build` that take a value: `go help build`. All others are switches, also `-x=true`. */
const WITH_VALUE = new Set([
  'C',
  'asmflags',
  'buildmode',
  'compiler',
  'covermode',
  'coverpkg',
  'gccgoflags',
  'gcflags',
  'installsuffix',
  'ldflags',
  'mod',
  'modfile',
  'o',
  'overlay',
  'p',
  'pgo',
  'pkgdir',
  'tags',
  'toolexec',
]);

/** What the command line of a build says; `packages` are its arguments. */
export type GoFlags = Pick<GoBuild, 'tags' | 'ldflags' | 'buildmode' | 'output'> & {
  directory?: string;
  packages: readonly string[];
};

/** Whether a word is Go's command: also `/usr/local/go/bin/go`, `go1.22.3`, xx-go of tonistiigi/xx, garble. */
export function isGoCommand(word: string): boolean {
  return /(?:^|\/)(?:(?:xx-)?go(?:tip|1(?:\.\d+){1,2})?|garble)$/.test(word);
}

/** Reads the arguments behind `go build`, after GOFLAGS: of a flag that is given twice the last counts. */
export function readGoFlags(args: readonly string[], goflags = ''): GoFlags {
  const flags = new Map<string, string>();
  for (const word of goflags.split(/\s+/)) takeFlag([word], 0, flags);
  let at = 0;
  for (let next = at; ; at = next) {
    next = takeFlag(args, at, flags);
    if (next === at) break;
  }
  const [buildmode, output, directory] = [flags.get('buildmode'), flags.get('o'), flags.get('C')];
  return {
    tags: (flags.get('tags') ?? '').split(/[\s,]+/).filter((tag) => tag !== ''),
    ldflags: flags.get('ldflags') ?? '',
    ...(buildmode !== undefined && { buildmode }),
    ...(output !== undefined && { output }),
    ...(directory !== undefined && { directory }),
    packages: args.slice(at),
  };
}

/** Takes the flag at a position, and tells the next one; the same: there is none. */
function takeFlag(args: readonly string[], at: number, flags: Map<string, string>): number {
  const [, name, value] = /^--?([\w]+)(?:=([\s\S]*))?$/.exec(args[at] ?? '') ?? [];
  if (name === undefined) return at;
  if (value !== undefined) flags.set(name, value);
  else if (WITH_VALUE.has(name)) {
    flags.set(name, args[at + 1] ?? '');
    return at + 2;
  }
  return at + 1;
}
