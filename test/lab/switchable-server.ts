/**
 * DNS servers that change their ways when told to, as a process of its own; and a reader of URLs, for what it shares the
 * loopback interface with is not to be reached from outside of its namespace. Says "ready" when it is, answers each
 * request of its standard input with a line, and ends when that does.
 *
 *     node switchable-server.ts BEHAVIOURS-MODULE
 */

import { createInterface } from 'node:readline';
import { type ScriptedServer, startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import type { Rule, TcpMode } from '../../src/dns/script.ts';

/** What a server does. Without a rule nothing listens. */
export interface Behaviour {
  rule?: Rule;
  /** Default `ok`. */
  tcp?: TcpMode;
}

/** A server is to behave so from now on, or a URL to be read. */
export type Request = { id: number } & ({ address: string; behaviour: string } | { url: string });
export interface Response {
  id: number;
  status: number;
  body: string;
}

interface Running {
  behaviour: Behaviour;
  server?: ScriptedServer;
}

const [file = ''] = process.argv.slice(2);
const { behaviours } = (await import(file)) as { behaviours: Readonly<Record<string, Behaviour>> };
const running = new Map<string, Running>();

/** The sockets stay where only the rule changes: no query is lost meanwhile. */
async function change(address: string, name: string): Promise<void> {
  const behaviour = behaviours[name];
  if (!behaviour) throw new Error(`no behaviour ${name}`);
  const at = running.get(address) ?? { behaviour: {} };
  running.set(address, at);
  const before = at.behaviour;
  at.behaviour = behaviour;
  if (Boolean(before.rule) === Boolean(behaviour.rule) && before.tcp === behaviour.tcp) return;
  await at.server?.close();
  delete at.server;
  if (!behaviour.rule) return;
  const rule: Rule = (query) => at.behaviour.rule?.(query) ?? 'silence';
  at.server = await startScriptedServer([{ address, port: 53, rule, tcp: behaviour.tcp ?? 'ok' }]);
}

async function answer(request: Request): Promise<Omit<Response, 'id'>> {
  if ('url' in request) {
    const response = await fetch(request.url, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: await response.text() };
  }
  await change(request.address, request.behaviour);
  return { status: 200, body: '' };
}

console.log('ready');
createInterface(process.stdin)
  .on('line', async (line) => {
    const request = JSON.parse(line) as Request;
    const answered = await answer(request).catch((error) => ({ status: 0, body: String(error) }));
    console.log(JSON.stringify({ id: request.id, ...answered } satisfies Response));
  })
  .on('close', () => process.exit());
