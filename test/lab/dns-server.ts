/**
 * A scripted DNS server; dns-zones.ts is its script. Says "listening" when it is, and ends when its standard
 * input does, so that it never outlives the test that started it.
 *
 *     node dns-server.ts udp:127.0.0.53 tcp:127.0.0.53
 */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { replyTo } from './dns-zones.ts';

const PORT = 53;

async function listenUdp(address: string): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (query, client) => {
    const reply = replyTo(query, 'udp');
    if (reply) setTimeout(() => socket.send(reply.message, client.port, client.address), reply.delayMs);
  });
  socket.bind(PORT, address);
  await once(socket, 'listening');
}

async function listenTcp(address: string): Promise<void> {
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    answerStream(client);
  });
  server.listen(PORT, address);
  await once(server, 'listening');
}

/** Over TCP every message follows its length, two bytes: RFC 1035 section 4.2.2. */
function answerStream(client: Socket): void {
  let pending = Buffer.alloc(0);
  client.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
      const end = 2 + pending.readUInt16BE();
      const reply = replyTo(pending.subarray(2, end), 'tcp');
      pending = pending.subarray(end);
      if (reply) setTimeout(() => client.write(framed(reply.message)), reply.delayMs);
    }
  });
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.alloc(2 + message.length);
  frame.writeUInt16BE(message.length);
  message.copy(frame, 2);
  return frame;
}

const transports: Readonly<Record<string, (address: string) => Promise<void>>> = {
  udp: listenUdp,
  tcp: listenTcp,
};

for (const endpoint of process.argv.slice(2)) {
  const [transport = '', address = ''] = endpoint.split(':');
  const listen = transports[transport];
  if (!listen) throw new Error(`${endpoint}: expected udp:ADDRESS or tcp:ADDRESS`);
  await listen(address);
}
console.log('listening');
process.stdin.resume().on('end', () => process.exit());
