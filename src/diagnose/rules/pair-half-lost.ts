import type { PairCheck } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { impactOf, impactText, severityOf } from '../probes/impact.ts';
import {
  appPairsFromOnePort,
  isHalf,
  missedHalf,
  OTHER_PORTS,
  withoutOneReplyRuns,
} from '../probes/pairs.ts';
import { usedServers } from '../probes/servers.ts';
import { NOW_AND_THEN, type Spell, shareText, spanOfSpell, spellOf } from '../probes/window.ts';
import { glibcPairFallback } from './glibc-pair-fallback.ts';

/** Of A and AAAA that are sent at once one gets no reply: each lookup that meets it waits for a retransmit or fails. */
export const pairHalfLost: ProbeRule = {
  id: 'pair-half-lost',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by, known) =>
    usedServers(probes).flatMap((server) => {
      const spell = spellOf(withoutOneReplyRuns(server.pairs), losesHalf, NOW_AND_THEN);
      if (!spell) return [];
      const impact = impactOf(probes, by, (lookup) => missedHalf(lookup, server.server));
      const pattern = patternOf(spell);
      const exact = glibcPairFallback
        .judge(probes, by, known)
        .some(({ subject, severity }) => subject === server.server && severity === 'critical');
      const otherwise =
        pattern.kind === 'one port' && !appPairsFromOnePort(probes, [...OTHER_PORTS, 'single-request'])
          ? 'info'
          : 'warning';
      return [
        {
          subject: server.server,
          severity: exact ? 'warning' : severityOf(impact, probes, by, otherwise),
          title: `${pattern.title} ${server.server}`,
          evidence: [
            `${shareText(spell, 'pairs')} lost half: ${countsText(spell)}; the first ${time(spell.since)}`,
            ...spell.bad.slice(-3).map(pairText),
            ...impactText(impact),
          ],
          fix: FIXES[pattern.kind](server.server),
          ...spanOfSpell(spell),
        },
      ];
    }),
};

const losesHalf = ({ onePort, twoPorts }: PairCheck) => isHalf(onePort) || isHalf(twoPorts);

type Kind = 'one type' | 'one port' | 'any';

/** What the losses have in common tells where to look. */
function patternOf({ bad }: Spell<PairCheck>): { kind: Kind; title: string } {
  const types = new Set(bad.flatMap(({ onePort, twoPorts }) => [onePort, twoPorts].filter(isHalf)));
  const [type = ''] = types;
  const always = types.size === 1 && bad.every(({ onePort, twoPorts }) => onePort === twoPorts);
  if (always)
    return {
      kind: 'one type',
      title: `${type.toUpperCase()} queries get no reply, and the other half does, from`,
    };
  if (bad.every(({ twoPorts }) => !isHalf(twoPorts)))
    return { kind: 'one port', title: 'Now and then one of A and AAAA from one port is lost on the way to' };
  return { kind: 'any', title: 'Now and then a query or its reply is lost on the way to' };
}

const FIXES: Readonly<Record<Kind, (server: string) => string>> = {
  'one type': (server) =>
    `Let ${server}, or the load balancer or firewall before it, answer these queries (RFC 4074): NOERROR without records where there are none. In CoreDNS: \`template IN AAAA . { rcode NOERROR }\`. Until then, where the application needs no IPv6: \`options no-aaaa\` in resolv.conf (glibc 2.36 and newer), or dial tcp4.`,
  'one port': () =>
    `This is what conntrack's race looks like: two first packets of one flow at once, and one is dropped (\`insert_failed\` in \`conntrack -S\` on the node). NodeLocal DNSCache, or a DNS Service that is not NATed, ends it. Until then, for glibc: \`options single-request-reopen\` in resolv.conf (pod: \`dnsConfig: {options: [{name: single-request-reopen}]}\`); musl heeds no such option, Go's resolver (GODEBUG=netdns=go+2) uses a port for each query.`,
  any: (server) =>
    `Packets are lost between the pod and ${server}: look at drops of the interfaces on the way (\`ip -s link\`), at conntrack on the node (\`conntrack -S\`: drop, insert_failed), at UDP receive errors of the server (\`nstat -az UdpRcvbufErrors\`), and at rate limits for the pod's address (cloud resolvers cap queries a second).`,
};

function countsText({ bad }: Spell<PairCheck>): string {
  const count = (which: 'onePort' | 'twoPorts', lost: 'a' | 'aaaa') =>
    bad.filter((pair) => pair[which] === lost).length;
  const one = `A ${count('onePort', 'a')}, AAAA ${count('onePort', 'aaaa')}`;
  return `from one port ${one}; from two ports A ${count('twoPorts', 'a')}, AAAA ${count('twoPorts', 'aaaa')}`;
}

function pairText({ at, name, first, onePort, twoPorts }: PairCheck): string {
  return `${name}, ${first} sent first, ${time(at)}: lost from one port: ${onePort.toUpperCase()}, from two: ${twoPorts.toUpperCase()}`;
}
