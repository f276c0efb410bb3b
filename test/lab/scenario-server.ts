/**
 * The servers of scenarios, each at its own addresses. Says "listening" when they are. When its standard input ends it
 * writes what they saw, as JSON, and ends too.
 *
 *     node scenario-server.ts SEEN-FILE SCENARIO...
 */

import { writeFileSync } from 'node:fs';
import { type Listener, startScriptedServer } from '../../src/dns/net/scripted-server.ts';
import type { Rule } from '../../src/dns/script.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { inRun } from './scenario-addresses.ts';

const [seenFile = '', ...names] = process.argv.slice(2);

const listeners = names.flatMap((name, run) => {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  return Object.entries(scenario.servers()).map(
    ([address, rule]): Listener => ({
      address: inRun(run, address),
      port: 53,
      rule: moved(run, rule),
      tcp: scenario.tcp[address] ?? 'ok',
    }),
  );
});

/** A rule whose replies from elsewhere come from the run's own addresses. */
function moved(run: number, rule: Rule): Rule {
  return (query) =>
    [rule(query)]
      .flat()
      .map((action) =>
        typeof action === 'string' || !action.from
          ? action
          : { ...action, from: { ...action.from, address: inRun(run, action.from.address) } },
      );
}

const server = await startScriptedServer(listeners);
console.log('listening');
process.stdin.resume().on('end', () => {
  writeFileSync(seenFile, JSON.stringify(server.seen));
  process.exit();
});
