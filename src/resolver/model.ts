/**
 * What a model of a resolver is. A model does no I/O: it is a generator that yields what the real resolver would ask of
 * the kernel, and is told what came of it. The same model runs over real sockets and over a virtual clock.
 */
import type { Query } from '../dns/query.ts';
import type { Sources } from './sources.ts';

/** A nameserver as a resolver has it from its configuration. */
export interface Server {
  /** IPv4 or IPv6 in canonical text, a zone kept: `fe80::1%eth0`. */
  address: string;
  port: number;
}

/** An open socket of one lookup. */
export type SocketId = number;

/** socket(2), and connect(2) where `to` is given. A TCP connect goes on in the background and ends in an event. */
export type Open =
  | { do: 'open'; proto: 'udp'; to: Server }
  /** Unconnected: never told of ICMP errors. Family 6 takes IPv4 as v4-mapped too. */
  | { do: 'open'; proto: 'udp'; family: 4 | 6 }
  | { do: 'open'; proto: 'tcp'; to: Server };
/** One UDP datagram a query, or all of them in one TCP write. `to` for unconnected sockets only. */
export interface Send {
  do: 'send';
  socket: SocketId;
  queries: readonly Query[];
  to?: Server;
}
/** Waits for the next event of any open socket. `until` in ms of `now()`; Infinity where the real one has no bound. */
export interface Wait {
  do: 'wait';
  until: number;
}
interface Close {
  do: 'close';
  socket: SocketId;
}
/** Which source address the kernel would take to a destination: connect(2) of a UDP socket, then getsockname(2). */
interface Source {
  do: 'source';
  to: string;
}
export type Step = Open | Send | Wait | Close | Source;

/** What the kernel says of a step, in errno's names: `ECONNREFUSED`, `EMFILE`. */
export type Errno = string;

export type Event =
  | { event: 'datagram'; socket: SocketId; from: Server; message: Uint8Array }
  /** Of TCP; only now the local port is known. */
  | { event: 'connected'; socket: SocketId; port: number }
  /** One DNS message out of a TCP stream, without its length. */
  | { event: 'message'; socket: SocketId; message: Uint8Array }
  /** The peer closed its TCP side; `unfinished`: bytes of a message that never became whole, its length counted. */
  | { event: 'end'; socket: SocketId; unfinished: number }
  | { event: 'error'; socket: SocketId; errno: Errno; call: 'connect' | 'send' | 'receive' }
  | { event: 'timeout' };

/**
 * What a step gave: `open` a socket and its local port (0: not known yet) or an errno, `source` an address or an
 * errno.
 */
export type Result =
  | { result: 'opened'; socket: SocketId; port: number }
  | { result: 'source'; address: string }
  | { result: 'failed'; errno: Errno }
  | { result: 'done' }
  | Event;

/** A model at work. Use the helpers of steps.ts to yield: they narrow what comes back. */
export type Steps<T> = Generator<Step, T, Result>;

export type Family = 'unspec' | 'inet' | 'inet6';
/** getaddrinfo's hints: `go` = AI_CANONNAME|AI_V4MAPPED|AI_ALL with SOCK_STREAM; `none` = NULL hints. */
export type HintFlags = 'go' | 'addrconfig' | 'none' | '0';

export interface Lookup {
  /** A byte string: UTF-8 bytes of what the application passed. */
  name: string;
  family: Family;
  flags: HintFlags;
}

/** interface.md has the meaning of each. */
export type Outcome =
  | 'ok'
  | 'not-found'
  | 'no-data'
  | 'try-again'
  | 'timeout'
  | 'system'
  | 'bad-family'
  | 'failed'
  | 'hang'
  | 'crash';

export interface Answer {
  outcome: Outcome;
  /** The text the application sees; empty for `ok`. */
  error: string;
  /** In the order the application gets them. */
  addresses: string[];
}

/** What surrounds one lookup. */
export interface Surroundings {
  /** Monotonic, ms; the same clock as {@link Wait.until}. */
  now(): number;
  /** 0 to 65535, for message ids and what starts at random. */
  random16(): number;
  /** The files and environment as they are now; what the resolver keeps from before is its own affair. */
  sources: Sources;
  /** One line a decision, for people, in the order they are taken. */
  because(line: string): void;
}

/** One process that resolves names: what sticks from one lookup to the next is in here. */
export interface Resolver {
  lookup(lookup: Lookup, surroundings: Surroundings): Steps<Answer>;
}
