import type { ProbeLookup } from '../../journal/probe-record.ts';
import type { ProbeRule } from '../finding.ts';
import { failedByServers, impactOf } from '../probes/impact.ts';
import { unreachableSpellOf } from '../probes/server-spells.ts';
import { addressOf, IN_RESOLV_CONF, verdictOfServer } from '../probes/server-verdict.ts';
import { usedServers } from '../probes/servers.ts';

/**
 * The kernel says at once that a nameserver is not to be had: nothing listens
 * there, no way leads there, or it may not be asked.
 */
export const nameserverUnreachable: ProbeRule = {
  id: 'nameserver-unreachable',
  severity: 'critical',
  about: 'probes',
  judge: (probes, by) =>
    usedServers(probes).flatMap((server) => {
      const spell = unreachableSpellOf(server);
      if (!spell) return [];
      const isHit = (lookup: ProbeLookup) => failedByServers(lookup) && gotNothingFrom(lookup, server.server);
      const fault = { server, spell, impact: impactOf(probes, by, isHit) };
      const result = spell.bad.at(-1)?.udp?.result;
      const errno = result?.kind === 'error' ? (result.errno ?? '') : '';
      const { what, fix } = ERRNOS[errno] ?? UNKNOWN;
      return [
        verdictOfServer(fault, probes, by, {
          title: `${server.server} cannot be reached: ${what} (${errno})`,
          what: `ended with ${errno}`,
          fix: fix(addressOf(server.server)),
        }),
      ];
    }),
};

/** musl is not told of ICMP: it waits. */
function gotNothingFrom({ queries }: ProbeLookup, server: string): boolean {
  return queries.every((query) => query.reply === null || query.server !== server);
}

interface Errno {
  what: string;
  fix(address: string): string;
}

const NO_ROUTE: Errno = {
  what: 'there is no route to it',
  fix: (address) =>
    address.includes(':')
      ? `Give the pod an IPv6 address and route, or take \`nameserver ${address}\` out of resolv.conf (pod: dnsPolicy None and dnsConfig.nameservers; on the node: kubelet's --resolv-conf).`
      : `Correct \`nameserver ${address}\` in resolv.conf (pod: dnsConfig.nameservers; on the node: kubelet's clusterDNS and --resolv-conf), or add the route: \`ip route get ${address}\` in the pod says what is missing.`,
};
const FORBIDDEN: Errno = {
  what: 'a rule in this pod’s network namespace forbids to send to it',
  fix: (address) =>
    `Allow UDP and TCP port 53 to ${address} in nftables or iptables OUTPUT of the pod's network namespace (\`nft list ruleset\`), in the sidecar mesh's redirection, or in the NetworkPolicy agent that writes these rules.`,
};
const UNKNOWN: Errno = {
  what: 'the kernel refuses',
  fix: (address) => `Correct \`nameserver ${address}\` in resolv.conf ${IN_RESOLV_CONF}.`,
};
/** In the words of errno(3). */
const ERRNOS: Readonly<Record<string, Errno>> = {
  ECONNREFUSED: {
    what: 'nothing listens on its UDP port 53',
    fix: (address) =>
      address.startsWith('127.') || address === '::1'
        ? `Nothing serves DNS on ${address} in this pod. Is it the node's (systemd-resolved's 127.0.0.53, NodeLocal DNSCache, dnsmasq), name the address that serves pods: kubelet's --resolv-conf=/run/systemd/resolve/resolv.conf, or dnsPolicy None and dnsConfig.nameservers. A resolv.conf that is empty or missing makes resolvers ask 127.0.0.1.`
        : `Start the nameserver at ${address}, or give its Service endpoints again: \`kubectl -n kube-system get pods,endpointslices -l k8s-app=kube-dns\`.`,
  },
  ENETUNREACH: NO_ROUTE,
  EHOSTUNREACH: NO_ROUTE,
  ENETDOWN: NO_ROUTE,
  EHOSTDOWN: NO_ROUTE,
  EADDRNOTAVAIL: NO_ROUTE,
  EPERM: FORBIDDEN,
  EACCES: FORBIDDEN,
};
