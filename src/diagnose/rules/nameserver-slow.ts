import type { ProbeLookup, ServerRecord } from '../../journal/probe-record.ts';
import type { Judgement, ProbeRule } from '../finding.ts';
import { failedByServers, impactOf, namesHit, wentUnanswered } from '../probes/impact.ts';
import { addressOf, forNames, isFault, verdictOfServer } from '../probes/server-verdict.ts';
import { plainRoundsOf, type Round, replyTo, usedServers } from '../probes/servers.ts';
import { duration } from '../probes/transcripts.ts';
import { type Spell, spellOf } from '../probes/window.ts';

/** A server fills its cache now and then: three slow replies of five are no cold cache. */
const THRESHOLD = { bad: 3, of: 5, good: 3 };

/** A nameserver whose replies come, but late: each lookup waits, and a timeout shorter than that fails. */
export const nameserverSlow: ProbeRule = {
  id: 'nameserver-slow',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = slowSpellOf(server, by);
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

/** Whether a server is slow to single queries. */
export function slowSpellOf(server: ServerRecord, { slowQuery }: Judgement): Spell<Round> | undefined {
  return spellOf(
    plainRoundsOf(server),
    ({ udp }) => replyTo(udp) !== undefined && udp.durationMs >= slowQuery,
    THRESHOLD,
  );
}

/** Names whose reply came, late. */
function lateNames({ queries }: ProbeLookup, server: string, { slowQuery }: Judgement): string[] {
  return queries
    .filter(
      (query) =>
        query.server === server &&
        query.proto === 'udp' &&
        query.reply !== null &&
        query.reply.atMs - query.atMs >= slowQuery,
    )
    .map(({ name }) => name);
}

/** The resolver's timeout was shorter than what the server takes. */
function gaveUp(lookup: ProbeLookup, server: string): boolean {
  return (
    failedByServers(lookup) &&
    namesHit(lookup, server, (query) => query.proto === 'udp' && wentUnanswered(query, lookup)).length > 0
  );
}
