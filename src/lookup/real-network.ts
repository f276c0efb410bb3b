import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { encodeQuery } from '../dns/query.ts';
import type { Event, Result, Send, SocketId, Step, Wait } from '../resolver/model.ts';
import { EventQueue } from './event-queue.ts';
import type { Network } from './network.ts';
import { openTcp } from './real-tcp.ts';
import { openUdp } from './real-udp.ts';
import { sourceAddress } from './source-address.ts';

/** A socket of the kernel's, told apart only by how it sends and closes. */
export interface RealSocket {
  localPort(): number;
  send(messages: readonly Uint8Array[], to?: { address: string; port: number }): void;
  close(): void;
  /** Goes on reading a stream that was paused. */
  resume?(): void;
}

/** Tells what happened to one socket. @returns whether there is room for more: a stream is to be paused until then */
export type Emit = (event: DistributiveOmit<Exclude<Event, { event: 'timeout' }>, 'socket'>) => boolean;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The kernel's sockets and clock. One network a lookup at a time; closed sockets leave nothing behind. */
export function createRealNetwork(): Network {
  const sockets = new Map<SocketId, RealSocket>();
  const events = new EventQueue(
    (socket) => sockets.has(socket),
    () => {
      for (const socket of sockets.values()) socket.resume?.();
    },
  );
  let nextSocket = 1;

  async function open(step: Extract<Step, { do: 'open' }>): Promise<Result> {
    const id = nextSocket++;
    const emit: Emit = (event) => events.push({ ...event, socket: id });
    const opened = step.proto === 'tcp' ? openTcp(step.to, emit) : await openUdp(step, emit);
    if ('errno' in opened) return { result: 'failed', errno: opened.errno };
    sockets.set(id, opened);
    return { result: 'opened', socket: id, port: opened.localPort() };
  }

  function send({ socket, queries, to }: Send): Result {
    const open = sockets.get(socket);
    if (!open) throw new Error(`send on socket ${socket}, which is not open`);
    open.send(queries.map(encodeQuery), to);
    return { result: 'done' };
  }

  function close(socket: SocketId): Result {
    sockets.get(socket)?.close();
    sockets.delete(socket);
    return { result: 'done' };
  }

  return {
    now: () => performance.now(),
    random16: () => randomInt(0x1_0000),
    perform(step: Exclude<Step, Wait>) {
      if (step.do === 'open') return open(step);
      if (step.do === 'send') return send(step);
      return step.do === 'source' ? sourceAddress(step.to) : close(step.socket);
    },
    wait: (until) => events.next(until),
    localPort: (socket) => sockets.get(socket)?.localPort() ?? 0,
    closeAll() {
      for (const socket of sockets.keys()) close(socket);
      events.clear();
    },
  };
}
