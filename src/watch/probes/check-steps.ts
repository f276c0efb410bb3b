/** What is asked of a nameserver, as a model is written: without I/O, so that tests run it over the virtual network. */
import { TYPES } from '../../dns/codes.ts';
import type { CheckResult, Lost } from '../../journal/probe-record.ts';
import type { Event, Server, SocketId, Steps } from '../../resolver/model.ts';
import { close, open, send, wait } from '../../resolver/steps.ts';
import { type Asked, readReply } from './read-reply.ts';

/** The timeout of glibc, musl and Go: what comes later is lost to them too, ms. */
export const REPLY_WITHIN_MS = 5_000;
/** What most resolvers announce since DNS flag day 2020, Go too. */
const EDNS_BYTES = 1232;

export interface SingleQuery {
  server: Server;
  proto: 'udp' | 'tcp';
  edns: boolean;
  labels: readonly string[];
  type: 'A' | 'AAAA';
}
interface Here {
  now(): number;
  random16(): number;
}

/** One query and its reply. A TCP check's time has the handshake in it, as a resolver's fallback to TCP has. */
export function* askOnce(query: SingleQuery, here: Here): Steps<{ durationMs: number; result: CheckResult }> {
  const { server, proto, edns, labels, type } = query;
  let began = here.now();
  const done = (result: CheckResult) => ({ durationMs: rounded(here.now() - began), result });
  const asked = { id: here.random16(), labels, type: TYPES[type], ...(edns && { edns: EDNS_BYTES }) };
  const opened = yield* proto === 'tcp' ? open({ proto, to: server }) : open({ proto, to: server });
  if (!opened.ok) return done({ kind: 'error', errno: opened.errno, call: 'connect' });
  // Making a UDP socket is our own time; making a TCP connection is the path's.
  if (proto === 'udp') began = here.now();
  const until = began + REPLY_WITHIN_MS;
  let at: 'connect' | 'receive' = proto === 'tcp' ? 'connect' : 'receive';
  if (proto === 'udp') yield* send(opened.socket, [asked]);
  for (;;) {
    const event = yield* wait(until);
    if (event.event === 'connected') {
      at = 'receive';
      yield* send(opened.socket, [asked]);
      continue;
    }
    const result = resultOf(event, asked, at);
    if (!result) continue;
    yield* close(opened.socket);
    return done(result);
  }
}

const RESET: readonly string[] = ['ECONNRESET', 'EPIPE'];

function resultOf(event: Event, asked: Asked, at: 'connect' | 'receive'): CheckResult | undefined {
  switch (event.event) {
    case 'timeout':
      return { kind: 'timeout', call: at };
    case 'end':
      return { kind: 'closed', call: at };
    case 'error':
      // What was sent to a peer that had closed already is answered by a reset: the same, a moment later.
      return { kind: RESET.includes(event.errno) ? 'closed' : 'error', errno: event.errno, call: event.call };
    case 'connected':
      return undefined;
    default:
      return readReply(event.message, asked);
  }
}

export interface PairQuery {
  server: Server;
  labels: readonly string[];
  /** Which is sent first. */
  first: 'A' | 'AAAA';
  ports: 1 | 2;
}

/** A and AAAA, one right after the other, from one source port or from two. */
export function* askPair({ server, labels, first, ports }: PairQuery, here: Here): Steps<Lost> {
  const until = here.now() + REPLY_WITHIN_MS;
  const order = first === 'A' ? (['A', 'AAAA'] as const) : (['AAAA', 'A'] as const);
  const id = here.random16();
  const queries = order.map((type, index) => ({ id: (id + index) & 0xffff, labels, type: TYPES[type] }));
  const sockets: SocketId[] = [];
  for (let port = 0; port < ports; port++) {
    const opened = yield* open({ proto: 'udp', to: server });
    if (opened.ok) sockets.push(opened.socket);
  }
  const [one, two = one] = sockets;
  if (one === undefined || two === undefined || sockets.length < ports) return 'both';
  if (one === two) yield* send(one, queries);
  else for (const [index, query] of queries.entries()) yield* send(index === 0 ? one : two, [query]);
  const waiting = new Set<Asked>(queries);
  while (waiting.size > 0) {
    const event = yield* wait(until);
    // An ICMP error ends a resolver's wait as well.
    if (event.event === 'timeout' || event.event === 'error') break;
    if (event.event !== 'datagram') continue;
    for (const asked of waiting) if (readReply(event.message, asked)) waiting.delete(asked);
  }
  for (const socket of sockets) yield* close(socket);
  const lost = [...waiting].map(({ type }) => type);
  if (lost.length !== 1) return lost.length === 0 ? 'none' : 'both';
  return lost[0] === TYPES.A ? 'a' : 'aaaa';
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
