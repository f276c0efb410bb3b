import type { ProbeLookup, ServerCheck, ServerRecord } from '../../journal/probe-record.ts';
import { time } from '../evidence.ts';
import type { ProbeRule } from '../finding.ts';
import { failedByServers, impactOf, impactText, severityOf } from '../probes/impact.ts';
import { addressOf } from '../probes/server-verdict.ts';
import { checkText, isOwnError, plainRoundsOf, type Round, replyTo, usedServers } from '../probes/servers.ts';
import { type Spell, shareText, spanOfSpell, spellOf } from '../probes/window.ts';

/**
 * Over UDP a server answers, over TCP it does not: what is truncated can then
 * not be asked for (RFC 7766 section 5).
 */
export const tcpBlocked: ProbeRule = {
  id: 'tcp-blocked',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = blockedSpellOf(server);
      const latest = spell?.bad.at(-1);
      const check = latest && (latest.tcp ?? latest.tcpEdns);
      if (!spell || !latest?.udp || !check) return [];
      const impact = impactOf(probes, by, (lookup) => neededTcp(lookup, server.server));
      const truncated = truncatedName(probes.targets.values(), server.server);
      return [
        {
          subject: server.server,
          severity: severityOf(impact, probes, by, 'warning'),
          title: `${server.server} answers over UDP and not over TCP: ${howText(check)}`,
          evidence: [
            `${shareText(spell, 'rounds')} got a reply over UDP and none over TCP, the first ${time(spell.since)}`,
            checkText(check),
            checkText(latest.udp),
            truncated === undefined
              ? 'no answer to a lookup was truncated so far: it is needed as soon as one is'
              : `the answer for ${truncated} is truncated (TC=1) and has to be asked for over TCP`,
            ...impactText(impact),
          ],
          fix: `Allow TCP port 53 to ${addressOf(server.server)} as well as UDP (NetworkPolicy: \`ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]\`; the Service needs both ports, too; security group; firewall), and let the server listen on it. Until then keep answers small enough for UDP.`,
          ...spanOfSpell(spell),
        },
      ];
    }),
};

function blockedSpellOf(server: ServerRecord): Spell<Round> | undefined {
  const rounds = plainRoundsOf(server).filter(({ tcp, tcpEdns }) => tcp ?? tcpEdns);
  return spellOf(rounds, (round) => {
    const checks = [round.tcp, round.tcpEdns].filter((check) => check !== undefined);
    return (
      replyTo(round.udp) !== undefined &&
      checks.every((check) => check.result.kind !== 'reply' && !isOwnError(check))
    );
  });
}

function howText({ result }: ServerCheck): string {
  if (result.kind === 'timeout')
    return result.call === 'connect'
      ? 'connections are dropped'
      : 'connections are taken and nothing is said on them';
  if (result.kind === 'error')
    return result.errno === 'ECONNREFUSED'
      ? 'connections are refused'
      : `connections fail (${result.errno ?? ''})`;
  return result.kind === 'closed' ? 'connections are closed without a reply' : 'what comes cannot be read';
}

/**
 * Whether a lookup failed because it had to go on over TCP; with `use-vc`
 * nothing is sent before there is a connection.
 */
function neededTcp(lookup: ProbeLookup, server: string): boolean {
  const ofServer = lookup.queries.filter((query) => query.server === server);
  const wanted =
    lookup.queries.length === 0 || ofServer.some(({ proto, reply }) => proto === 'tcp' || reply?.tc);
  return failedByServers(lookup) && wanted && !ofServer.some(({ proto, reply }) => proto === 'tcp' && reply);
}

function truncatedName(
  targets: Iterable<{ models: ReadonlyMap<string, { lookups: readonly ProbeLookup[] }> }>,
  server: string,
): string | undefined {
  return [...targets]
    .flatMap(({ models }) => [...models.values()].flatMap(({ lookups }) => lookups.slice(-1)))
    .flatMap(({ queries }) => queries)
    .find((query) => query.server === server && query.reply?.tc)?.name;
}
