import type { ProbeLookup } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { impactOf, impactText, namesHit, severityOf, wentUnanswered } from '../probes/impact.ts';
import { appWindowOf } from '../probes/models.ts';
import { ednsSpellOf } from '../probes/server-spells.ts';
import { addressOf } from '../probes/server-verdict.ts';
import { checkText, type Round, resultText, usedServers } from '../probes/servers.ts';
import { shareText, spanOfSpell } from '../probes/window.ts';

/** A server, or a box before it, that answers a plain query and not the same one with an OPT record (RFC 6891). */
export const edns0Rejected: ProbeRule = {
  id: 'edns0-rejected',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = ednsSpellOf(server);
      const latest = spell?.bad.at(-1);
      if (!spell || !latest?.udp || !latest.udpEdns) return [];
      const isHit = (lookup: ProbeLookup) => spoilt(lookup, server.server).length > 0;
      const impact = impactOf(probes, by, isHit);
      const appSends = [...probes.targets.values()].some((target) =>
        appWindowOf(target)
          ?.lookups.at(-1)
          ?.queries.some((query) => query.server === server.server && query.edns !== null),
      );
      const { result } = latest.udpEdns;
      return [
        {
          subject: server.server,
          severity: severityOf(impact, probes, by, appSends ? 'warning' : 'info'),
          title: `${server.server} answers queries without EDNS0 and ${result.kind === 'timeout' ? 'drops' : 'rejects'} those with it${appSends ? '' : ', which the application does not send'}`,
          evidence: [
            `${shareText(spell, 'checks')} with EDNS0 got ${[...new Set(spell.bad.map(resultWithEdns))].join(' or ')}, those without got an answer; the first ${time(spell.since)}`,
            checkText(latest.udpEdns),
            checkText(latest.udp),
            ...impactText(impact),
          ],
          fix: `Let ${addressOf(server.server)} take EDNS0 (RFC 6891): update it, and look for a firewall or proxy before it that inspects DNS. Until then GODEBUG=netedns0=0 in the container's environment (Go 1.21 and newer; joined by a comma to what it holds already), and no \`edns0\` in the options of resolv.conf and RES_OPTIONS for glibc.`,
          ...spanOfSpell(spell),
        },
      ];
    }),
};

const resultWithEdns = ({ udpEdns }: Round) => (udpEdns ? resultText(udpEdns.result) : '');

function spoilt(lookup: ProbeLookup, server: string): string[] {
  return namesHit(
    lookup,
    server,
    (query) =>
      query.edns !== null && query.proto === 'udp' && (wentUnanswered(query, lookup) || query.reply !== null),
  );
}
