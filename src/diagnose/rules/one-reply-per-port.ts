import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { impactOf, impactText } from '../probes/impact.ts';
import { appPairsFromOnePort, missedHalf, OTHER_PORTS, oneReplySpellOf } from '../probes/pairs.ts';
import { usedServers } from '../probes/servers.ts';
import { shareText, spanOfSpell } from '../probes/window.ts';

/**
 * What lets one reply through a source port breaks resolvers that send A and
 * AAAA from one: glibc and musl, not Go, nor nslookup.
 */
export const oneReplyPerPort: ProbeRule = {
  id: 'one-reply-per-port',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = oneReplySpellOf(server.pairs);
      if (!spell) return [];
      const impact = impactOf(probes, by, (lookup) => missedHalf(lookup, server.server));
      const usesOnePort = appPairsFromOnePort(probes, OTHER_PORTS);
      return [
        {
          subject: server.server,
          severity: impact.failing.length > 0 ? 'critical' : usesOnePort ? 'warning' : 'info',
          title: `Of A and AAAA from one source port to ${server.server} only one is answered${usesOnePort ? '' : '; the application’s resolver is not hit'}`,
          evidence: [
            `${shareText(spell, 'pairs')} from one port lost one reply, none did from two ports; the first ${time(spell.since)}`,
            ...spell.bad
              .slice(-3)
              .map(
                ({ at, name, first, onePort }) =>
                  `${name}, ${first} sent first: ${onePort.toUpperCase()} got no reply, ${time(at)}`,
              ),
            ...impactText(impact),
          ],
          fix: `Look for what keeps state by port between the pod and ${server.server}: a NAT, firewall or load balancer that closes a UDP flow after its first reply, or conntrack, which drops the second of two first packets (NodeLocal DNSCache spares it). Until then, for glibc: \`options single-request-reopen\` in resolv.conf (pod: \`dnsConfig: {options: [{name: single-request-reopen}]}\`); musl has no such option: GODEBUG=netdns=go+2 in the container's environment takes Go's resolver, which uses a port for each query.`,
          ...spanOfSpell(spell),
        },
      ];
    }),
};
