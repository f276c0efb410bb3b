import type { ElfFile } from '../elf/elf-file.ts';
import type { ReadBytes } from '../elf/read-bytes.ts';
import type { BuildInfo } from '../golang/build-info.ts';
import { holdsFunction } from '../golang/function-names.ts';
import type { BinaryFacts } from './binary-facts.ts';
import { goLibrary } from './go-library.ts';

type CgoResolver = Pick<BinaryFacts, 'cgoResolver' | 'cgoResolverBecause'>;

/** What cmd/cgo names the call of net/cgo_unix.go that also returns errno: the same in Go 1.15 to 1.27. */
const CALL = 'net._C2func_getaddrinfo';
/** Of the standard library, and in every program that has its net package. */
const CONTROL = 'sync.(*Once).doSlow';

/** Whether Go's net package in a program calls getaddrinfo; C code beside it may too, which is another matter. */
export async function cgoResolverOf(
  read: ReadBytes,
  elf: ElfFile,
  { build, isGo }: { build: BuildInfo | undefined; isGo: boolean },
): Promise<CgoResolver> {
  if (!isGo) return unknown('nothing in it is of Go');
  if (build?.settings.get('CGO_ENABLED') === '0') return absent('built with CGO_ENABLED=0');
  const holds = await holdsFunction(read, elf, CALL);
  const { needed = [], imports = [] } = elf.dynamic ?? {};
  const isImported = imports.some(({ name }) => name === 'getaddrinfo');
  if (holds) return present(`holds ${CALL}${isImported ? ' and imports getaddrinfo' : ''}`);
  const other = goLibrary(needed);
  if (other !== undefined) return unknown(`Go's net package is in ${other}`);
  if (holds === false && (isOpen(build) || (await holdsFunction(read, elf, CONTROL)))) {
    return absent(`holds no ${CALL}${isImported ? '; C code in it imports getaddrinfo' : ''}`);
  }
  if (isImported) return present('imports getaddrinfo');
  if (needed.length > 0) return absent('imports no getaddrinfo');
  return unknown('statically linked, and the names of its functions are not to be seen');
}

/** Whether functions have their names: garble renames them, and takes out what tells how a program was built. */
function isOpen(build: BuildInfo | undefined): boolean {
  return build !== undefined && build.goVersion !== 'unknown';
}

function present(cgoResolverBecause: string): CgoResolver {
  return { cgoResolver: 'present', cgoResolverBecause };
}

function absent(cgoResolverBecause: string): CgoResolver {
  return { cgoResolver: 'absent', cgoResolverBecause };
}

function unknown(cgoResolverBecause: string): CgoResolver {
  return { cgoResolver: 'unknown', cgoResolverBecause };
}
