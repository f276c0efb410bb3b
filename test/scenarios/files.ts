/** hosts, nsswitch.conf, this machine's addresses, files that change. */
import { byName, NXDOMAIN, OK } from './rules.ts';
import { S1, S2, type Scenario, scenario } from './scenario.ts';

const HOSTS =
  '127.0.0.1 localhost\n10.0.0.1 host.test alias.test\n10.0.0.2 host.test\n10.0.0.3 my.canon host.test\n';

const files: Scenario[] = [
  scenario('hosts', 'name in hosts (three lines), no DNS expected', { server: OK, hosts: HOSTS }),
  scenario('hosts-v6-only-inet', 'name in hosts with IPv6 only, AF_INET', {
    server: OK,
    hosts: 'fd00::1 host.test\n',
    family: 'inet',
  }),
  scenario('hosts-trailing-dot', 'name of hosts with a trailing dot', {
    server: OK,
    hosts: HOSTS,
    name: 'host.test.',
  }),
  scenario('hosts-case', 'name of hosts in another case', { server: OK, hosts: HOSTS, name: 'HOST.test' }),
  scenario('hosts-search', 'short name in hosts under its search suffix only', {
    server: NXDOMAIN,
    hosts: '10.0.0.1 web.s1.test\n',
    conf: 'search s1.test\n',
    name: 'web',
  }),
  scenario('nss-dns-only', 'nsswitch hosts: dns', { server: OK, hosts: HOSTS, nsswitch: 'hosts: dns\n' }),
  scenario('nss-dns-files', 'nsswitch hosts: dns files, DNS NXDOMAIN', {
    server: NXDOMAIN,
    hosts: HOSTS,
    nsswitch: 'hosts: dns files\n',
  }),
  scenario('nss-return', 'hosts: files [NOTFOUND=return] dns', {
    server: OK,
    nsswitch: 'hosts: files [NOTFOUND=return] dns\n',
  }),
  scenario('nss-empty', 'empty nsswitch.conf', { server: OK, nsswitch: '\n', hosts: HOSTS, name: 'x.test' }),
  scenario('hostaliases', 'HOSTALIASES in the environment', {
    server: byName({ 'real.test': OK }),
    name: 'web',
    environment: { HOSTALIASES: '/tmp/hostaliases' },
    hostAliases: 'web real.test\n',
  }),
];

const addresses: Scenario[] = [
  scenario('addrconfig-v4', 'AI_ADDRCONFIG, one non-loopback IPv4, IPv6 only ::1', {
    server: OK,
    flags: 'addrconfig',
    addresses: ['198.51.100.7/24'],
  }),
  scenario('addrconfig-v6', 'AI_ADDRCONFIG, one global IPv6, IPv4 only 127.0.0.1', {
    server: OK,
    flags: 'addrconfig',
    addresses: ['2001:db8:1::7/64'],
  }),
  scenario('addrconfig-nov6', 'AI_ADDRCONFIG, IPv6 switched off', {
    server: OK,
    flags: 'addrconfig',
    addresses: ['198.51.100.7/24'],
    noIpv6: true,
  }),
  scenario('addrconfig-inet6-v4only', 'AI_ADDRCONFIG AF_INET6 with only IPv4 configured', {
    server: OK,
    family: 'inet6',
    flags: 'addrconfig',
    addresses: ['198.51.100.7/24'],
  }),
  scenario('addrconfig-127x', 'AI_ADDRCONFIG, second loopback address 127.0.0.5, no IPv6 but ::1', {
    server: OK,
    flags: 'addrconfig',
    addresses: ['127.0.0.5/8'],
  }),
  scenario('addrconfig-v4-fe80', 'AI_ADDRCONFIG, IPv4 and a link-local IPv6', {
    server: OK,
    flags: 'addrconfig',
    addresses: ['198.51.100.7/24', 'fe80::7/64'],
  }),
  scenario('sort-v4only', 'IPv4 and IPv6 results, no IPv6 route', {
    server: { a: ['198.51.100.80', '203.0.113.1'], aaaa: ['2001:db8:9::1', 'fd00::1'] },
    flags: '0',
    addresses: ['198.51.100.7/24'],
  }),
];

const FIRST = { a: ['192.0.2.1'], aaaa: ['2001:db8::10'] };

const reloads: Scenario[] = [
  scenario('reload', 'resolv.conf rewritten after 1.5 s while one process looks up every second', {
    servers: { [S1]: { a: ['192.0.2.1'] }, [S2]: { a: ['192.0.2.2'] } },
    resolvConf: `nameserver ${S1}\n`,
    repeat: 4,
    waitMs: 1000,
    rewrite: { afterMs: 1500, resolvConf: `nameserver ${S2}\n` },
  }),
  scenario(
    'reload-after-fallback',
    'conntrack-race fallback first, then resolv.conf rewritten (glibc bug 31476)',
    {
      servers: {
        [S1]: ({ type, nth }) => (type === 'AAAA' && nth === 1 ? 'silence' : FIRST),
        [S2]: { ...FIRST, a: ['192.0.2.2'] },
      },
      resolvConf: `nameserver ${S1}\n`,
      repeat: 4,
      waitMs: 2000,
      rewrite: { afterMs: 6000, resolvConf: `nameserver ${S2}\n` },
    },
  ),
];

export const fileScenarios: readonly Scenario[] = [...files, ...addresses, ...reloads];
