/**
 * Looks a name up COUNT times as a model does, AT_ONCE at a time, and prints what one lookup cost as JSON. Start-up and
 * warming up are not counted.
 *
 *   node bench/lookups-child.ts MODEL NAME SERVER_PORT COUNT AT_ONCE
 */
import { readSources } from '../src/lookup/read-sources.ts';
import { createRealNetwork } from '../src/lookup/real-network.ts';
import { runLookup } from '../src/lookup/run-lookup.ts';
import { modelOf } from '../src/resolver/models.ts';

const [modelName = '', name = '', port = '', count = '', atOnce = ''] = process.argv.slice(2);
const model = modelOf(modelName);
if ('error' in model) throw new Error(model.error);
const resolver = model.create();
const sources = readSources({
  root: '/',
  environment: {},
  nameservers: [{ address: '127.0.0.1', port: Number(port) }],
});
const roundTrips: number[] = [];

async function lookups(howMany: number): Promise<void> {
  const network = createRealNetwork();
  for (let nth = 0; nth < howMany; nth++) {
    const lookup = { name, family: 'unspec', flags: 'go' } as const;
    const record = await runLookup({ resolver, lookup, sources, network, limit: 5_000 });
    if (record.outcome !== 'ok') throw new Error(`${modelName}: ${record.outcome} ${record.error}`);
    for (const { atMs, reply } of record.queries) if (reply) roundTrips.push(reply.atMs - atMs);
  }
}

await lookups(2_000);
roundTrips.length = 0;
const before = process.cpuUsage();
const began = performance.now();
await Promise.all(Array.from({ length: Number(atOnce) }, () => lookups(Number(count) / Number(atOnce))));
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
roundTrips.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    cpuMicroseconds: (user + system) / Number(count),
    perSecond: Number(count) / seconds,
    medianMs: roundTrips[roundTrips.length >> 1],
  }),
);
