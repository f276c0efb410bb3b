import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  fetchNodeConntrack,
  keptConnection,
  withoutCredentials,
} from '../../../src/watch/kernel/node-exporter.ts';

const REAL = readFileSync(new URL('../../fixtures/node-exporter.txt', import.meta.url));
const SAMPLE = {
  entries: 8,
  limit: 262_144,
  counters: { insert_failed: 0, drop: 0, early_drop: 0, search_restart: 0, invalid: 0 },
};
const LIMITS = { timeoutMs: 300, maxBytes: 1 << 20 };
const open = new AbortController().signal;

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function listen(listening: Server, host = '127.0.0.1'): Promise<string> {
  server = listening;
  listening.listen(0, host);
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
const serve = (answer: RequestListener, host?: string) => listen(createServer(answer), host);
/** A server that says these bytes to whoever connects. */
const say = (text: string, then: (socket: Socket) => void = () => {}) =>
  listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.write(text, () => then(socket)));
    }),
  );
const ask = (address: string, path = '/metrics') =>
  fetchNodeConntrack(`http://${address}${path}`, open, LIMITS);
const failure = (reason: string, why: RegExp | string) => ({
  state: 'failed',
  reason,
  why: expect.stringMatching(why),
  cure: expect.stringMatching(/./),
});

describe('a node_exporter', () => {
  it('gives its numbers', async () => {
    expect(await ask(await serve((_, response) => response.end(REAL)))).toEqual({
      state: 'ok',
      sample: SAMPLE,
    });
  });

  it('is asked over one connection, and over another where that was closed meanwhile', async () => {
    const sockets: Socket[] = [];
    const address = await serve(({ socket }, response) => {
      sockets.push(socket);
      // Without an answer: it closed the connection just as it was used again.
      if (sockets.length === 3) socket.destroy();
      else response.end(REAL);
    });
    const stop = new AbortController();
    const url = `http://${address}/metrics`;
    const agent = keptConnection(url, stop.signal);
    for (let times = 0; times < 3; times++)
      expect((await fetchNodeConntrack(url, stop.signal, LIMITS, agent)).state).toBe('ok');
    expect(sockets[1]).toBe(sockets[0]);
    expect(sockets[2]).toBe(sockets[0]);
    expect(sockets).toHaveLength(4);
    expect((await fetchNodeConntrack(url, stop.signal, LIMITS, agent)).state).toBe('ok');
    const closed = once(sockets[4] ?? expect.fail(), 'close');
    stop.abort();
    await closed;
  });

  it('is not asked again where its answer had begun', async () => {
    let asked = 0;
    const address = await serve(({ socket }, response) => {
      if (++asked === 1) return response.end(REAL);
      response.writeHead(200, { 'content-length': 2 * REAL.length });
      response.write(REAL, () => socket.resetAndDestroy());
    });
    const stop = new AbortController();
    const url = `http://${address}/metrics`;
    const agent = keptConnection(url, stop.signal);
    expect((await fetchNodeConntrack(url, stop.signal, LIMITS, agent)).state).toBe('ok');
    expect(await fetchNodeConntrack(url, stop.signal, LIMITS, agent)).toMatchObject({ state: 'failed' });
    // One that was sent in between would be before this one.
    expect(await fetchNodeConntrack(url, stop.signal, LIMITS, agent)).toMatchObject({ state: 'failed' });
    stop.abort();
    expect(asked).toBe(3);
  });

  it('is asked at an IPv6 address', async () => {
    const address = await serve((_, response) => response.end(REAL), '::1');
    expect(await ask(address)).toEqual({ state: 'ok', sample: SAMPLE });
  });

  it('is asked as text, not compressed, with the query that is configured', async () => {
    const asked: (string | undefined)[] = [];
    const address = await serve(({ url, headers }, response) => {
      asked.push(url, headers['accept-encoding']);
      response.end(REAL);
    });
    await ask(address, '/metrics?collect[]=conntrack');
    expect(asked).toEqual(['/metrics?collect[]=conntrack', 'identity']);
  });

  it('is given the user and the password, and nobody else is', async () => {
    const address = await serve(({ headers }, response) => {
      response.statusCode = headers.authorization === `Basic ${btoa('us er:se:cret')}` ? 200 : 401;
      response.end(REAL);
    });
    expect(await ask(`us%20er:se%3Acret@${address}`)).toMatchObject({ state: 'ok' });
    const refused = await ask(`user:wrong-secret@${address}`, '/metrics?token=wrong-secret');
    expect(refused).toEqual(failure('failed', `^http://${address}/metrics: answers 401$`));
    expect(JSON.stringify(await ask(`%zz:wrong-secret@${address}`))).not.toContain('wrong-secret');
  });

  it('may be compressed though nobody asked for it', async () => {
    const address = await serve((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(REAL));
    });
    expect(await ask(address)).toEqual({ state: 'ok', sample: SAMPLE });
  });

  it.each([
    ['br', brotliCompressSync(REAL), 'malformed', /not by gzip/],
    ['gzip', REAL, 'malformed', /not gzip, though it says so \(Z_DATA_ERROR\)/],
    ['gzip', gzipSync(Buffer.alloc(8 << 20, '# x\n')), 'too-large', /more than 1 MiB$/],
  ])('cannot be read where it is compressed by %s and wrong', async (coding, body, reason, why) => {
    const address = await serve((_, response) => {
      response.setHeader('content-encoding', coding);
      response.end(body);
    });
    expect(await ask(address)).toEqual(failure(reason, why));
  });

  it('has no numbers where its collector is off', async () => {
    const other = await ask(await serve((_, response) => response.end('up 1\n')));
    expect(other).toEqual(failure('absent', /no node_nf_conntrack_ metric/));
    expect(other).toMatchObject({ cure: expect.stringContaining('--collector.conntrack') });
  });

  it.each([
    ['a page', '<html><body>node_exporter</body></html>\n', /not with metrics/],
    [
      'several nodes',
      'node_nf_conntrack_entries{n="a"} 1\nnode_nf_conntrack_entries{n="b"} 2\n',
      /several values/,
    ],
  ])('is not %s', async (_, body, why) => {
    expect(await ask(await serve((_, response) => response.end(body)))).toEqual(failure('malformed', why));
  });

  it.each([
    [400, /https:/],
    [403, /user and password/],
    [404, /\/metrics/],
    [500, /node\.metricsUrl/],
    [204, /node\.metricsUrl/],
  ])('names the HTTP status %d, and what to do', async (status, cure) => {
    const address = await serve((_, response) => response.writeHead(status).end());
    const told = await ask(address);
    expect(told).toEqual(failure('failed', `answers ${status}$`));
    expect(told).toMatchObject({ cure: expect.stringMatching(cure) });
  });

  it('is not followed elsewhere', async () => {
    let requests = 0;
    const address = await serve((_, response) => {
      requests++;
      response.writeHead(302, { location: '/other' }).end();
    });
    expect(await ask(address)).toEqual(failure('failed', /answers 302, a redirect, which is not followed$/));
    expect(requests).toBe(1);
  });

  it('is not read beyond the limit', async () => {
    const ended = Promise.withResolvers<void>();
    const address = await serve((_, response) => {
      const pour = () => {
        while (response.write('# x\n'.repeat(10_000)));
        response.once('drain', pour);
      };
      response.on('close', ended.resolve);
      pour();
    });
    expect(await ask(address)).toEqual(failure('too-large', /more than 1 MiB$/));
    await ended.promise;
  });
});

describe('a server that does not answer', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const nothing = () => {};
  const close = (socket: Socket) => socket.end();

  it.each([
    ['says nothing', '', 'unreachable', /no whole answer within 0\.3 s$/, nothing],
    ['never ends its headers', head, 'unreachable', /no whole answer within 0\.3 s$/, nothing],
    ['never ends its body', `${head}\r\nup 1\n`, 'unreachable', /no whole answer within 0\.3 s$/, nothing],
    ['closes at once', '', 'unreachable', /ECONNRESET/, close],
    ['closes early', `${head}content-length: 9\r\n\r\nup 1\n`, 'unreachable', /ECONNRESET/, close],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n', 'malformed', /not HTTP \(HPE_/, nothing],
    ['has too many headers', `${head}a: ${'x'.repeat(20_000)}`, 'malformed', /HPE_HEADER_OVERFLOW/, nothing],
  ])('because it %s', async (_, text, reason, why, then) => {
    expect(await ask(await say(text, then))).toEqual(failure(reason, why));
  });

  it('because nobody listens', async () => {
    const address = await listen(createTcpServer());
    server?.close();
    expect(await ask(address)).toEqual(
      failure('unreachable', `^http://${address}/metrics: connection refused \\(ECONNREFUSED\\)$`),
    );
  });

  it('by TLS, because it has none', async () => {
    const address = await say('HTTP/1.1 400 Bad Request\r\n\r\n', close);
    const told = await fetchNodeConntrack(`https://${address}/metrics`, open, LIMITS);
    expect(told).toEqual(failure('unreachable', /TLS fails \((?:EPROTO|ERR_SSL_\w+)\)$/));
  });

  it('is left when the daemon stops', async () => {
    const stop = new AbortController();
    const closed = Promise.withResolvers<void>();
    const address = await say('', (socket) => {
      socket.on('close', () => closed.resolve());
      stop.abort();
    });
    expect(await fetchNodeConntrack(`http://${address}/`, stop.signal)).toMatchObject({ state: 'failed' });
    await closed.promise;
  });
});

describe('a URL as it is shown', () => {
  it.each([
    ['http://user:secret@10.0.0.7:9100/metrics?token=secret#secret', 'http://10.0.0.7:9100/metrics'],
    ['https://[fd00::7]:9100', 'https://[fd00::7]:9100/'],
  ])('of %s has no secrets', (url, shown) => expect(withoutCredentials(url)).toBe(shown));
});
