import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startScriptedServer } from '../../dns/net/scripted-server.ts';
import type { ModelLookup } from '../../lookup/difference.ts';
import { readSources } from '../../lookup/read-sources.ts';
import { createRealNetwork } from '../../lookup/real-network.ts';
import { runLookup } from '../../lookup/run-lookup.ts';
import { type Model, modelOf } from '../../resolver/models.ts';
import type { Sources } from '../../resolver/sources.ts';
import type { Breakage } from './broken-servers.ts';

const MODELS = ['go', 'glibc', 'musl-1.2.3', 'musl', 'nslookup'];
/** Where the real resolver would wait for ever, ms. */
const LIMIT_MS = 3_000;
const OPTIONS = 'options timeout:1 attempts:1 ndots:2\n';

/**
 * Breaks DNS on loopback ports and looks the name up over them as each resolver would, all at once.
 *
 * @param root of a machine's files, made here
 */
export async function lookUpLive({ name, servers, search }: Breakage, root: string): Promise<ModelLookup[]> {
  const server = await startScriptedServer(
    servers.map((listener) => ({ address: '127.0.0.1', port: 0, ...listener })),
  );
  try {
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/resolv.conf'), `${search ? `search ${search}\n` : ''}${OPTIONS}`);
    writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
    const sources = readSources({ root, environment: {}, nameservers: server.endpoints });
    return await Promise.all(MODELS.map((model) => lookUp(modelNamed(model), name, sources)));
  } finally {
    await server.close();
  }
}

async function lookUp({ name: model, create }: Model, name: string, sources: Sources): Promise<ModelLookup> {
  const record = await runLookup({
    resolver: create(),
    lookup: { name, family: 'unspec', flags: 'go' },
    sources,
    network: createRealNetwork(),
    limit: LIMIT_MS,
  });
  return { model, ...record };
}

function modelNamed(name: string): Model {
  const model = modelOf(name);
  if ('error' in model) throw new Error(model.error);
  return model;
}
