import type { CheckResult, ProbeLookup } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { hasRecords, impactOf, namesHit } from '../probes/impact.ts';
import { ednsSpellOf } from '../probes/server-spells.ts';
import { addressOf, forNames, isFault, type ServerFault, verdictOfServer } from '../probes/server-verdict.ts';
import { isGoodReply, plainRoundsOf, replyTo, resultText, usedServers } from '../probes/servers.ts';
import type { SentQuery } from '../probes/transcripts.ts';
import { spellOf } from '../probes/window.ts';

/** A nameserver that is there and cannot do its work: SERVFAIL, another error, or a reply that cannot be read. */
export const nameserverFailing: ProbeRule = {
  id: 'nameserver-failing',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = spellOf(plainRoundsOf(server), ({ udp }) => fails(udp.result));
      const skipEdns = ednsSpellOf(server) !== undefined;
      const isHit = (lookup: ProbeLookup) => failedNames(lookup, server.server, skipEdns).length > 0;
      const fault = { server, spell, impact: impactOf(probes, by, isHit) };
      if (!isFault(fault)) return [];
      const { names, rcodes } = badOnes(fault, skipEdns);
      const someAreFine = plainRoundsOf(server).some(({ udp }) => isGoodReply(udp.result));
      return [
        verdictOfServer(fault, probes, by, {
          title: `${server.server} answers ${[...rcodes].join(' and ')}${someAreFine || !spell ? forNames(names) : ''}`,
          what: `got ${[...rcodes].join(' or ')}`,
          evidence: reasonsOf(fault),
          fix: fixOf(server.server, rcodes),
        }),
      ];
    }),
};

/** What resolvers take for an answer, and what another finding is about. */
const OTHERS: readonly string[] = ['NOERROR', 'NXDOMAIN', 'REFUSED'];

function fails(result: CheckResult): boolean {
  return result.kind === 'malformed' || (result.kind === 'reply' && !OTHERS.includes(result.rcode));
}

function failedNames(lookup: ProbeLookup, server: string, skipEdns: boolean): string[] {
  return namesHit(
    lookup,
    server,
    (query) => isError(query) && !(skipEdns && query.edns !== null),
    hasRecords,
  );
}

const isError = ({ reply }: SentQuery) => reply !== null && !OTHERS.includes(reply.rcode);

function badOnes({ server, spell, impact }: ServerFault, skipEdns: boolean) {
  const hits = [...impact.failing, ...impact.slowed].map(({ latest }) => latest);
  const ofLookups = hits.flatMap((lookup) => {
    const names = failedNames(lookup, server.server, skipEdns);
    return lookup.queries.filter(
      (query) => query.server === server.server && names.includes(query.name) && isError(query),
    );
  });
  const checks = spell?.bad.flatMap(({ udp }) => udp ?? []) ?? [];
  return {
    names: [...checks, ...ofLookups].map(({ name }) => name),
    rcodes: new Set([
      ...checks.map(({ result }) => resultText(result)),
      ...ofLookups.map(({ reply }) => reply?.rcode ?? ''),
    ]),
  };
}

/** Why, as the server itself says (RFC 8914). */
function reasonsOf({ spell, server }: ServerFault): string[] {
  const reasons = (spell?.bad ?? []).flatMap(
    ({ udp, udpEdns }) => replyTo(udpEdns)?.extendedErrors ?? replyTo(udp)?.extendedErrors ?? [],
  );
  return [...new Set(reasons)].slice(0, 3).map((reason) => `${server.server} gives as its reason: ${reason}`);
}

function fixOf(server: string, rcodes: ReadonlySet<string>): string {
  const address = addressOf(server);
  return rcodes.has('SERVFAIL')
    ? `Read the log of ${address} for the name: SERVFAIL says that what it asks does not answer, or does not pass DNSSEC validation. For CoreDNS: \`kubectl -n kube-system logs -l k8s-app=kube-dns\`, the plugin \`errors\` in the Corefile, and the upstreams of its \`forward\` line, asked one by one with \`dig @UPSTREAM NAME\`. \`dig +cd @${address} NAME\` that succeeds means DNSSEC.`
    : `Look at what answers at ${address}: a DNS server gives no such reply to a plain query for A. It may be another service on port 53, or a middlebox: compare with \`dig +noedns @${address} NAME A\` from another place.`;
}
