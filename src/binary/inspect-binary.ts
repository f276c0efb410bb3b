import { ElfError } from '../elf/elf-error.ts';
import type { ElfFile } from '../elf/elf-file.ts';
import { isGoBinary } from '../elf/go-binary.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';
import { readElf } from '../elf/read-elf.ts';
import type { BuildInfo } from '../golang/build-info.ts';
import { readBuildInfo } from '../golang/read-build-info.ts';
import type { BinaryFacts } from './binary-facts.ts';
import { cgoResolverOf } from './cgo-resolver.ts';
import { glibcNeeded } from './glibc-needed.ts';
import { goLibrary } from './go-library.ts';
import { dynamicLibc, staticLibc } from './libc.ts';
import { linkageOf } from './linkage.ts';
import { isPackedByUpx } from './packed.ts';
import { checkWhole } from './whole.ts';

/** Reads what an ELF program says of itself. An ElfError where it is no program, or one that could not run. */
export async function inspectBinary(read: ReadBytes): Promise<BinaryFacts> {
  const elf = await readElf(read);
  await checkWhole(read, elf.programs);
  const linked = linkedAs(elf);
  if (await isPackedByUpx(read, elf)) {
    const cgoResolverBecause = 'packed by UPX: nothing of the program is to be seen';
    return {
      ...linked,
      libc: 'unknown',
      cgoResolver: 'unknown',
      cgoResolverBecause,
      isGo: false,
      packed: 'upx',
    };
  }
  const hasMarks = await isGoBinary(read);
  // Who takes away the names of sections may have taken the other marks too: then all of it is looked through.
  const build = hasMarks || elf.sections.length === 0 ? await readBuildInfo(read, elf) : undefined;
  requireLinux(build);
  const isGo = hasMarks || build !== undefined || goLibrary(linked.needed) !== undefined;
  return {
    ...linked,
    libc: elf.interpreter === undefined ? await libcWithin(read, elf, build) : dynamicLibc(elf),
    ...(await cgoResolverOf(read, elf, { build, isGo })),
    ...(build && { build }),
    isGo,
  };
}

/** An ElfError where a program is for another system, which Linux would start all the same. */
function requireLinux(build: BuildInfo | undefined): void {
  const system = build?.settings.get('GOOS') ?? 'linux';
  if (system !== 'linux' && system !== 'android')
    throw new ElfError(`a program for GOOS=${JSON.stringify(system)}`);
}

/** What the headers alone tell. */
function linkedAs(elf: ElfFile) {
  const { arch, interpreter, dynamic } = elf;
  const glibc = dynamic && glibcNeeded(dynamic.versionsNeeded);
  return {
    arch,
    linkage: linkageOf(elf),
    ...(interpreter !== undefined && { interpreter }),
    needed: dynamic?.needed ?? [],
    runpath: dynamic?.runpath ?? [],
    ...(dynamic?.isRpath && { isRpath: true as const }),
    imports: dynamic?.imports ?? [],
    ...(glibc !== undefined && { glibcNeeded: glibc }),
  };
}

/** cmd/go: without cgo nothing of C is linked. */
async function libcWithin(
  read: ReadBytes,
  elf: ElfFile,
  build: BuildInfo | undefined,
): Promise<BinaryFacts['libc']> {
  return build?.settings.get('CGO_ENABLED') === '0' ? 'none' : staticLibc(read, elf);
}
