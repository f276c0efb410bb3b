/** strerror(3) of glibc, for what ends a lookup with EAI_SYSTEM, and what busybox prints; the empty name is errno 0. */
export const GLIBC_ERRNO_TEXTS: Readonly<Record<string, string>> = {
  '': 'Success',
  EACCES: 'Permission denied',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EAGAIN: 'Resource temporarily unavailable',
  EBUSY: 'Device or resource busy',
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  EMSGSIZE: 'Message too long',
  ENETUNREACH: 'Network is unreachable',
  ENFILE: 'Too many open files in system',
  ENOBUFS: 'No buffer space available',
  ENOMEM: 'Cannot allocate memory',
  EPERM: 'Operation not permitted',
};
