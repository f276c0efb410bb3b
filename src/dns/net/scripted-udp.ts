import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { encodeReply } from '../encode-reply.ts';
import type { ScriptedReply } from '../script.ts';
import type { Endpoint, Listening } from './scripted-server.ts';

/** Addresses and ports that replies come from although nobody asked there. */
const MAX_OTHER_SOURCES = 64;

/** Answers UDP on one address and port. */
export async function listenUdp(
  at: Endpoint,
  listening: Listening,
): Promise<{ port: number; release(): void }> {
  const sockets = new Map<string, Promise<Socket>>();
  const own = await bound(at);
  const { port } = own.address();

  function sourceOf({ from }: ScriptedReply): Promise<Socket> {
    if (!from || (from.address === at.address && from.port === port)) return Promise.resolve(own);
    const key = `${from.address} ${from.port}`;
    const known = sockets.get(key);
    if (known) return known;
    if (sockets.size >= MAX_OTHER_SOURCES) return Promise.reject(new Error('too many sources'));
    const socket = bound({ address: from.address, port: from.port ?? 0 });
    sockets.set(key, socket);
    return socket;
  }

  function send(message: Uint8Array, reply: ScriptedReply, client: Endpoint): void {
    const bytes = encodeReply(message, reply);
    // What cannot be sent is lost, as on any network: the address is not ours, the client is gone.
    const sent = () => {};
    sourceOf(reply).then((socket) => {
      for (let copy = 0; copy <= (reply.copies ?? 0); copy++)
        socket.send(bytes, client.port, client.address, sent);
    }, sent);
  }

  own.on('message', (message, client) => {
    for (const action of listening.actions(message, { proto: 'udp', client })) {
      if (typeof action !== 'string')
        listening.later(action.delayMs ?? 0, () => send(message, action, client));
    }
  });
  return {
    port,
    release() {
      own.close();
      for (const socket of sockets.values())
        socket.then(
          (open) => open.close(),
          () => {},
        );
    },
  };
}

async function bound({ address, port }: Endpoint): Promise<Socket> {
  const socket = isIPv6(address) ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4');
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  // Of a client that is gone (ICMP) only.
  return socket.on('error', () => {});
}
