/** What a lookup costs in source ports: by resolver, by this resolv.conf, and by what this application uses. */

import { appFacts } from '../app-facts.ts';
import type { Judgement, Known } from '../finding.ts';
import { factsFor, type LookupFamily } from '../probes/models.ts';
import { counted } from '../probes/transcripts.ts';

/** For a candidate name, A and AAAA: Go has a socket a query (net/dnsclient_unix.go, exchange), libc one for both. */
const PORTS: Readonly<Record<LookupFamily, number>> = { go: 2, glibc: 1, musl: 1 };
/** Of an external name: `api.example.com`. */
const DOTS = 2;
/** What kubelet writes into a pod's resolv.conf: ndots:5, and three domains. */
const IN_A_POD = { ndots: 5, domains: 3 };

/** Two lines of evidence; the second only where it is known which resolver the application uses. */
export function portCostText(known: Known, by: Judgement): string[] {
  const go = known.probes ? factsFor(known.probes, 'go') : undefined;
  const { ndots, domains } = go ? { ndots: go.ndots, domains: go.search.length } : IN_A_POD;
  const candidates = DOTS < ndots ? domains + 1 : 1;
  const where = go ? 'in this resolv.conf' : 'as in a pod';
  return [
    `source ports a lookup takes: Go’s resolver one a query, 2 a candidate name (A and AAAA); glibc and musl 1 a candidate name for both. For api.example.com, with ndots:${ndots} and ${counted(domains, 'search domain')} ${where}: Go ${PORTS.go * candidates}, glibc and musl ${PORTS.glibc * candidates}`,
    ...usedText(known, by),
  ];
}

function usedText({ probes, apps, processes }: Known, by: Judgement): string[] {
  const told = [...(probes?.targets.values() ?? [])].flatMap(({ app }) =>
    app && app.source !== 'default' ? [`${app.model} (${app.because})`] : [],
  );
  const seen = apps.flatMap((app) =>
    appFacts(app, by).resolvers.map(({ resolver, source }) => `${resolver} (by its ${source})`),
  );
  const [used] = told.length > 0 ? told : seen;
  if (used !== undefined) return [`the application uses ${used}`];
  const { libc } = processes?.app ?? {};
  return libc === 'none'
    ? ['the application has no libc mapped: it uses Go’s resolver, unless one is linked into it statically']
    : [];
}
