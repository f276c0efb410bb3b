import { posix } from 'node:path';
import { tagsIn } from '../golang/build-tags.ts';
import type { At, GoBuild } from './dockerfile-facts.ts';

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

/** Whether a word is Go's command: also `/usr/local/go/bin/go`, `go1.22.3`, xx-go of tonistiigi/xx, garble. */
export function isGoCommand(word: string): boolean {
  return /(?:^|\/)(?:(?:xx-)?go(?:tip|1(?:\.\d+){1,2})?|garble)$/.test(word);
}

/** A `go build` or `go install`: the words behind, and where it runs. */
export interface GoCommand {
  program: string;
  line: number;
  verb: 'build' | 'install';
  args: readonly string[];
  env(name: string): At<string> | undefined;
  directory: string;
}

/** What a command builds. GOFLAGS come first: of a flag that is given twice the last counts. */
export function goBuild({ program, line, verb, args, env, directory }: GoCommand): GoBuild {
  const flags = new Map<string, string>();
  const goflags = env('GOFLAGS');
  for (const word of (goflags?.value ?? '').split(/\s+/)) takeFlag([word], 0, flags);
  const always = flags.get('buildmode');
  let at = 0;
  for (let next = takeFlag(args, at, flags); next !== at; next = takeFlag(args, at, flags)) at = next;

  const [cgoEnabled, cc, goos, goarch] = [env('CGO_ENABLED'), env('CC'), env('GOOS'), env('GOARCH')];
  // xx-go sets it by TARGETPLATFORM.
  const arch = goarch?.value ?? (/(?:^|\/)xx-go$/.test(program) ? '$TARGETARCH' : undefined);
  const buildmode = flags.get('buildmode');
  const inDirectory = posix.resolve(directory, flags.get('C') ?? '');
  const name = programName(args.slice(at));
  const bin = env('GOBIN')?.value ?? `${env('GOPATH')?.value ?? '/go'}/bin`;
  const target = flags.get('o') ?? `${verb === 'install' ? bin : '.'}/${name ?? ''}`;
  return {
    line,
    ...(cgoEnabled && { cgoEnabled }),
    tags: tagsIn(flags.get('tags')),
    ldflags: flags.get('ldflags') ?? '',
    ...(buildmode !== undefined && {
      buildmode: { value: buildmode, line: (buildmode === always && goflags?.line) || line },
    }),
    ...(cc && { cc }),
    ...(goos && { goos: goos.value }),
    ...(arch !== undefined && { goarch: arch }),
    packages: args.slice(at),
    output: posix.resolve(inDirectory, target) + (target.endsWith('/') ? '/' : ''),
  };
}

/** What Go calls a program after its package or file; absent: after the directory or module, which the text does not tell. */
function programName(packages: readonly string[]): string | undefined {
  const [path = '', ...more] = packages;
  const name = posix.basename(path.replace(/@.*$/, '').replace(/(?<=.)\/v\d+$/, ''));
  if (/^\.*$/.test(name) || (more.length > 0 && !path.endsWith('.go'))) return undefined;
  return name.replace(/\.go$/, '');
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
