/**
 * The byte strings that make a line worth reading: every line that golang/ and libc/ understand holds at least one.
 * All are plain ASCII without characters that JSON or %q would escape, so they stand in a line however it is wrapped.
 */
export const NEEDLES: readonly string[] = [
  // The netdns trace.
  'go package net: ',
  // net.DNSError, and the two errors that name no lookup.
  'lookup ',
  'no suitable address found',
  'dial tcp',
  'dial udp',
  // getaddrinfo's words, also of C libraries in the process.
  'in name resolution',
  'does not resolve',
  'service not known',
  'associated with hostname',
  'no usable address',
  ': Try again',
  'too many open files',
  // A program that did not start.
  ': not found',
  'required file not found',
  'exec ',
  'No such file or directory',
  'Error relocating ',
  'loading shared librar',
  'GLIBC_',
  // GODEBUG or DefaultGODEBUG as a program prints it.
  'netedns0=0',
  // CRI: a part of a longer line.
  'stdout P ',
  'stderr P ',
];
