import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TYPES } from '../../src/dns/codes.ts';
import { type Endpoint, type Listener, startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import { encodeQuery } from '../../src/dns/query.ts';
import { TcpFrames } from '../../src/dns/tcp-frames.ts';
import { readHeader } from '../../src/dns/wire.ts';

async function start(...listeners: Partial<Listener>[]) {
  const server = await startScriptedServer(
    listeners.map((listener) => ({
      address: '127.0.0.1',
      port: 0,
      rule: () => ({ a: ['192.0.2.1'] }),
      ...listener,
    })),
  );
  onTestFinished(() => server.close());
  const [endpoint = { address: '', port: 0 }] = server.endpoints;
  return { server, endpoint };
}

const query = (id: number, name = 'a.test') => encodeQuery({ id, labels: name.split('.'), type: TYPES.A });
const framed = (message: Uint8Array) =>
  Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message]);

/** Sends over UDP and gives what comes, with where it came from. */
function udp({ address, port }: Endpoint, message: Uint8Array) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  onTestFinished(() => void socket.close());
  const got: { id: number | undefined; port: number; address: string }[] = [];
  socket.on('message', (reply, from) =>
    got.push({ id: readHeader(reply)?.id, port: from.port, address: from.address }),
  );
  socket.send(message, port, address);
  return { got, first: () => once(socket, 'message') };
}

async function tcp({ address, port }: Endpoint) {
  const socket = connect(port, address);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  const frames = new TcpFrames();
  const ids: (number | undefined)[] = [];
  socket.on('data', (bytes) => {
    for (const message of frames.push(bytes)) ids.push(readHeader(message)?.id);
  });
  return { socket, ids };
}

describe('a scripted server over real sockets', () => {
  it('answers on IPv4 and IPv6, several ports at once', async () => {
    const { server } = await start({}, {}, { address: '::1' });
    expect(new Set(server.endpoints.map(({ port }) => port)).size).toBe(3);
    for (const [index, endpoint] of server.endpoints.entries()) {
      const client = udp(endpoint, query(index + 1));
      await client.first();
      expect(client.got).toEqual([{ id: index + 1, ...endpoint }]);
    }
    expect(server.seen.map((seen) => ('name' in seen ? seen.name : ''))).toEqual([
      'a.test',
      'a.test',
      'a.test',
    ]);
  });

  it('takes several queries in one TCP write, and in single bytes', async () => {
    const { endpoint } = await start({});
    const { socket, ids } = await tcp(endpoint);
    socket.write(Buffer.concat([framed(query(1)), framed(query(2))]));
    for (const byte of framed(query(3))) socket.write(Uint8Array.of(byte));
    await expect.poll(() => ids).toEqual([1, 2, 3]);
  });

  it('sends wrong ids, copies, and replies from elsewhere', async () => {
    const { endpoint } = await start({
      rule: () => [{ wrongId: true }, { copies: 2 }, { from: { address: '127.0.0.1' } }],
    });
    const { got } = udp(endpoint, query(7));
    await expect.poll(() => got.length).toBe(5);
    expect(got.filter(({ port }) => port === endpoint.port).map(({ id }) => id)).toEqual([8, 7, 7, 7]);
    expect(got.filter(({ port }) => port !== endpoint.port)).toHaveLength(1);
  });

  it('says nothing to what is no query', async () => {
    const { server, endpoint } = await start({});
    udp(endpoint, Uint8Array.of(1, 2, 3));
    await expect.poll(() => server.seen.length).toBe(1);
    expect(server.seen[0]).toMatchObject({ malformed: true });
  });

  it('drips a reply byte by byte', async () => {
    const { endpoint } = await start({ rule: () => ({ dripMs: 1 }) });
    const { socket, ids } = await tcp(endpoint);
    let pieces = 0;
    socket.on('data', () => pieces++);
    socket.write(framed(query(5)));
    await expect.poll(() => ids).toEqual([5]);
    expect(pieces).toBeGreaterThan(10);
  });
});

describe('ways to take TCP', () => {
  it('refuse', async () => {
    const { endpoint } = await start({ tcp: 'refuse' });
    await expect(tcp(endpoint)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('eof', async () => {
    const { endpoint } = await start({ tcp: 'eof' });
    const { socket } = await tcp(endpoint);
    socket.resume();
    await once(socket, 'end');
  });

  it('silent', async () => {
    const { server, endpoint } = await start({ tcp: 'silent' });
    const { socket, ids } = await tcp(endpoint);
    socket.write(framed(query(1)));
    await sleep(50);
    expect(ids).toEqual([]);
    expect(server.seen).toMatchObject([{ accept: true }]);
  });

  it('drop: no SYN is answered, and the port is free again after close()', async () => {
    const { server, endpoint } = await start({ tcp: 'drop' });
    const connected = tcp(endpoint).then(
      () => 'connected',
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(await Promise.race([connected, sleep(500, 'nothing')])).toBe('nothing');
    await server.close();
    await expect(tcp(endpoint)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('closing', () => {
  it('ends at once, with replies due and connections open', async () => {
    const { server, endpoint } = await start({ rule: () => ({ delayMs: 60_000, copies: 1_000 }) });
    const { socket } = await tcp(endpoint);
    socket.on('error', () => {});
    socket.write(framed(query(1)));
    udp(endpoint, query(2));
    await expect.poll(() => server.seen.length).toBe(3);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(200);
  });

  it('a taken port is an error that names it, and nothing is left listening', async () => {
    const { endpoint } = await start({});
    const free = { ...endpoint, port: 0 };
    const rule = () => 'silence' as const;
    await expect(
      startScriptedServer([
        { ...free, rule },
        { ...endpoint, rule },
      ]),
    ).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: endpoint.port,
    });
  });
});
