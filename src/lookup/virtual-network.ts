import { DNS_PORT } from '../dns/codes.ts';
import { encodeReply } from '../dns/encode-reply.ts';
import { encodeQuery } from '../dns/query.ts';
import { consult, type SeenQuery } from '../dns/scripted-query.ts';
import type { Event, Open, Result, Send, Server } from '../resolver/model.ts';
import { Agenda } from './agenda.ts';
import type { Network } from './network.ts';
import { sourceAddress } from './virtual-routes.ts';
import type { World } from './virtual-world.ts';

export type { World } from './virtual-world.ts';

/** A network that is only computed: scripted servers, and a clock that jumps to the next event. */
export interface VirtualNetwork extends Network {
  /** Every query and accepted TCP connection the servers saw, in order. */
  readonly seen: SeenQuery[];
  /** Lets time pass without waiting for anything. */
  sleep(ms: number): void;
}

/** There and back each: what loopback takes, ms. */
const ONE_WAY = 0.05;

interface Socket {
  proto: 'udp' | 'tcp';
  port: number;
  source: string;
  to?: Server;
  /** A TCP connection's server answers one query after the other. */
  busyUntil: number;
}

/** A network of scripted servers over a virtual clock. */
export function createVirtualNetwork(world: World): VirtualNetwork {
  let clock = 0;
  let nextPort = 32_768;
  let nextSocket = 1;
  let random = world.seed ?? 1;
  const sockets = new Map<number, Socket>();
  const agenda = new Agenda();
  const seen: SeenQuery[] = [];
  const counts = new Map<string, number>();

  const schedule = (at: number, event: Event) => agenda.add(at, event);

  function random16(): number {
    // Park and Miller's generator: the same ids in every run.
    random = (random * 48_271) % 0x7fff_ffff;
    return random & 0xffff;
  }

  const jitter = () => (world.jitterMs === undefined ? 0 : (world.jitterMs * random16()) / 0x1_0000);

  function opened(socket: Socket): Result {
    sockets.set(nextSocket, socket);
    return { result: 'opened', socket: nextSocket++, port: socket.port };
  }

  function open(step: Open): Result {
    const port = nextPort++;
    if (!('to' in step)) return opened({ proto: 'udp', port, source: '', busyUntil: 0 });
    const { proto, to } = step;
    const fault = world.faults?.[proto];
    const source = fault ? { errno: fault } : sourceTowards(to.address);
    if ('errno' in source) {
      if (proto === 'udp') return { result: 'failed', errno: source.errno };
      const result = opened({ proto, port, source: '', to, busyUntil: 0 });
      schedule(clock, { event: 'error', socket: nextSocket - 1, errno: source.errno, call: 'connect' });
      return result;
    }
    const result = opened({ proto, port, source: source.address, to, busyUntil: 0 });
    if (proto === 'tcp') connect(nextSocket - 1, to, port);
    return result;
  }

  const listens = ({ address, port }: Server) => port === DNS_PORT && world.servers[address] !== undefined;
  const tcpMode = (to: Server) => (listens(to) ? (world.tcp?.[to.address] ?? 'ok') : 'refuse');

  function connect(socket: number, to: Server, port: number): void {
    const mode = tcpMode(to);
    const at = clock + 2 * ONE_WAY + jitter();
    if (mode === 'refuse') schedule(at, { event: 'error', socket, errno: 'ECONNREFUSED', call: 'connect' });
    if (mode === 'refuse' || mode === 'drop') return;
    seen.push({ at, proto: 'tcp', accept: true, port, server: to.address });
    schedule(at, { event: 'connected', socket, port });
    // Closed when the server gets to it; by then a client that sends at once has sent.
    if (mode === 'eof') schedule(at + 4 * ONE_WAY, { event: 'end', socket, unfinished: 0 });
  }

  function send({ socket: id, queries, to: explicit }: Send): Result {
    const socket = sockets.get(id);
    const to = explicit ?? socket?.to;
    if (!socket || !to) throw new Error(`send on socket ${id}, which is not open or has no peer`);
    const { send: fault, receive: icmp } = world.faults ?? {};
    const source = fault ? { errno: fault } : sourceTowards(to.address);
    if ('errno' in source) {
      schedule(clock, { event: 'error', socket: id, errno: source.errno, call: 'send' });
      return { result: 'done' };
    }
    for (const query of queries) {
      const message = encodeQuery(query);
      if (socket.proto === 'tcp') sendTcp(id, socket, to, message);
      else if (listens(to) && !icmp) answerUdp(id, socket, to, message, source.address);
      else if (socket.to) {
        const errno = icmp ?? 'ECONNREFUSED';
        schedule(clock + 2 * ONE_WAY, { event: 'error', socket: id, errno, call: 'receive' });
      }
    }
    return { result: 'done' };
  }

  function actionsFor(socket: Socket, to: Server, message: Uint8Array, source: string, at: number) {
    const { proto, port } = socket;
    const client = { address: source, port };
    const rule = world.servers[to.address] ?? (() => 'silence' as const);
    const { seen: query, actions } = consult(
      message,
      { server: to.address, proto, client, at, counts },
      rule,
    );
    seen.push(query);
    return actions;
  }

  function answerUdp(id: number, socket: Socket, to: Server, message: Uint8Array, source: string): void {
    const at = clock + ONE_WAY;
    for (const action of actionsFor(socket, to, message, source, at)) {
      if (action === 'silence' || action === 'close') continue;
      const from = {
        address: action.from?.address ?? to.address,
        port: action.from ? (action.from.port ?? 9) : to.port,
      };
      // A connected socket gets datagrams of its peer only.
      if (socket.to && (from.address !== to.address || from.port !== to.port)) continue;
      const event: Event = { event: 'datagram', socket: id, from, message: encodeReply(message, action) };
      const arrives = at + (action.delayMs ?? 0) + ONE_WAY + jitter();
      for (let copy = 0; copy <= (action.copies ?? 0); copy++) schedule(arrives, event);
    }
  }

  function sendTcp(id: number, socket: Socket, to: Server, message: Uint8Array): void {
    const mode = tcpMode(to);
    // Closing with what was not read is a reset (RFC 2525 section 2.17).
    if (mode === 'eof')
      schedule(clock + 2 * ONE_WAY, { event: 'error', socket: id, errno: 'ECONNRESET', call: 'receive' });
    if (mode !== 'ok') return;
    // A query written before the connection stands arrives with its last handshake packet.
    let at = Math.max(clock + 2 * ONE_WAY, socket.busyUntil);
    for (const action of actionsFor(socket, to, message, socket.source, at)) {
      if (action === 'close') schedule(at + ONE_WAY, { event: 'end', socket: id, unfinished: 0 });
      if (typeof action === 'string') continue;
      const reply = encodeReply(message, action);
      // The two bytes of its length drip too.
      at += (action.delayMs ?? 0) + (action.dripMs ?? 0) * (reply.length + 1);
      for (let copy = 0; copy <= (action.copies ?? 0); copy++)
        schedule(at + ONE_WAY, { event: 'message', socket: id, message: reply });
    }
    socket.busyUntil = at;
  }

  const sourceTowards = (address: string) => sourceAddress(world.interfaces, address);

  return {
    seen,
    now: () => clock,
    random16,
    perform(step) {
      if (step.do === 'open') return open(step);
      if (step.do === 'send') return send(step);
      if (step.do === 'source') {
        const source = sourceTowards(step.to);
        return 'errno' in source ? { result: 'failed', ...source } : { result: 'source', ...source };
      }
      sockets.delete(step.socket);
      return { result: 'done' };
    },
    wait(until) {
      for (;;) {
        const next = agenda.takeUntil(until);
        if (!next) {
          clock = Math.max(clock, until);
          return { event: 'timeout' };
        }
        clock = Math.max(clock, next.at);
        if ('socket' in next.event && sockets.has(next.event.socket)) return next.event;
      }
    },
    localPort: (socket) => sockets.get(socket)?.port ?? 0,
    closeAll: () => sockets.clear(),
    sleep(ms) {
      clock += ms;
    },
  };
}
