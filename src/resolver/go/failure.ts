import { textOf } from '../../dns/byte-string.ts';
import type { Answer, Errno, Outcome } from '../model.ts';

/** Why one exchange with a server gave nothing, with the marks of net.DNSError that decide what an application does. */
export interface Failure {
  text: string;
  /** IsTimeout */
  timeout?: boolean;
  /** IsTemporary */
  temporary?: boolean;
  /** IsNotFound */
  notFound?: boolean;
}

/** A net.DNSError but for its name: that is always the one the application asked for. */
export interface LookupFailure extends Failure {
  /** As resolv.conf has it; empty where no server was asked. */
  server: string;
}

/** net/dnsclient_unix.go, the errors that are no system's. */
export const NO_SUCH_HOST: Failure = { text: 'no such host', notFound: true };
export const SERVER_FAILED: Failure = { text: 'server misbehaving', temporary: true };
export const SERVER_MISBEHAVING: Failure = { text: 'server misbehaving' };
export const LAME_REFERRAL: Failure = { text: 'lame referral' };
export const CANNOT_UNMARSHAL: Failure = { text: 'cannot unmarshal DNS message' };
export const CANNOT_MARSHAL: Failure = { text: 'cannot marshal DNS message' };
export const INVALID_RESPONSE: Failure = { text: 'invalid DNS response' };
export const NO_ANSWER: Failure = { text: 'no answer from DNS server' };
/** dnsmessage.NewName, errCalcLen. */
export const NAME_TOO_LONG: Failure = { text: 'insufficient data for calculated length type' };
/** io.ReadFull: nothing of what it wanted had come, or a part. Neither is a net.OpError. */
export const END: Failure = { text: 'EOF' };
export const UNEXPECTED_END: Failure = { text: 'unexpected EOF' };

/** What was being done, as net.OpError names it: `read udp 127.0.0.1:40000->127.0.0.53:53`. */
export interface Operation {
  op: 'dial' | 'read' | 'write';
  proto: 'udp' | 'tcp';
  ends: string;
}

/** A deadline that passed (net.OpError with os.ErrDeadlineExceeded or errTimeout). */
export function timedOut({ op, proto, ends }: Operation): Failure {
  return { text: `${op} ${proto} ${ends}: i/o timeout`, timeout: true, temporary: true };
}

/** A system call that failed; every net.OpError counts as temporary (tryOneName). */
export function systemFailure({ op, proto, ends }: Operation, errno: Errno): Failure {
  const call = op === 'dial' ? (SOCKET_ERRNOS.has(errno) ? 'socket' : 'connect') : op;
  const text = `${op} ${proto} ${ends}: ${call}: ${errnoText(errno)}`;
  return { text, timeout: TIMEOUT_ERRNOS.has(errno), temporary: true };
}

/** What socket(2) gives and connect(2) does not: a network tells of both as one step. */
const SOCKET_ERRNOS: ReadonlySet<Errno> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'EAFNOSUPPORT',
  'EPROTONOSUPPORT',
  'EPERM',
]);

/** syscall.Errno.Timeout: no free source port is EAGAIN, so it counts as a timeout although nothing was waited for. */
const TIMEOUT_ERRNOS: ReadonlySet<Errno> = new Set(['EAGAIN', 'ETIMEDOUT']);

/** syscall/zerrors_linux_amd64.go */
const ERRNO_TEXTS: Readonly<Record<Errno, string>> = {
  EPERM: 'operation not permitted',
  EIO: 'input/output error',
  EAGAIN: 'resource temporarily unavailable',
  ENOMEM: 'cannot allocate memory',
  EACCES: 'permission denied',
  EINVAL: 'invalid argument',
  ENFILE: 'too many open files in system',
  EMFILE: 'too many open files',
  EPIPE: 'broken pipe',
  EMSGSIZE: 'message too long',
  ENOPROTOOPT: 'protocol not available',
  EPROTONOSUPPORT: 'protocol not supported',
  EAFNOSUPPORT: 'address family not supported by protocol',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ENETDOWN: 'network is down',
  ENETUNREACH: 'network is unreachable',
  ENETRESET: 'network dropped connection on reset',
  ECONNABORTED: 'software caused connection abort',
  ECONNRESET: 'connection reset by peer',
  ENOBUFS: 'no buffer space available',
  ETIMEDOUT: 'connection timed out',
  ECONNREFUSED: 'connection refused',
  EHOSTDOWN: 'host is down',
  EHOSTUNREACH: 'no route to host',
};

function errnoText(errno: Errno): string {
  return ERRNO_TEXTS[errno] ?? errno;
}

/** net.DNSError.Error and what interface.md calls it. */
export function answerOf(name: string, failure: LookupFailure): Answer {
  const on = failure.server && ` on ${failure.server}`;
  return failed(outcomeOf(failure), `lookup ${name}${on}: ${failure.text}`);
}

function outcomeOf({ notFound, timeout, temporary }: Failure): Outcome {
  if (notFound) return 'not-found';
  if (timeout) return 'timeout';
  return temporary ? 'try-again' : 'failed';
}

/** net.AddrError: no address is left of those that were found. */
export function noSuitableAddress(name: string): Answer {
  return failed('failed', `address ${name}: no suitable address found`);
}

function failed(outcome: Outcome, text: string): Answer {
  return { outcome, error: textOf(text), addresses: [] };
}
