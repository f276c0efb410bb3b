import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Errno, Open, Server } from '../resolver/model.ts';
import type { Emit, RealSocket } from './real-network.ts';

/** Hosts are addresses already: without this, node:dgram would ask the system's resolver. */
const asIs = (
  address: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
) => done(null, address, isIPv6(address) ? 6 : 4);

/** A UDP socket, connected where the step says so. */
export function openUdp(
  step: Extract<Open, { proto: 'udp' }>,
  emit: Emit,
): Promise<RealSocket | { errno: Errno }> {
  const peer = 'to' in step ? step.to : undefined;
  const six = peer ? isIPv6(peer.address) : 'family' in step && step.family === 6;
  return new Promise((resolve) => {
    const socket = createSocket({ type: six ? 'udp6' : 'udp4', lookup: asIs });
    let isOpen = false;
    const fail = (error: NodeJS.ErrnoException) => {
      close(socket);
      resolve({ errno: errnoOf(error, peer !== undefined) });
    };
    // A connected socket is told of ICMP errors here: udp(7).
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isOpen) emit({ event: 'error', errno: error.code ?? 'EIO', call: 'receive' });
      else fail(error);
    });
    socket.on('message', (message, { address, port }) =>
      emit({ event: 'datagram', from: peer ?? { address: withoutMapping(address), port }, message }),
    );
    const opened = () => {
      isOpen = true;
      resolve(realUdp(socket, six, emit));
    };
    if (peer) socket.connect(peer.port, peer.address, (error?: Error) => (error ? fail(error) : opened()));
    else socket.bind(0, six ? '::' : '0.0.0.0', opened);
  });
}

function realUdp(socket: Socket, six: boolean, emit: Emit): RealSocket {
  const { port } = socket.address();
  const sent = (error: Error | null) => {
    if (error) emit({ event: 'error', errno: (error as NodeJS.ErrnoException).code ?? 'EIO', call: 'send' });
  };
  return {
    localPort: () => port,
    send(messages: readonly Uint8Array[], to?: Server) {
      for (const message of messages) {
        if (!to) socket.send(message, sent);
        else
          socket.send(
            message,
            to.port,
            six && !isIPv6(to.address) ? `::ffff:${to.address}` : to.address,
            sent,
          );
      }
    },
    close: () => close(socket),
  };
}

/** Closing twice throws in node:dgram. */
function close(socket: Socket): void {
  try {
    socket.close();
  } catch {}
}

function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/**
 * node:dgram binds before it connects, so that no free port is EADDRINUSE; a resolver that only connects gets EAGAIN
 * from the kernel (net/ipv4/datagram.c, inet_autobind).
 */
function errnoOf({ code = 'EIO' }: NodeJS.ErrnoException, connecting: boolean): Errno {
  return connecting && code === 'EADDRINUSE' ? 'EAGAIN' : code;
}
