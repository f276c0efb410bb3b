import type { ProbeRecord } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { LEAVE_GLIBC, verdictOf } from '../probes/case-words.ts';
import { casesOf, factsFor } from '../probes/models.ts';
import { candidatesOf, candidateText, duration } from '../probes/transcripts.ts';
import { AT_ONCE } from '../probes/window.ts';

/**
 * glibc puts no time limit on DNS over TCP (resolv/res_send.c, send_vc): where
 * packets of port 53 are dropped, the caller blocks.
 */
export const glibcTcpHang: ProbeRule = {
  id: 'glibc-tcp-hang',
  severity: 'critical',
  about: 'probes',
  exact: true,
  judge: (probes) =>
    // A wait of half a minute is no accident: once is enough.
    casesOf(probes, 'glibc', ({ outcome }) => outcome === 'hang', AT_ONCE).map((each) => {
      const { latest, target } = each;
      const candidate = candidatesOf(latest).at(-1);
      const truncated = candidate?.queries.find(({ reply }) => reply?.tc);
      const server = truncated?.server ?? factsFor(probes, 'glibc')?.nameservers[0] ?? '';
      return verdictOf(each, {
        title: `hangs looking ${target.name} up: ${truncated ? 'the answer is truncated' : 'resolv.conf wants TCP (use-vc)'}, TCP to ${server} gives no answer, and glibc has no time limit there`,
        evidence: [
          ...(candidate ? [candidateText(candidate)] : []),
          `given up here after ${duration(latest.durationMs)}; glibc waits for as long as the kernel does: about 130 s for a connection, without end for an answer`,
          ...tcpChecks(probes, server),
        ],
        fix: `Allow TCP port 53 to ${server} (NetworkPolicy: \`ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]\`; security group; firewall). Until then ${truncated ? 'make the answer smaller, or let the nameserver answer over UDP' : 'take `use-vc` out of the options'}. ${LEAVE_GLIBC}`,
      });
    }),
};

/** What single queries over TCP came to. */
function tcpChecks({ servers }: ProbeRecord, server: string): string[] {
  const check = servers.get(server)?.checks.findLast(({ proto }) => proto === 'tcp');
  if (!check) return [];
  const { result, durationMs } = check;
  const what =
    result.kind === 'reply'
      ? result.rcode
      : `${result.errno ?? result.kind}${result.call ? ` at ${result.call}` : ''}`;
  return [`a single query to ${server} over TCP: ${what} after ${duration(durationMs)}`];
}
