/** Several things at once: options, late and repeated replies, answers, files. */
import { byName, byType, late, NODATA, NXDOMAIN, OK, REFUSED, SERVFAIL } from './rules.ts';
import { S1, S2, type Scenario, scenario } from './scenario.ts';

const OTHER = { a: ['192.0.2.20'], aaaa: ['2001:db8::20'] };
const BAD = { a: ['203.0.113.66'], aaaa: ['2001:db8:bad::1'] };

const options: Scenario[] = [
  scenario('opt-single-timeout1-attempts3', 'single-request timeout:1 attempts:3, A silent', {
    server: byType('silence', OK),
    conf: 'options single-request timeout:1 attempts:3\n',
  }),
  scenario('opt-use-vc-2ns-refused', 'use-vc, first refuses TCP, second answers', {
    servers: { [S1]: OK, [S2]: OTHER },
    conf: 'options use-vc\n',
    tcp: { [S1]: 'refuse' },
  }),
  scenario('opt-edns0-reopen-servfail', 'edns0 single-request-reopen, AAAA SERVFAIL', {
    server: byType(OK, SERVFAIL),
    conf: 'options edns0 single-request-reopen\n',
  }),
  scenario('opt-no-aaaa', 'no-aaaa, A NODATA', { server: byType(NODATA, OK), conf: 'options no-aaaa\n' }),
  scenario('opt-no-aaaa-ok', 'no-aaaa, both families wanted', { server: OK, conf: 'options no-aaaa\n' }),
  scenario('opt-attempts9-timeout1', 'attempts:9 timeout:1, silent', {
    server: 'silence',
    conf: 'options attempts:9 timeout:1\n',
  }),
  scenario('opt-edns0-use-vc-trust-ad', 'edns0 use-vc trust-ad', {
    server: OK,
    conf: 'options edns0 use-vc trust-ad\n',
  }),
  scenario('opt-trust-ad', 'trust-ad, answers with AD', {
    server: { ...OK, ad: true },
    conf: 'options trust-ad\n',
  }),
  scenario('env-res-options', 'RES_OPTIONS ndots:5 timeout:1', {
    server: byName({ 'a.b.s1.test': OK }),
    conf: 'search s1.test\n',
    name: 'a.b',
    environment: { RES_OPTIONS: 'ndots:5 timeout:1' },
  }),
  scenario('env-res-options-silent', 'RES_OPTIONS attempts:1 over timeout:3, silent', {
    server: 'silence',
    conf: 'options timeout:3\n',
    environment: { RES_OPTIONS: 'attempts:1' },
  }),
  scenario('env-localdomain-two', 'LOCALDOMAIN with two suffixes over a domain line', {
    server: byName({ 'x.e2.test': OK }),
    conf: 'domain s1.test\noptions ndots:5\n',
    name: 'x',
    environment: { LOCALDOMAIN: 'e1.test e2.test' },
  }),
];

const timing: Scenario[] = [
  scenario('late-a24-aaaa26', 'A after 2.4 s, AAAA after 2.6 s', { server: byType(late(2400), late(2600)) }),
  scenario('late-a49-aaaa51', 'A after 4.9 s, AAAA after 5.1 s', { server: byType(late(4900), late(5100)) }),
  scenario('late-first-of-2ns', 'first answers after 5.5 s, second silent', {
    servers: { [S1]: late(5500), [S2]: 'silence' },
  }),
  scenario('late-first-of-2ns-timeout1', 'timeout:1, both answer after 1.5 s', {
    servers: { [S1]: late(1500), [S2]: late(1500, OTHER) },
    conf: 'options timeout:1\n',
  }),
  scenario('twice-nx-then-ok', 'NXDOMAIN, and an answer 50 ms later', { server: [NXDOMAIN, late(50)] }),
  scenario('twice-servfail-then-ok', 'SERVFAIL, and an answer 50 ms later', { server: [SERVFAIL, late(50)] }),
  scenario('twice-refused-then-ok', 'REFUSED, and an answer 50 ms later', { server: [REFUSED, late(50)] }),
  scenario('twice-wrong-question', 'an answer to another question, the right one 200 ms later', {
    server: [{ ...BAD, question: 'other' }, late(200)],
  }),
  scenario('servfail-twice-a-only', 'A SERVFAIL twice, then answered', {
    server: ({ type, nth }) => (type === 'A' && nth <= 2 ? SERVFAIL : OK),
  }),
  scenario('refused-once', 'first REFUSED, then answers', {
    server: ({ nth }) => (nth === 1 ? REFUSED : OK),
  }),
  scenario('silence-once', 'both first queries lost', { server: ({ nth }) => (nth === 1 ? 'silence' : OK) }),
  scenario('silence-once-2ns-aaaa', 'first AAAA lost, two servers', {
    servers: { [S1]: ({ type, nth }) => (type === 'AAAA' && nth === 1 ? 'silence' : OK), [S2]: OTHER },
  }),
];

const answers: Scenario[] = [
  scenario('nx-with-answer', 'NXDOMAIN with addresses', { server: { ...OK, rcode: 3 } }),
  scenario('refused-with-answer', 'REFUSED with addresses', { server: { ...OK, rcode: 5 } }),
  scenario('repeated-address', 'the same address twice', {
    server: { a: ['192.0.2.1', '192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8::1', '2001:db8::1'] },
  }),
  scenario('inet6-aaaa-nodata', 'AAAA NODATA, AF_INET6 with V4MAPPED', {
    server: byType(OK, NODATA),
    family: 'inet6',
  }),
  scenario('inet6-a-servfail', 'A SERVFAIL, AF_INET6 with V4MAPPED', {
    server: byType(SERVFAIL, OK),
    family: 'inet6',
  }),
  scenario('inet6-plain-nodata', 'AAAA NODATA, AF_INET6 flags 0', {
    server: byType(OK, NODATA),
    family: 'inet6',
    flags: '0',
  }),
  scenario('inet-a-nodata', 'A NODATA, AF_INET', { server: byType(NODATA, OK), family: 'inet' }),
  scenario('addrconfig-a-servfail', 'AI_ADDRCONFIG with IPv4 only, A SERVFAIL', {
    server: byType(SERVFAIL, OK),
    flags: 'addrconfig',
    addresses: ['198.51.100.7/24'],
  }),
];

const files: Scenario[] = [
  scenario('hosts-v4-inet6', 'name in hosts with IPv4 only, AF_INET6 with V4MAPPED', {
    server: OK,
    hosts: '10.0.0.1 host.test\n',
    family: 'inet6',
  }),
  scenario('hosts-both-families', 'name in hosts with both families, a comment, a tab', {
    server: OK,
    hosts: '10.0.0.1 host.test\nfd00::1 host.test other.test # fd00::2 host.test\nfd00::2\thost.test\n',
  }),
  scenario('hosts-continue-dns', 'hosts: files [SUCCESS=continue] dns', {
    server: OK,
    hosts: '10.0.0.1 host.test\n',
    nsswitch: 'hosts: files [SUCCESS=continue] dns\n',
  }),
  scenario('nss-dns-files-servfail', 'hosts: dns files, DNS SERVFAIL', {
    server: SERVFAIL,
    hosts: '10.0.0.1 host.test\n',
    nsswitch: 'hosts: dns files\n',
  }),
  scenario('sort-two-nets', 'addresses of own networks, of none', {
    server: {
      a: ['203.0.113.1', '198.51.100.80', '192.0.2.9'],
      aaaa: ['2001:db8:9::1', '2001:db8:1::1'],
    },
    flags: '0',
    addresses: ['198.51.100.7/24', '2001:db8:1::7/64'],
  }),
];

export const combined: readonly Scenario[] = [...options, ...timing, ...answers, ...files];
