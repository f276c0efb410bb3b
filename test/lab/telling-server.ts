/**
 * The servers of dns-server.ts, which also tell what they are asked: each query over UDP is a line of JSON. Says "listening"
 * first, and ends when its standard input does.
 *
 *     node telling-server.ts 127.0.0.53 127.0.0.54
 */

import { startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import type { Rule } from '../../src/dns/script.ts';
import { zoneRule } from './dns-zones.ts';

/** A query as the packet has it. */
export interface ToldQuery {
  server: string;
  port: number;
  name: string;
  type: string;
  edns: boolean;
}

const rule: Rule = (query) => {
  const { server, client, name, type, edns } = query;
  const told: ToldQuery = { server, port: client.port, name, type, edns: edns !== undefined };
  console.log(JSON.stringify(told));
  return zoneRule(query);
};

await startScriptedServer(process.argv.slice(2).map((address) => ({ address, port: 53, rule })));
console.log('listening');
process.stdin.resume().on('end', () => process.exit());
