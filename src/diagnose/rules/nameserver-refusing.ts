import type { CheckResult, ProbeLookup } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { failedByServers, hasRecords, impactOf, namesHit } from '../probes/impact.ts';
import { addressOf, forNames, isFault, verdictOfServer } from '../probes/server-verdict.ts';
import { isGoodReply, isLame, plainRoundsOf, usedServers } from '../probes/servers.ts';
import type { SentQuery } from '../probes/transcripts.ts';
import { spellOf } from '../probes/window.ts';

/** A nameserver that does not serve this client or this name: REFUSED, or a referral in place of recursion. */
export const nameserverRefusing: ProbeRule = {
  id: 'nameserver-refusing',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const rounds = plainRoundsOf(server);
      const spell = spellOf(rounds, ({ udp }) => refuses(udp.result));
      const lame = spell?.bad.at(-1)?.udp;
      const isReferral = lame !== undefined && isLame(lame.result);
      const namesOf = isReferral ? referredNames : refusedNames;
      // A referral is to some an answer: that there is no such name, or no record.
      const isFailure = isReferral ? ({ asExpected }: ProbeLookup) => !asExpected : failedByServers;
      const isHit = (lookup: ProbeLookup) => namesOf(lookup, server.server).length > 0;
      const fault = { server, spell, impact: impactOf(probes, by, isHit, isFailure) };
      if (!isFault(fault)) return [];
      const hits = [...fault.impact.failing, ...fault.impact.slowed];
      const names = [
        ...(spell?.bad.map(({ name }) => name) ?? []),
        ...hits.flatMap(({ latest }) => namesOf(latest, server.server)),
      ];
      const ofSome = !spell || rounds.some(({ udp }) => isGoodReply(udp.result));
      const address = addressOf(server.server);
      return [
        verdictOfServer(fault, probes, by, {
          title: `${server.server} ${isReferral ? 'does no recursion' : 'refuses to answer'}${ofSome ? forNames(names) : ''}`,
          what: isReferral ? 'got neither an answer nor recursion' : 'got REFUSED',
          fix: isReferral
            ? `${address} is an authoritative nameserver: name a recursive one in resolv.conf (pod: dnsPolicy ClusterFirst, or dnsConfig.nameservers), or let it do recursion for this network (BIND: \`recursion yes; allow-recursion { NETWORK; };\`).`
            : `Let ${address} serve this pod's address (BIND: \`allow-query\` and \`allow-recursion\`; unbound: \`access-control: NETWORK allow\`; CoreDNS: the \`acl\` plugin, and a server block for the zone, for it refuses names that no block has: \`. { forward . /etc/resolv.conf }\`).`,
        }),
      ];
    }),
};

function refuses(result: CheckResult): boolean {
  return (result.kind === 'reply' && result.rcode === 'REFUSED') || isLame(result);
}

function refusedNames(lookup: ProbeLookup, server: string): string[] {
  return namesHit(lookup, server, ({ reply }) => reply?.rcode === 'REFUSED', hasRecords);
}

/** What it says of lookups that got NOERROR without records from a server that is lame. */
function referredNames(lookup: ProbeLookup, server: string): string[] {
  const isEmpty = ({ reply }: SentQuery) => reply?.rcode === 'NOERROR' && reply.answers === 0 && !reply.tc;
  return namesHit(lookup, server, isEmpty, hasRecords);
}
