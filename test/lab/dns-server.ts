/**
 * The scripted DNS server as a process of its own; dns-zones.ts is its script. Says "listening" when it is, and ends
 * when its standard input does, so that it never outlives the test that started it.
 *
 *     node dns-server.ts 127.0.0.53 127.0.0.54:refuse-tcp
 */

import { startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import { zoneRule } from './dns-zones.ts';

await startScriptedServer(
  process.argv.slice(2).map((argument) => {
    const [address = '', refuse] = argument.split(':');
    return { address, port: 53, rule: zoneRule, tcp: refuse ? 'refuse' : 'ok' };
  }),
);
console.log('listening');
process.stdin.resume().on('end', () => process.exit());
