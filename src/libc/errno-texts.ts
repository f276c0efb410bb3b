import type { Reason } from '../kinds.ts';

/** Go's own words for an errno (syscall/zerrors_linux), as they end a net.OpError or stand for EAI_SYSTEM. */
export const ERRNO_REASONS: Readonly<Record<string, Reason>> = {
  'connection refused': 'refused-connection',
  'connection reset by peer': 'refused-connection',
  'no route to host': 'unreachable',
  'network is unreachable': 'unreachable',
  'network is down': 'unreachable',
  'host is down': 'unreachable',
  // An IPv6 nameserver, and a kernel without IPv6.
  'address family not supported by protocol': 'unreachable',
  // ICMP protocol-unreachable.
  'protocol not available': 'unreachable',
  // connect() on a blackhole route.
  'invalid argument': 'unreachable',
  'operation not permitted': 'not-permitted',
  'permission denied': 'not-permitted',
  // No free port in ip_local_port_range: EAGAIN from connect() on UDP, EADDRINUSE from musl's bind().
  'resource temporarily unavailable': 'source-ports-exhausted',
  'address already in use': 'source-ports-exhausted',
  // EADDRNOTAVAIL from connect() on TCP. Also a missing address of our own: see lookup-errors.ts.
  'cannot assign requested address': 'source-ports-exhausted',
  'too many open files in system': 'file-descriptors-exhausted',
  'too many open files': 'file-descriptors-exhausted',
  'no buffer space available': 'no-buffer-space',
  'cannot allocate memory': 'no-buffer-space',
  'message too long': 'other',
  'broken pipe': 'other',
};
