import type { ElfFile } from '../elf/elf-file.ts';
import { type Extent, findBytes } from '../elf/find-bytes.ts';
import { holdsNote } from '../elf/holds-note.ts';
import { libcOfLoader } from '../elf/machines.ts';
import { PF_W, PF_X, PT_LOAD } from '../elf/program-headers.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';
import type { BinaryFacts } from './binary-facts.ts';

type Libc = BinaryFacts['libc'];

/** NT_GNU_ABI_TAG: csu/abi-note.c of glibc, which is in each of its crt1.o. musl has none. */
const GLIBC_NOTE = { name: 'GNU\0', type: 1 };
/** Constants of what cgo programs always link: __strerror.h of musl, which runtime/cgo calls; elf/dl-tunables.c of glibc. */
const STATIC_MARKS: Readonly<Record<string, Libc>> = {
  '\0No error information\0': 'musl',
  '\0GLIBC_TUNABLES\0': 'glibc',
};
const MARK_BYTES = 32;
const MAX_SEARCHED_BYTES = 1 << 26;

/** Whose libc the loader finds for a program that has one, by what the program asks for. `none`: for no library. */
export function dynamicLibc({ interpreter = '', dynamic }: ElfFile): Libc {
  if (dynamic === undefined || dynamic.needed.length === 0) return 'none';
  const loader = libcOfLoader(interpreter);
  // ldso/dynlink.c of musl, load_library: it is libc.so.6 itself, whoever asks for it.
  if (loader === 'musl') return 'musl';
  const { needed, versionsNeeded } = dynamic;
  const hasGlibcVersions = versionsNeeded.some(({ versions }) =>
    versions.some((version) => version.startsWith('GLIBC_')),
  );
  if (hasGlibcVersions || needed.includes('libc.so.6')) return 'glibc';
  // As Alpine names it, and as musl's own makefile does; but Android has a libc.so too.
  const isMusl = needed.some((name) => name.startsWith('libc.musl-') || (name === 'libc.so' && loader));
  return isMusl ? 'musl' : (loader ?? 'unknown');
}

/** Whose libc is within a program that has no loader; reads its constants where no note tells. */
export async function staticLibc(read: ReadBytes, elf: ElfFile): Promise<Libc> {
  if (await holdsNote(read, elf.programs, elf, GLIBC_NOTE)) return 'glibc';
  const constants = constantsOf(elf);
  const marks = Object.keys(STATIC_MARKS);
  for await (const at of findBytes(read, constants, marks, { limit: MAX_SEARCHED_BYTES })) {
    const found = Buffer.from(await read(at, MARK_BYTES)).toString('latin1');
    const mark = marks.find((each) => found.startsWith(each));
    if (mark !== undefined) return STATIC_MARKS[mark] ?? 'unknown';
  }
  const size = constants.reduce((sum, one) => sum + one.size, 0);
  return size > MAX_SEARCHED_BYTES ? 'unknown' : 'none';
}

/** What is neither written to nor run; where a linker places constants with the code, that. */
function constantsOf({ programs }: ElfFile): Extent[] {
  const loaded = programs.filter(({ type, flags }) => type === PT_LOAD && (flags & PF_W) === 0);
  const data = loaded.filter(({ flags }) => (flags & PF_X) === 0);
  return (data.length > 0 ? data : loaded).map(({ offset, fileSize }) => ({ offset, size: fileSize }));
}
