import type { NativeModule } from '../golang/native-modules/native-module.ts';
import { minorText } from '../golang/versions.ts';
import type { Advice, Question } from './advice.ts';
import type { Decision } from './decision.ts';
import type { NativeUse } from './native-uses.ts';
import { mayHideC } from './own-c.ts';

/** Names that are listed in one line. */
const MAX_NAMES = 4;

/** Why, one line a decision, the weightiest first. */
export function reasons(decision: Decision, question: Question): string[] {
  const { uses, target, builder, given } = decision;
  const { tooOld } = given;
  return [
    ...uses.filter(({ needsCgo }) => needsCgo).map(neededLine),
    ...ownLines(decision),
    ...wishLines(decision),
    ...(decision.cgoEnabled === '0' ? withoutC(decision, question) : []),
    ...alternatives(decision),
    ...target.because,
    ...resolverLines(decision),
    ...tagLines(decision),
    ...uses.filter(({ needsCgo }) => !needsCgo).map(unusedLine),
    ...replacedLines(decision, question),
    `Go ${minorText(builder.minor)}: ${builder.because}`,
    ...(tooOld
      ? [
          `${tooOld.image} in line ${tooOld.line} of the Dockerfile is older than go.mod asks for: go build stops there`,
        ]
      : []),
  ];
}

/** For the Dockerfile: what decided over CGO_ENABLED. Of tables alone, for it is written into a file. */
export function buildReason({ cgoEnabled, modules, own }: Decision): string {
  const needed = modules.find(({ needsCgo }) => needsCgo !== 'never');
  if (needed) return `CGO_ENABLED=1: ${needed.path} is C.`;
  if (own.functions.length > 0 || own.libraries.length > 0) return 'CGO_ENABLED=1: the program calls C.';
  if (cgoEnabled === '1') return 'CGO_ENABLED=1: names are looked up by libc.';
  if (modules.length > 0)
    return 'CGO_ENABLED=0: C is called without cgo, by libraries that are opened at run time.';
  return 'CGO_ENABLED=0: no module needs C; Go’s own resolver is the only one, and the binary is static.';
}

function neededLine(use: NativeUse): string {
  const { module } = use;
  const without =
    module.withoutCgo === 'error'
      ? `without, the build succeeds and using it fails: ${module.stub}`
      : 'without, the build fails';
  const tag = module.withoutTag === undefined ? '' : `, or with -tags ${module.withoutTag} it does less`;
  return `${use.path}${where(use)} is ${module.what}: CGO_ENABLED=1; ${without}${tag}`;
}

function where({ told, line }: NativeUse): string {
  switch (told) {
    case 'binary':
      return ' in the binary';
    case 'indirect':
      return ` (go.mod line ${line}, indirect)`;
    case 'direct':
      return ` (go.mod line ${line})`;
    case 'go.sum':
      return ` (go.sum line ${line})`;
  }
}

function ownLines({ own, uses }: Decision): string[] {
  const { functions, libraries } = own;
  return [
    ...(functions.length > 0 && !uses.some(({ needsCgo }) => needsCgo)
      ? [`the binary calls C that Go’s own packages do not: ${listed(functions)}; so CGO_ENABLED=1`]
      : []),
    ...(libraries.length > 0
      ? [
          `the binary is linked with ${listed(libraries)}: the image has to have what no module known here explains`,
        ]
      : []),
  ];
}

function wishLines({ wish }: Decision): string[] {
  if (wish === undefined) return [];
  return [
    `${wish} asks for libc’s resolver: CGO_ENABLED=1; where no name comes from an NSS module (LDAP, mDNS), leave it out`,
  ];
}

function withoutC({ given, modules }: Decision, question: Question): string[] {
  if (modules.length > 0) return [];
  return [
    `${seenWithoutC(question)}: with CGO_ENABLED=0 Go’s own resolver is the only one, and the binary starts on any base image`,
    ...(given.buildmode === 'pie'
      ? [
          '-buildmode=pie is left out: with it Go asks for glibc’s loader though nothing is linked dynamically',
        ]
      : []),
  ];
}

/** What shows that C is not needed, as far as it does. */
function seenWithoutC({ binary, goMod }: Question): string {
  if (binary?.build) {
    return mayHideC(binary)
      ? 'of the modules in the binary none needs C in any case'
      : 'nothing in the binary needs C beside Go’s net and os/user, which do without';
  }
  if (goMod) return 'go.mod requires no module that is known to need cgo in any case';
  if (binary)
    return `the binary ${binary.isGo ? 'holds no build information' : 'is not of Go'}: taken for a program without C`;
  return 'neither go.mod nor a binary was given: taken for a program without C';
}

/** Each alternative once; all of them make cgo unnecessary. */
function alternatives({ uses, own, cgoEnabled }: Decision): string[] {
  const needed = uses.filter(({ needsCgo }) => needsCgo).map(({ module, path }) => ({ ...module, path }));
  if (cgoEnabled === '0' || needed.length === 0) return [];
  const isPure = (module: NativeModule) => module.pureGo !== undefined;
  const lines = needed.filter(isPure).map(({ path, pureGo }) => {
    const note = pureGo?.note === undefined ? '' : ` (${pureGo.note})`;
    return `in the place of ${path}, without C: ${pureGo?.path}${note}`;
  });
  const isAll = needed.every(isPure) && own.libraries.length === 0;
  return isAll
    ? [...lines.slice(0, -1), `${lines.at(-1)}; then CGO_ENABLED=0 and distroless static do`]
    : lines;
}

function resolverLines({ target: { libc }, tags, cgoEnabled, wish }: Decision): string[] {
  if (cgoEnabled === '0' || wish !== undefined) return [];
  if (tags.includes('netgo')) return ['-tags netgo: names are looked up by Go’s own resolver alone'];
  const when =
    'Go’s own resolver is used until resolv.conf, nsswitch.conf or a variable holds what it leaves to cgo';
  if (libc === 'musl') {
    return [
      `${when}: then musl’s looks up, which needs an answer to both A and AAAA, takes the fastest nameserver’s, and ends the search list at the first failure. GODEBUG=netdns=go keeps Go’s`,
    ];
  }
  return [`${when}: then glibc’s looks up. GODEBUG=netdns=go, or -tags netgo, keeps Go’s`];
}

function tagLines({ given, tags, modules, target }: Decision): string[] {
  const dropped = given.tags.filter((tag) => !tags.includes(tag));
  const musl = target.libc === 'musl' ? modules.filter(({ muslTag }) => muslTag !== undefined) : [];
  return [
    ...musl.map(({ muslTag, path }) => `-tags ${muslTag}: ${path} has a library for either libc`),
    ...(dropped.length > 0 ? [`-tags ${dropped.join(',')} changes nothing in this build`] : []),
  ];
}

function unusedLine(use: NativeUse): string {
  const { needsCgo, packages, optionalFor, what } = use.module;
  const of = `${use.path}${where(use)}`;
  if (needsCgo === 'some-packages') {
    const list = packages?.join(', ');
    return use.told === 'binary'
      ? `${of}: nothing of its packages with C (${list}) is linked`
      : `${of}: only with its packages ${list} is cgo needed, and without it their build fails`;
  }
  if (needsCgo === 'unless-tag') return `${of}: -tags ${use.module.withoutTag} leaves its C out`;
  if (needsCgo === 'optional') return `${of} is ${what}`;
  if (needsCgo === 'never') return `${of} is ${what}; ${optionalFor} import it`;
  return `${of} is optional for ${optionalFor}: where cgo is off, they do without`;
}

/** Only the go command knows what is compiled in: modules of tests and of tools stand in go.mod too. */
export function checkFor({ cgoEnabled }: Decision, { binary }: Question): Advice['check'] {
  if (binary?.build && !mayHideC(binary)) return undefined;
  return {
    command: "CGO_ENABLED=1 go list -deps -f '{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}' .",
    means:
      cgoEnabled === '0'
        ? 'names no package where CGO_ENABLED=0 does'
        : 'names each package with C that is compiled in',
  };
}

function replacedLines({ uses }: Decision, { goMod }: Question): string[] {
  return (goMod?.replaces ?? []).flatMap(({ path, by, line }) => [
    ...(uses.some((use) => use.path === path)
      ? [`${path} is replaced by ${by} (go.mod line ${line}): taken to be of the same kind`]
      : []),
    ...(/^(?:\.\.[/\\]|\/)/.test(by)
      ? [`${by} (go.mod line ${line}) is outside of the module: no build context that begins there has it`]
      : []),
  ]);
}

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
