import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { encodeReply } from '../encode-reply.ts';
import type { TcpMode } from '../script.ts';
import { framed, TcpFrames } from '../tcp-frames.ts';
import type { Endpoint, Listening, Release } from './scripted-server.ts';
import { neverAnswerSyn } from './unanswered-syn.ts';

const MAX_CONNECTIONS = 256;
/** Queries of one connection that wait for their turn, and bytes that its client does not take. */
const MAX_QUEUED = 256;
const MAX_UNSENT_BYTES = 1 << 20;

/** Takes TCP connections on one address and port in the way of a {@link TcpMode}. */
export async function listenTcp(at: Endpoint, mode: TcpMode, listening: Listening): Promise<Release> {
  if (mode === 'refuse') return () => {};
  if (mode === 'drop') return neverAnswerSyn(at);
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    open.add(client);
    client.on('close', () => open.delete(client)).on('error', () => client.destroy());
    listening.accepted(client.remotePort ?? 0);
    if (mode === 'eof') client.destroy();
    if (mode === 'ok') answerStream(client, listening);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen({ host: at.address, port: at.port, ipv6Only: true });
  await once(server, 'listening');
  return async () => {
    server.close();
    for (const client of open) client.destroy();
    await once(server, 'close');
  };
}

/** Answers the queries of a connection one after the other, as simple servers do: delays add up. */
function answerStream(client: Socket, listening: Listening): void {
  const frames = new TcpFrames();
  const queries: Uint8Array[] = [];
  let busy = false;

  async function answerAll(): Promise<void> {
    busy = true;
    for (let query = queries.shift(); query && client.writable; query = queries.shift())
      await answer(client, query, listening);
    busy = false;
  }

  client.on('data', (bytes) => {
    queries.push(...frames.push(bytes));
    if (queries.length > MAX_QUEUED) client.destroy();
    else if (!busy) answerAll();
  });
}

async function answer(client: Socket, query: Uint8Array, listening: Listening): Promise<void> {
  const from = { address: client.remoteAddress ?? '', port: client.remotePort ?? 0 };
  const pause = (ms: number) => new Promise<void>((resolve) => listening.later(ms, resolve));
  for (const action of listening.actions(query, { proto: 'tcp', client: from })) {
    if (action === 'close') client.end();
    if (typeof action === 'string') continue;
    await pause(action.delayMs ?? 0);
    const frame = framed(encodeReply(query, action));
    if (client.writableLength > MAX_UNSENT_BYTES) client.destroy();
    if (action.dripMs === undefined) writeCopies(client, frame, action.copies);
    else
      for (const byte of frame) {
        if (client.writable) client.write(Uint8Array.of(byte));
        await pause(action.dripMs);
      }
  }
}

function writeCopies(client: Socket, frame: Uint8Array, copies = 0): void {
  for (let copy = 0; copy <= copies && client.writable && client.writableLength <= MAX_UNSENT_BYTES; copy++)
    client.write(frame);
}
