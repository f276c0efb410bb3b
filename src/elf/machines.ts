/** Which processors Go builds Linux programs for, and where their loaders are. */
import type { Encoding } from './fields.ts';

/** A processor with one width and byte order: what one GOARCH, one loader and one image are for. */
export interface Machine extends Encoding {
  /** GOARCH. */
  arch: string;
  /** e_machine. */
  number: number;
  /** Where glibc installs its loader: sysdeps/unix/sysv/linux/…/shlib-versions of glibc, the ABI of each distribution. */
  glibc: readonly string[];
  /** Where musl does: arch/…/reloc.h of musl, LDSO_ARCH. */
  musl: readonly string[];
}

const LITTLE_32 = { bits: 32, littleEndian: true } as const;
const BIG_32 = { bits: 32, littleEndian: false } as const;
const LITTLE_64 = { bits: 64, littleEndian: true } as const;
const BIG_64 = { bits: 64, littleEndian: false } as const;

/** internal/syslist of Go has the words, elf(5) the numbers. `armbe` and `arm64be` are words of gccgo's alone. */
const MACHINES: readonly Machine[] = [
  machine('386', 3, LITTLE_32, ['/lib/ld-linux.so.2'], ['/lib/ld-musl-i386.so.1']),
  machine('amd64', 62, LITTLE_64, ['/lib64/ld-linux-x86-64.so.2'], ['/lib/ld-musl-x86_64.so.1']),
  machine('arm64', 183, LITTLE_64, ['/lib/ld-linux-aarch64.so.1'], ['/lib/ld-musl-aarch64.so.1']),
  machine('arm64be', 183, BIG_64, ['/lib/ld-linux-aarch64_be.so.1'], ['/lib/ld-musl-aarch64_be.so.1']),
  machine(
    'arm',
    40,
    LITTLE_32,
    // Hard float (Debian armhf) and soft (armel).
    ['/lib/ld-linux-armhf.so.3', '/lib/ld-linux.so.3'],
    ['/lib/ld-musl-armhf.so.1', '/lib/ld-musl-arm.so.1'],
  ),
  machine(
    'armbe',
    40,
    BIG_32,
    ['/lib/ld-linux.so.3'],
    ['/lib/ld-musl-armeb.so.1', '/lib/ld-musl-armebhf.so.1'],
  ),
  machine('riscv64', 243, LITTLE_64, ['/lib/ld-linux-riscv64-lp64d.so.1'], ['/lib/ld-musl-riscv64.so.1']),
  machine('ppc64le', 21, LITTLE_64, ['/lib64/ld64.so.2'], ['/lib/ld-musl-powerpc64le.so.1']),
  machine('ppc64', 21, BIG_64, ['/lib64/ld64.so.1'], ['/lib/ld-musl-powerpc64.so.1']),
  machine('s390x', 22, BIG_64, ['/lib/ld64.so.1'], ['/lib/ld-musl-s390x.so.1']),
  machine(
    'loong64',
    258,
    LITTLE_64,
    ['/lib64/ld-linux-loongarch-lp64d.so.1'],
    ['/lib/ld-musl-loongarch64.so.1'],
  ),
  machine('mips', 8, BIG_32, ['/lib/ld.so.1'], ['/lib/ld-musl-mips.so.1', '/lib/ld-musl-mips-sf.so.1']),
  machine(
    'mipsle',
    8,
    LITTLE_32,
    ['/lib/ld.so.1'],
    ['/lib/ld-musl-mipsel.so.1', '/lib/ld-musl-mipsel-sf.so.1'],
  ),
  machine(
    'mips64',
    8,
    BIG_64,
    ['/lib64/ld.so.1'],
    ['/lib/ld-musl-mips64.so.1', '/lib/ld-musl-mips64-sf.so.1'],
  ),
  machine(
    'mips64le',
    8,
    LITTLE_64,
    ['/lib64/ld.so.1'],
    ['/lib/ld-musl-mips64el.so.1', '/lib/ld-musl-mips64el-sf.so.1'],
  ),
];

function machine(
  arch: string,
  number: number,
  encoding: Encoding,
  glibc: readonly string[],
  musl: readonly string[],
): Machine {
  return { arch, number, ...encoding, glibc, musl };
}

/** GOARCH of a program; the number of e_machine where Go has no word. */
export function archOf({ machine: number, bits, littleEndian }: Encoding & { machine: number }): string {
  const found = MACHINES.find(
    (row) => row.number === number && row.bits === bits && row.littleEndian === littleEndian,
  );
  return found?.arch ?? String(number);
}

/** Where the loaders of a GOARCH are; none where it is not known. */
export function loadersOf(arch: string): Pick<Machine, 'glibc' | 'musl'> {
  return MACHINES.find((row) => row.arch === arch) ?? { glibc: [], musl: [] };
}

/** Of which libc a loader is, by the name of its file, for Nix and others keep it elsewhere. */
export function libcOfLoader(path: string): 'glibc' | 'musl' | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('ld-musl-')) return 'musl';
  return MACHINES.some(({ glibc }) => glibc.some((loader) => loader.endsWith(`/${name}`)))
    ? 'glibc'
    : undefined;
}
