import type { ProbeLookup } from '../../journal/probe-record.ts';
import type { Judgement, ProbeRule } from '../finding.ts';
import { failedByServers, impactOf, namesHit, wentUnanswered } from '../probes/impact.ts';
import { silentSpellOf, slowSpellOf } from '../probes/server-spells.ts';
import { addressOf, forNames, isFault, verdictOfServer } from '../probes/server-verdict.ts';
import { usedServers } from '../probes/servers.ts';
import { duration, type SentQuery } from '../probes/transcripts.ts';

/** A nameserver whose replies come, but late: each lookup waits, and a timeout shorter than that fails. */
export const nameserverSlow: ProbeRule = {
  id: 'nameserver-slow',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      // What comes later than any resolver waits is silence to it.
      if (silentSpellOf(server)) return [];
      const spell = slowSpellOf(server, by.slowQuery);
      const isHit = (lookup: ProbeLookup) =>
        lateNames(lookup, server.server, by).length > 0 ||
        (spell !== undefined && gaveUp(lookup, server.server));
      const fault = { server, spell, impact: impactOf(probes, by, isHit) };
      if (!isFault(fault)) return [];
      const names = [...fault.impact.failing, ...fault.impact.slowed].flatMap(({ latest }) =>
        lateNames(latest, server.server, by),
      );
      const times = (spell?.bad ?? []).map(({ udp }) => udp?.durationMs ?? 0).toSorted((a, b) => a - b);
      const median = times[Math.floor(times.length / 2)];
      return [
        verdictOfServer(fault, probes, by, {
          title:
            median === undefined
              ? `${server.server} is slow${forNames(names)}`
              : `${server.server} takes ${duration(median)} to answer`,
          what: `took ${duration(by.slowQuery)} or longer (${times.map(duration).join(', ')})`,
          fix: `Look at the load of ${addressOf(server.server)} and at what it forwards to: for CoreDNS coredns_dns_request_duration_seconds and coredns_forward_request_duration_seconds, CPU throttling of its pods, the \`cache\` plugin in its Corefile, more replicas or NodeLocal DNSCache. Write names that are fully qualified with a dot at their end, so that no search domain is asked for first.`,
        }),
      ];
    }),
};

/** Names whose reply came, late. */
function lateNames({ queries }: ProbeLookup, server: string, { slowQuery }: Judgement): string[] {
  const ofServer = queries.filter((query) => query.server === server && query.proto === 'udp');
  return ofServer.filter((query) => tookMs(query, ofServer) >= slowQuery).map(({ name }) => name);
}

/** Since it was asked last: the reply to a query that was sent again, because the first one was lost, is not late. */
function tookMs({ name, type, reply }: SentQuery, queries: readonly SentQuery[]): number {
  if (!reply) return 0;
  const asked = queries.filter(
    (query) => query.name === name && query.type === type && query.atMs <= reply.atMs,
  );
  return reply.atMs - Math.max(...asked.map(({ atMs }) => atMs));
}

/** The resolver's timeout was shorter than what the server takes. */
function gaveUp(lookup: ProbeLookup, server: string): boolean {
  return (
    failedByServers(lookup) &&
    namesHit(lookup, server, (query) => query.proto === 'udp' && wentUnanswered(query, lookup)).length > 0
  );
}
