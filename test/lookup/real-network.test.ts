import { createServer, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/lookup/event-queue.ts';
import { createRealNetwork } from '../../src/lookup/real-network.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A TCP server that sends so many messages at once, each beginning with its number. */
async function streaming(count: number, bytes: number): Promise<number> {
  const stream = Buffer.alloc(count * (2 + bytes));
  for (let nth = 0; nth < count; nth++) {
    stream.writeUInt16BE(bytes, nth * (2 + bytes));
    stream.writeUInt32BE(nth, nth * (2 + bytes) + 2);
  }
  server = createServer((socket) => socket.on('error', () => {}).end(stream));
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('a real network with a slow reader', () => {
  it('loses nothing of a TCP stream, and takes in no more than it has room for', async () => {
    const port = await streaming(20_000, 100);
    const network = createRealNetwork();
    await network.perform({ do: 'open', proto: 'tcp', to: { address: '127.0.0.1', port } });
    expect(await network.wait(performance.now() + 30_000)).toMatchObject({ event: 'connected' });
    for (let nth = 0; nth < 20_000; nth++) {
      const event = await network.wait(performance.now() + 30_000);
      const number = event.event === 'message' ? Buffer.from(event.message).readUInt32BE(0) : event.event;
      if (number !== nth) expect(number).toBe(nth);
      // One message a turn of the event loop: whole pieces of the stream come in meanwhile.
      await setImmediate();
    }
    expect(await network.wait(performance.now() + 30_000)).toMatchObject({ event: 'end' });
    network.closeAll();
  });

  it('keeps of a flood what a receive buffer would', async () => {
    const queue = new EventQueue(() => true);
    const from = { address: '127.0.0.2', port: 53 };
    const message = new Uint8Array(60_000);
    for (let nth = 0; nth < 1000; nth++) queue.push({ event: 'datagram', socket: 1, from, message });
    let kept = 0;
    while ((await queue.next(performance.now())).event === 'datagram') kept++;
    expect(kept).toBe(4);
    expect(queue.push({ event: 'datagram', socket: 1, from, message })).toBe(true);
  });
});
