import type { ProbeLookup, ProbeRecord, ServerRecord } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { failedByServers, impactOf, namesHit, wentUnanswered } from '../probes/impact.ts';
import { ednsSpellOf, silentSpellOf, slowSpellOf, unreachableSpellOf } from '../probes/server-spells.ts';
import { addressOf, forNames, IN_RESOLV_CONF, isFault, verdictOfServer } from '../probes/server-verdict.ts';
import { checkText, plainRoundsOf, replyTo, roundsOf, usedServers } from '../probes/servers.ts';

/** A nameserver that says nothing over UDP, to any query or to those for some name: each costs a whole timeout. */
export const nameserverSilent: ProbeRule = {
  id: 'nameserver-silent',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = silentSpellOf(server);
      // Too late for the resolver's timeout is slow, ICMP that musl does not hear is unreachable, what only EDNS
      // meets is that.
      const other = slowSpellOf(server, by.slowQuery) ?? unreachableSpellOf(server);
      const skipEdns = ednsSpellOf(server) !== undefined;
      const isHit = (lookup: ProbeLookup) =>
        !other &&
        (unanswered(lookup, server.server, skipEdns).length > 0 ||
          // What came may be no reply to a resolver: another id, another question, none.
          (spell !== undefined && failedByServers(lookup) && wasAsked(lookup, server.server)));
      const fault = { server, spell, impact: impactOf(probes, by, isHit) };
      if (!isFault(fault)) return [];
      const hits = [...fault.impact.failing, ...fault.impact.slowed].map(({ latest }) => latest);
      const names = hits.flatMap((lookup) => unanswered(lookup, server.server, skipEdns));
      return [
        verdictOfServer(fault, probes, by, {
          title: `${server.server} does not answer${spell ? '' : forNames(names)}`,
          what: 'got no reply',
          evidence: tcpText(server),
          fix: spell ? fixOf(server, probes) : fixForNames(names),
        }),
      ];
    }),
};

function wasAsked({ queries }: ProbeLookup, server: string): boolean {
  return queries.some((query) => query.server === server);
}

function unanswered(lookup: ProbeLookup, server: string, skipEdns: boolean): string[] {
  return namesHit(
    lookup,
    server,
    (query) => query.proto === 'udp' && wentUnanswered(query, lookup) && !(skipEdns && query.edns !== null),
  );
}

/** Whether the server is there for TCP tells a dead server from a filter of UDP. */
function tcpText(server: ServerRecord): string[] {
  const check = roundsOf(server).findLast(({ tcp }) => tcp)?.tcp;
  return check ? [`${server.server}: ${checkText(check)}`] : [];
}

function fixOf({ server, position }: ServerRecord, probes: ProbeRecord): string {
  const address = addressOf(server);
  const others = usedServers(probes).filter((other) => other.server !== server);
  const working = others.find((other) => replyTo(plainRoundsOf(other).at(-1)?.udp));
  const meanwhile = working
    ? position === 0
      ? `Until then put \`nameserver ${addressOf(working.server)}\` before it in resolv.conf, or take it out ${IN_RESOLV_CONF}, and shorten the wait with \`options timeout:1 attempts:2\` (pod: dnsConfig.options).`
      : `Until then take \`nameserver ${address}\` out of resolv.conf ${IN_RESOLV_CONF}.`
    : 'There is no other nameserver in resolv.conf that answers.';
  return `Let UDP port 53 through to ${address} and its replies back (NetworkPolicy egress \`to\` kube-system with \`ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]\`; security group; firewall), and see that it runs: \`kubectl -n kube-system get pods,endpointslices -l k8s-app=kube-dns\`. ${meanwhile}`;
}

function fixForNames(names: readonly string[]): string {
  return `The nameserver answers other names: what it forwards${forNames(names)} to does not answer it. In CoreDNS look at the \`forward\` line of that zone and the log of its \`errors\` plugin, in dnsmasq at \`server=/ZONE/\`.`;
}
