import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Endpoint, Release } from './scripted-server.ts';

/** The kernel holds one connection more than the backlog says. */
const BACKLOG = 1;

/**
 * Makes a port drop every SYN, as a firewall does, without root: Linux drops them while a listener's accept queue is
 * full (net/ipv4/tcp_input.c, tcp_conn_request). Node.js accepts at once whatever it listens to, so the listening
 * socket is sent to a process that never takes it out of its channel; it ends with its standard input, that is with
 * us.
 */
export async function neverAnswerSyn({ address, port }: Endpoint): Promise<Release> {
  const server = createServer();
  server.listen({ host: address, port, backlog: BACKLOG, ipv6Only: true });
  await once(server, 'listening');
  const holder = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
  await once(holder, 'spawn');
  await new Promise<void>((resolve, reject) =>
    holder.send('hold', server, (error) => (error ? reject(error) : resolve())),
  );
  server.close();
  await once(server, 'close');
  const fillers = Array.from({ length: BACKLOG + 1 }, () => connect(port, address).on('error', () => {}));
  await Promise.all(fillers.map((filler) => once(filler, 'connect')));
  return async () => {
    const ended = once(holder, 'exit');
    holder.stdin?.end();
    await ended;
    for (const filler of fillers) filler.destroy();
  };
}
