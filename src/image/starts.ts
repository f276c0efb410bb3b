import type { BinaryFacts } from '../binary/binary-facts.ts';
import { libcOfLoader } from '../elf/machines.ts';
import type { ImageFacts, JudgeStart, StartVerdict } from './image-facts.ts';

/**
 * Whether the kernel and the loader would get a binary to its entry point in an image, and whose getaddrinfo it has
 * then: load_elf_binary of fs/binfmt_elf.c, elf/dl-load.c and dl-version.c of glibc, ldso/dynlink.c of musl.
 */
export const judgeStart: JudgeStart = (binary, image) => {
  const { interpreter } = binary;
  if (binary.packed) {
    return unknown(`packed by ${binary.packed.toUpperCase()}: what it asks for is not to be seen`);
  }
  if (interpreter === undefined) {
    const why = 'linked statically: it asks for no loader and no library';
    return { starts: true, why, missing: [], resolverLibc: ownLibc(binary), findings: [] };
  }
  return judgeLoader(binary, interpreter, image);
};

function judgeLoader(binary: BinaryFacts, interpreter: string, image: ImageFacts): StartVerdict {
  const { loader } = image;
  if (!loader)
    return fails(binary, `its loader ${interpreter} is not there${otherLibc(image)}`, [interpreter]);
  if (loader.arch !== binary.arch) {
    const of = loader.arch === '' ? 'is no loader' : `is of ${loader.arch}`;
    return fails(binary, `${at(interpreter, loader.leadsTo)} ${of}, the program of ${binary.arch}`, [
      interpreter,
    ]);
  }
  if (loader.libc === 'unknown') {
    return unknown(
      `its loader ${at(interpreter, loader.leadsTo)} may not be read, or is of no libc that is known here`,
    );
  }
  return judgeLibraries(binary, interpreter, image, { ...loader, libc: loader.libc });
}

type KnownLoader = NonNullable<ImageFacts['loader']> & { libc: 'glibc' | 'musl' };

function judgeLibraries(
  binary: BinaryFacts,
  interpreter: string,
  image: ImageFacts,
  loader: KnownLoader,
): StartVerdict {
  const isCompat = loader.libc === 'musl' && isForGlibc(binary, interpreter) && binary.needed.length > 0;
  const findings = isCompat ? (['compat-loader'] as const) : [];
  const missing = [
    ...image.missingLibraries.map(({ soname }) => soname),
    ...image.missingSymbols.map(({ symbol }) => symbol),
  ];
  const resolverLibc = binary.cgoResolver === 'absent' ? 'none' : loader.libc;
  const by = nameOf(loader);
  if (missing.length > 0) {
    const why = whyNot(image, by);
    return { starts: false, why, missing, resolverLibc, findings: ['loader-missing', ...findings] };
  }
  const place = at(interpreter, loader.leadsTo);
  const through = isCompat ? `, through ${image.compat ? `${image.compat} at ${place}` : place}` : '';
  return { starts: true, why: `${by} loads it${through}`, missing, resolverLibc, findings };
}

/** What is said first is what the loader stops at first: musl says all, glibc the first. */
function whyNot({ missingLibraries, missingSymbols }: ImageFacts, by: string): string {
  const [library] = missingLibraries;
  if (library) {
    return `${library.soname} is not where ${by} looks${others(missingLibraries)}, and ${library.neededBy} needs it`;
  }
  const [first] = missingSymbols;
  const isVersion = first !== undefined && /^[A-Z]\w*_[\d.]+$/.test(first.symbol);
  const of = isVersion && first.library !== undefined ? ` of ${first.library}` : '';
  return `${by} has no ${first?.symbol}${of}${others(missingSymbols)}, and ${first?.neededBy} needs it`;
}

function others({ length }: readonly unknown[]): string {
  return length > 1 ? ` (and ${length - 1} more)` : '';
}

/** Without cgo there is no library, and the loader is asked for by -buildmode=pie alone. */
function fails(binary: BinaryFacts, why: string, missing: string[]): StartVerdict {
  const isPlainPie = binary.linkage === 'pie' && binary.needed.length === 0;
  const resolverLibc = binary.cgoResolver === 'absent' ? 'none' : binary.libc;
  return {
    starts: false,
    why,
    missing,
    resolverLibc,
    findings: [isPlainPie ? 'pie-needs-loader' : 'loader-missing'],
  };
}

function unknown(why: string): StartVerdict {
  return { starts: undefined, why, missing: [], resolverLibc: 'unknown', findings: [] };
}

/** Of a static program: what is linked into it, where that is called. */
function ownLibc({ cgoResolver, libc }: BinaryFacts): StartVerdict['resolverLibc'] {
  return cgoResolver === 'absent' ? 'none' : libc;
}

function isForGlibc({ libc }: BinaryFacts, interpreter: string): boolean {
  return libc === 'glibc' || libcOfLoader(interpreter) === 'glibc';
}

function otherLibc({ libcs }: ImageFacts): string {
  return libcs.length === 0 ? ', nor is any libc' : `: the image has ${libcs.map(nameOf).join(' and ')}`;
}

function nameOf({ libc, version }: { libc: string; version?: string }): string {
  return [libc, version].filter(Boolean).join(' ');
}

function at(path: string, leadsTo: string): string {
  return path === leadsTo ? path : `${path} → ${leadsTo}`;
}
