/**
 * A DNS server that answers what a script says, over real sockets: for the demo, the lab and tests. The same rules run
 * over the virtual clock (lookup/virtual-network.ts). It may be broken on purpose, but never grows without bound.
 */
import type { Rule, ScriptedAction, ScriptedQuery, TcpMode } from '../script.ts';
import { consult, type SeenQuery } from '../scripted-query.ts';
import { listenTcp } from './scripted-tcp.ts';
import { listenUdp } from './scripted-udp.ts';

export interface Endpoint {
  address: string;
  port: number;
}

/** One address and port that is answered from. */
export interface Listener extends Endpoint {
  /** An address of this machine, IPv4 or IPv6. */
  address: string;
  /** 0: one that is free for both UDP and TCP. */
  port: number;
  rule: Rule;
  /** Default `ok`. */
  tcp?: TcpMode;
}

/** A server at work. */
export interface ScriptedServer {
  /** Where it listens, in the order of the listeners. */
  endpoints: readonly Endpoint[];
  /** The first queries and connections, at most 10,000. */
  seen: readonly SeenQuery[];
  /** Ends at once: delayed replies are not sent, connections are reset. */
  close(): Promise<void>;
}

/** What the sockets of one listener ask and tell. */
export interface Listening {
  actions(message: Uint8Array, about: Pick<ScriptedQuery, 'proto' | 'client'>): readonly ScriptedAction[];
  /** A TCP connection from this client port. */
  accepted(port: number): void;
  /** Runs later, unless the server is closed by then or too much is waiting already. */
  later(ms: number, run: () => void): void;
}
/** Gives back what it holds, when called. */
export type Release = () => Promise<void> | void;

const MAX_SEEN = 10_000;
/** Replies that wait for their time: a client that floods must not fill the memory. */
const MAX_WAITING = 20_000;
/** How often a free UDP port may turn out to be taken for TCP. */
const PORT_TRIES = 20;

/** Starts a server; rejects with the socket's own error (`EADDRINUSE`, `EACCES`) where it cannot listen. */
export async function startScriptedServer(listeners: readonly Listener[]): Promise<ScriptedServer> {
  const seen: SeenQuery[] = [];
  const waiting = new Set<NodeJS.Timeout>();
  const held: Release[] = [];
  const endpoints: Endpoint[] = [];
  const close = async () => {
    for (const timer of waiting) clearTimeout(timer);
    await Promise.all(held.splice(0).map((release) => release()));
  };
  const began = performance.now();
  try {
    for (const listener of listeners) {
      const { port, release } = await listen(listener, createListening(listener, began, seen, waiting));
      endpoints.push({ address: listener.address, port });
      held.push(release);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { endpoints, seen, close };
}

function createListening(
  { address, rule }: Listener,
  began: number,
  seen: SeenQuery[],
  waiting: Set<NodeJS.Timeout>,
): Listening {
  const counts = new Map<string, number>();
  const note = (query: SeenQuery) => seen.length < MAX_SEEN && seen.push(query);
  return {
    actions(message, { proto, client }) {
      if (counts.size >= MAX_SEEN) counts.clear();
      const at = performance.now() - began;
      const { seen: query, actions } = consult(message, { server: address, proto, client, at, counts }, rule);
      note(query);
      return actions;
    },
    accepted: (port) =>
      note({ at: performance.now() - began, proto: 'tcp', port, server: address, accept: true }),
    later(ms, run) {
      if (waiting.size >= MAX_WAITING) return;
      if (ms <= 0) {
        run();
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(timer);
        run();
      }, ms);
      waiting.add(timer);
    },
  };
}

/** UDP and TCP on one port. */
async function listen(
  { address, port, tcp = 'ok' }: Listener,
  listening: Listening,
): Promise<{ port: number; release: Release }> {
  for (let tries = 1; ; tries++) {
    const udp = await listenUdp({ address, port }, listening);
    try {
      const releaseTcp = await listenTcp({ address, port: udp.port }, tcp, listening);
      return { port: udp.port, release: async () => void (await Promise.all([udp.release(), releaseTcp()])) };
    } catch (error) {
      udp.release();
      if (port !== 0 || tries >= PORT_TRIES) throw error;
    }
  }
}
