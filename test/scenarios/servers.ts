/** Several nameservers, absent ones, unreachable ones. */
import { FORMERR, LAME, late, NODATA, NOTIMP, NXDOMAIN, OK, REFUSED, SERVFAIL } from './rules.ts';
import { S1, S2, S3, S4, type Scenario, scenario } from './scenario.ts';

const CLUSTER = 'search default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n';
const SLOW_OK = late(50);

export const servers: readonly Scenario[] = [
  scenario('ns1-dead-ns2-ok', 'first silent, second answers', { servers: { [S1]: 'silence', [S2]: OK } }),
  scenario('ns1-dead-ns2-ok-x3', 'first silent, second answers, three lookups in one process', {
    servers: { [S1]: 'silence', [S2]: OK },
    repeat: 3,
  }),
  scenario('ns1-dead-timeout1', 'first silent, second answers, timeout:1', {
    servers: { [S1]: 'silence', [S2]: OK },
    conf: 'options timeout:1\n',
  }),
  scenario('ns1-icmp-ns2-ok', 'first has no listener (ICMP port unreachable), second answers', {
    servers: { [S2]: OK },
    resolvConf: `nameserver 127.0.0.99\nnameserver ${S2}\n`,
  }),
  scenario('icmp-only', 'only server has no listener', { resolvConf: 'nameserver 127.0.0.99\n' }),
  scenario('icmp-2', 'two servers without listener', {
    resolvConf: 'nameserver 127.0.0.98\nnameserver 127.0.0.99\n',
  }),
  scenario('icmp-then-search', 'search with no listener: does the search stop', {
    resolvConf: 'nameserver 127.0.0.99\nsearch s1.test s2.test\noptions ndots:5\n',
    name: 'x',
  }),
  scenario('k8s-icmp', 'ndots:5, no listener', {
    resolvConf: `nameserver 127.0.0.99\n${CLUSTER}`,
    name: 'api.example.test',
  }),
  scenario('ns1-nx-ns2-ok', 'split DNS: first NXDOMAIN, second answers', {
    servers: { [S1]: NXDOMAIN, [S2]: OK },
  }),
  scenario('ns1-ok-ns2-nx', 'split DNS reversed: first answers after 50 ms, second NXDOMAIN at once', {
    servers: { [S1]: SLOW_OK, [S2]: NXDOMAIN },
  }),
  scenario('ns1-ok-ns2-nodata', 'first answers after 50 ms, second NODATA at once', {
    servers: { [S1]: SLOW_OK, [S2]: NODATA },
  }),
  scenario('ns1-ok-ns2-servfail', 'first answers after 50 ms, second SERVFAIL at once', {
    servers: { [S1]: SLOW_OK, [S2]: SERVFAIL },
  }),
  scenario('ns1-ok-ns2-refused', 'first answers after 50 ms, second REFUSED at once', {
    servers: { [S1]: SLOW_OK, [S2]: REFUSED },
  }),
  scenario('ns1-servfail-ns2-ok', 'first SERVFAIL, second answers', {
    servers: { [S1]: SERVFAIL, [S2]: OK },
  }),
  scenario('ns1-notimp-ns2-ok', 'first NOTIMP, second answers', { servers: { [S1]: NOTIMP, [S2]: OK } }),
  scenario('ns1-formerr-ns2-ok', 'first FORMERR, second answers', { servers: { [S1]: FORMERR, [S2]: OK } }),
  scenario('ns1-nodata-ns2-ok', 'first NODATA, second answers', { servers: { [S1]: NODATA, [S2]: OK } }),
  scenario('ns1-lame-ns2-ok', 'first empty NOERROR without RA (lame), second answers', {
    servers: { [S1]: LAME, [S2]: OK },
  }),
  scenario('ns-4', 'more than three nameservers: the first three silent, the fourth answers', {
    servers: { [S1]: 'silence', [S2]: 'silence', [S3]: 'silence', [S4]: OK },
  }),
  scenario('ns-ipv6', 'an IPv6 nameserver ::1 and an IPv4 one', { servers: { '::1': OK, [S1]: OK } }),
  scenario('ns-ipv6-nov6', 'IPv6 and IPv4 nameserver, IPv6 switched off', {
    server: OK,
    resolvConf: `nameserver fd00::53\nnameserver ${S1}\n`,
    noIpv6: true,
  }),
  scenario('ns-ipv6-only-nov6', 'only an IPv6 nameserver, IPv6 switched off', {
    resolvConf: 'nameserver fd00::53\n',
    noIpv6: true,
  }),
  scenario('ns-none', 'a server on 127.0.0.1, a comment', {
    servers: { '127.0.0.1': OK },
    conf: '# empty\n',
  }),
  scenario('ns-port', 'nameserver with a port (invalid)', {
    servers: { [S1]: OK, '127.0.0.1': { a: ['192.0.2.77'] } },
    resolvConf: `nameserver ${S1}:53\n`,
  }),
  scenario('no-resolv-conf-dns', 'resolv.conf empty and nothing on 127.0.0.1', { resolvConf: '\n' }),
  scenario('ns-unroutable-2nd', 'a good server, then one without a route', {
    server: OK,
    resolvConf: `nameserver ${S1}\nnameserver 192.0.2.99\n`,
  }),
  scenario('ns-unroutable-1st', 'a server without a route first, then a good one', {
    server: OK,
    resolvConf: `nameserver 192.0.2.99\nnameserver ${S1}\n`,
  }),
];
