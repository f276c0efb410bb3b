import { setTimeout as sleep } from 'node:timers/promises';
import { byteStringOf } from '../dns/byte-string.ts';
import type { ModelLookup } from '../lookup/difference.ts';
import { readSources } from '../lookup/read-sources.ts';
import { createRealNetwork } from '../lookup/real-network.ts';
import { runLookup } from '../lookup/run-lookup.ts';
import type { Model } from '../resolver/models.ts';
import type { Sources } from '../resolver/sources.ts';
import { resolveText } from '../serve/resolve-text.ts';
import { type Command, columns, print } from './command.ts';
import { checkGivenFiles } from './given-files.ts';
import { type ResolveOptions, resolveOptions } from './resolve/options.ts';

const HELP = `Usage: netdns-sidecar resolve NAME... [--as MODEL[,MODEL]] [options]

Looks a name up exactly as a resolver would: the same packets from the same sockets at the same times, and what the
application would get. Several models run beside each other, so that it is seen where they differ.

Models: go-1.15 to go-1.27, glibc-2.31 to glibc-2.43, musl-1.1.0 to musl-1.2.6 (without a version: the newest),
nslookup, dig, busybox-nslookup; all = the newest of each. Default: go,glibc,musl,nslookup.

Options
  --as MODEL[,MODEL]     the resolvers to be
  --family FAMILY        unspec (default: A and AAAA), inet (A), inet6 (AAAA)
  --flags HINTS          getaddrinfo's hints: go (default: what cgo passes), addrconfig, none (NULL), 0
  --repeat N             that many lookups in one process: what the resolver remembers stays; a crash or hang is the last
  --wait MS              between them
  --server IP[:PORT]     instead of resolv.conf's nameservers (repeatable)
  --root DIR             where etc/ is, as in /proc/PID/root (default /)
  --resolv-conf FILE     instead of etc/resolv.conf; likewise --hosts FILE and --nsswitch FILE
  --limit SECONDS        where the real resolver would wait for ever (default 30)
  --json                 one JSON line a model, name and repetition
  --help

LOCALDOMAIN, RES_OPTIONS, HOSTALIASES and GODEBUG=netedns0=0 count as they do for the real resolver.

Exit status: 0 every lookup gave addresses, 1 one did not, 2 the command could not run.

Examples
  netdns-sidecar resolve localhost --as go,glibc,musl
  netdns-sidecar resolve kubernetes.default --as musl-1.2.3,glibc-2.36 --json
`;

export const resolveCommand: Command = { help: HELP, run };

/** A process of each model looks the names up; all go at once, each in its own order. */
async function run(args: string[]): Promise<number> {
  const options = resolveOptions(args);
  checkGivenFiles({
    'resolv-conf': options.resolvConf,
    hosts: options.hosts,
    nsswitch: options.nsswitch,
  });
  const processes = options.models.map((model) => createProcess(model, options));
  let failed = false;
  for (let nth = 0; nth < options.repeat; nth++) {
    for (const name of options.names) {
      if (nth > 0 && options.waitMs > 0) await sleep(options.waitMs);
      // Each process would read the files anew, and all of them now: one reading serves them all.
      const sources = readSources({ ...options, environment: process.env });
      const all = await Promise.all(processes.map((lookUp) => lookUp(name, sources)));
      const lookups = all.filter((lookup) => lookup !== undefined);
      if (lookups.length === 0) continue;
      await print(options.json ? jsonLines(name, lookups, options) : resolveText(name, lookups, columns()));
      failed ||= lookups.some(({ outcome }) => outcome !== 'ok');
    }
  }
  return failed ? 1 : 0;
}

/**
 * Looks names up as one process would. One that has crashed or hangs over a name never comes to look it up again; other
 * names are then looked up by a process of their own.
 */
function createProcess(
  model: Model,
  options: ResolveOptions,
): (name: string, sources: Sources) => Promise<ModelLookup | undefined> {
  let resolver = model.create();
  const network = createRealNetwork();
  const endedOver = new Set<string>();
  const { family, flags, limitMs: limit } = options;
  return async (name, sources) => {
    if (endedOver.has(name)) return undefined;
    const record = await runLookup({
      resolver,
      lookup: { name: byteStringOf(name), family, flags },
      sources,
      network,
      limit,
    });
    if (record.outcome === 'crash' || record.outcome === 'hang') {
      endedOver.add(name);
      resolver = model.create();
    }
    return { model: model.name, ...record };
  };
}

function jsonLines(name: string, lookups: readonly ModelLookup[], { family }: ResolveOptions): string {
  return lookups
    .map(({ model, ...record }) => `${JSON.stringify({ model, name, family, ...record })}\n`)
    .join('');
}
