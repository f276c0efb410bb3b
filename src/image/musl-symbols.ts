/** What of glibc's interface musl has, for programs of glibc that musl's loader loads. */

/**
 * musl, ldso/dynlink.c, load_library: libraries that are musl itself, whatever comes after the dot.
 *
 * @param name of DT_NEEDED: `libc.so.6`, `libpthread.so.0`, `libc.musl-x86_64.so.1`
 */
export function isMuslItself(name: string): boolean {
  return /^lib(?:c|pthread|rt|m|dl|util|xnet)\./.test(name);
}

/** ldso/dynlink.c, lfs64_list of get_lfs64, since 1.2.4; before it all of them were symbols of their own. */
const LFS64 = new Set(
  `aio_cancel aio_error aio_fsync aio_read aio_return aio_suspend aio_write alphasort creat fallocate fgetpos fopen
  freopen fseeko fsetpos fstat fstatat fstatfs fstatvfs ftello ftruncate ftw getdents getrlimit glob globfree
  lio_listio lockf lseek lstat mkostemp mkostemps mkstemp mkstemps mmap nftw open openat posix_fadvise
  posix_fallocate pread preadv prlimit pwrite pwritev readdir scandir sendfile setrlimit stat statfs statvfs tmpfile
  truncate versionsort __fxstat __fxstatat __lxstat __xstat`.split(/\s+/),
);

/** The name that musl's loader takes for a name of glibc's large files: `stat` for `stat64`. */
export function lfs64Alias(name: string): string | undefined {
  if (name === 'readdir64_r') return 'readdir_r';
  const plain = name.endsWith('64') ? name.slice(0, -2) : '';
  return LFS64.has(plain) ? plain : undefined;
}

/**
 * Symbols of glibc that musl has not, of those that C code behind Go asks for: what nm of Debian's libc.so.6 (2.36)
 * has and musl's (1.2.3) has not; 1.2.5 added none of them. `gcompat`: whether gcompat 1.1.0 has them (libgcompat/*.c).
 */
const LACKING: readonly { name: RegExp; gcompat: boolean }[] = [
  // _FORTIFY_SOURCE, which distributions build C code with.
  { name: /^__(?!stack_)\w+_chk$/, gcompat: true },
  // Go's net with libresolv of glibc before 2.34 (net/cgo_linux.go): golang/go#59305.
  { name: /^__res_search$|^(?:__)?res_n(?:init|close)$/, gcompat: true },
  { name: /^__res_init$|^(?:__)?res_n(?:search|query|send|mkquery)$/, gcompat: false },
  // SQLite and others of glibc 2.28 and later: fcntl is in no list of get_lfs64.
  { name: /^fcntl64$/, gcompat: false },
  // Of glibc 2.38 and later: strtol and scanf of C2x.
  { name: /^__isoc23_\w+$/, gcompat: false },
  { name: /^(?:gnu_get_libc_version|dlvsym|dlmopen|backtrace\w*|mallinfo2?|malloc_trim)$/, gcompat: true },
  {
    name: /^(?:__register_atfork|__rawmemchr|__strdup|__getauxval|__cxa_thread_atexit_impl)$/,
    gcompat: true,
  },
  { name: /^(?:error|error_at_line|getcontext|setcontext|makecontext|swapcontext)$/, gcompat: true },
  { name: /^(?:arc4random\w*|__libc_single_threaded|_dl_find_object|strerrorname_np)$/, gcompat: false },
  { name: /^(?:pthread_cond_clockwait|sem_clockwait|pthread_attr_setaffinity_np)$/, gcompat: false },
];

/** Whether no symbol of this name is in musl, or in musl with gcompat, as far as the table knows. */
export function muslLacks(name: string, withGcompat: boolean): boolean {
  return LACKING.some((row) => !(withGcompat && row.gcompat) && row.name.test(name));
}
