import { connect } from 'node:net';
import { framed, TcpFrames } from '../dns/tcp-frames.ts';
import type { Server } from '../resolver/model.ts';
import type { Emit, RealSocket } from './real-network.ts';

/** A TCP connection that is being made: `connected` or an error follows. */
export function openTcp(to: Server, emit: Emit): RealSocket {
  const socket = connect({ host: to.address, port: to.port, noDelay: true });
  const frames = new TcpFrames();
  let connected = false;
  socket.on('connect', () => {
    connected = true;
    emit({ event: 'connected', port: socket.localPort ?? 0 });
  });
  socket.on('data', (bytes) => {
    for (const message of frames.push(bytes)) if (!emit({ event: 'message', message })) socket.pause();
  });
  socket.on('end', () => emit({ event: 'end', unfinished: frames.unfinished }));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const call = connected ? 'receive' : 'connect';
    emit({ event: 'error', errno: error.code ?? 'EIO', call });
  });
  return {
    localPort: () => socket.localPort ?? 0,
    send: (messages) => socket.write(Buffer.concat(messages.map(framed))),
    close: () => socket.destroy(),
    resume: () => socket.resume(),
  };
}
