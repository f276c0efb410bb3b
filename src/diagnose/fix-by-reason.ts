import type { Reason } from '../kinds.ts';

/** What to do about a failed lookup, by what the error says. Source: docs/reasons.md has the reasoning. */
export const FIX_BY_REASON: Readonly<Record<Reason, string>> = {
  'not-found':
    'Check the name: as it stands in the error, and with each domain of the `search` line of resolv.conf. End a fully qualified name with a dot.',
  timeout:
    'The nameserver did not answer in time: allow UDP and TCP port 53 to it (NetworkPolicy, security group, firewall), and look at its load and at conntrack on the node.',
  'server-failure':
    'The nameserver answered with an error (SERVFAIL, REFUSED, NOTIMP or FORMERR): read its log for the name; for CoreDNS, its `forward` upstreams and the `errors` plugin. If only queries with EDNS0 fail, test with GODEBUG=netedns0=0.',
  'refused-connection':
    'Nothing listens at the nameserver address of resolv.conf, or its Service has no endpoints: `kubectl -n kube-system get endpointslices -l kubernetes.io/service-name=kube-dns`. `[::1]:53` or `127.0.0.1:53` in the error means that /etc/resolv.conf was missing, empty or unreadable.',
  unreachable:
    'There is no route to the nameserver of resolv.conf from this pod: check the address, the routes and, for an IPv6 nameserver, that the pod has IPv6.',
  'not-permitted':
    'A firewall rule or a seccomp profile in this pod forbids the query: look at nftables and iptables OUTPUT in its network namespace, and at the NetworkPolicy agent.',
  'source-ports-exhausted':
    'Widen net.ipv4.ip_local_port_range in the pod’s securityContext.sysctls, and reuse connections so that fewer names are looked up at once.',
  'file-descriptors-exhausted':
    'Close what leaks, such as response bodies: `ls -l /proc/PID/fd` has what is open, `grep files /proc/PID/limits` how many may be. The limit comes from the container runtime (LimitNOFILE of containerd) or `ulimit -n` in the entrypoint; Kubernetes has no field for it.',
  'no-buffer-space':
    'The kernel had no memory for the socket: look at the container’s memory limit and at net.ipv4.udp_mem.',
  truncated:
    'The answer did not fit and the nameserver truncated it over TCP too: make the answer smaller, or build with Go 1.23 or newer, which uses the records there are.',
  'bad-response':
    'The nameserver, or a proxy before it, sent an answer that cannot be read: look at what sits between the pod and it. An answer over the EDNS0 size without the TC bit reads like this.',
  'lame-referral':
    'The nameserver does not do recursion and does not know the name: point resolv.conf at a recursive resolver.',
  'try-again':
    'No nameserver gave a usable answer: libc does not tell whether it was silence, SERVFAIL or REFUSED. GODEBUG=netdns=go+2 shows which, and from which server.',
  canceled: 'The caller gave up before the lookup was done: compare its timeout with the lookup’s duration.',
  'invalid-name': 'The name cannot be a host name: correct it in the application’s configuration.',
  'address-family':
    'The name has no address of the family that was asked for: dial tcp instead of tcp4 or tcp6, or add the record.',
  other: 'Read the error text; the nameserver it names is the place to look.',
};
