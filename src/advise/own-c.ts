import type { BinaryFacts } from '../binary/binary-facts.ts';

/**
 * C functions that the packages net, os/user, plugin and runtime/cgo of Go import: read from dynamic cgo binaries of Go
 * 1.15 to 1.27 on glibc and musl. A binary that imports no others needs C for nothing that CGO_ENABLED=0 has not too.
 */
const GO_IMPORTS = new Set(
  [
    'getaddrinfo freeaddrinfo gai_strerror getnameinfo res_search __res_search',
    'getgrgid_r getgrnam_r getgrouplist getpwnam_r getpwuid_r sysconf realloc realpath dlopen dlsym dlerror',
    'abort clearenv fprintf fputc free fwrite malloc mmap munmap nanosleep setenv stderr strerror unsetenv vfprintf',
    '__errno_location __libc_start_main __cxa_finalize __stack_chk_fail',
    'pthread_attr_destroy pthread_attr_getstack pthread_attr_getstacksize pthread_attr_init',
    'pthread_attr_setdetachstate pthread_cond_broadcast pthread_cond_wait pthread_create pthread_detach',
    'pthread_getattr_np pthread_key_create pthread_mutex_lock pthread_mutex_unlock pthread_self',
    'pthread_setspecific pthread_sigmask sigaction sigaddset sigemptyset sigfillset sigismember',
    'setegid seteuid setgid setgroups setregid setresgid setresuid setreuid setuid',
  ].flatMap((line) => line.split(' ')),
);

/** Libraries that cgo alone asks for: the libc, and what older ones had apart. */
const LIBC_NAMES =
  /^(?:libc\.so(?:\.6)?|libc\.musl-\w+\.so\.1|lib(?:pthread|resolv|dl|rt)\.so\.\d|ld-(?:linux|musl)[\w.-]*)$/;

/** Whether C may be in a binary that its imports do not show: what is linked statically imports nothing. */
export function mayHideC({ linkage, libc, packed }: BinaryFacts): boolean {
  return packed !== undefined || (linkage.startsWith('static') && libc !== 'none');
}

export interface OwnC {
  functions: readonly string[];
  /** DT_NEEDED names. */
  libraries: readonly string[];
}

/** What a binary has of C beside Go's own: imported functions, and libraries beside the libc. */
export function ownC({ imports, needed, isGo, cgoResolver }: BinaryFacts): OwnC {
  if (!isGo) return { functions: [], libraries: [] };
  // Without cgo's resolver in it, as with -tags netgo, nothing of Go looks names up by the libc.
  const isGos = (name: string) =>
    GO_IMPORTS.has(name) && !(cgoResolver === 'absent' && /^(?:getaddrinfo|getnameinfo)$/.test(name));
  return {
    functions: imports.flatMap(({ name }) => (isGos(name) ? [] : [name])),
    libraries: needed.filter((name) => !LIBC_NAMES.test(name)),
  };
}
