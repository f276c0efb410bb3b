import { setTimeout as sleep } from 'node:timers/promises';
import { createRealNetwork } from '../lookup/real-network.ts';
import { readSources } from '../lookup/read-sources.ts';
import { runLookup } from '../lookup/run-lookup.ts';
import type { Family, HintFlags } from '../resolver/model.ts';
import { modelOf } from '../resolver/models.ts';
import { type Command, parseOptions, UsageError } from './command.ts';

export const resolveCommand: Command = { help: '', run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseOptions('resolve', {
    args,
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      json: { type: 'boolean' },
      family: { type: 'string', default: 'unspec' },
      flags: { type: 'string', default: 'go' },
      repeat: { type: 'string', default: '1' },
      wait: { type: 'string', default: '0' },
      limit: { type: 'string', default: '30' },
    },
  });
  const model = modelOf(values.as ?? 'go');
  if ('error' in model) throw new UsageError(model.error);
  const resolver = model.create();
  const network = createRealNetwork();
  for (let nth = 0; nth < Number(values.repeat); nth++) {
    for (const name of positionals) {
      if (nth > 0 && Number(values.wait) > 0) await sleep(Number(values.wait));
      const record = await runLookup({
        resolver,
        lookup: { name: Buffer.from(name, 'utf8').toString('latin1'), family: values.family as Family, flags: values.flags as HintFlags },
        sources: readSources({ root: '/', environment: process.env }),
        network,
        limit: Number(values.limit) * 1000,
      });
      process.stdout.write(`${JSON.stringify({ model: model.name, name, family: values.family, ...record })}\n`);
    }
  }
  return 0;
}
