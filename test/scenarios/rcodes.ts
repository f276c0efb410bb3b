/** What a server answers, and what the two queries of a pair get. */
import type { ScriptedAction } from '../../src/dns/script.ts';
import { byType, FORMERR, LAME, late, NODATA, NOTIMP, NXDOMAIN, OK, REFUSED, SERVFAIL } from './rules.ts';
import { S1, S2, S3, type Scenario, scenario } from './scenario.ts';

const OTHER = { a: ['192.0.2.20'], aaaa: ['2001:db8::20'] };

const broken: Readonly<Record<string, ScriptedAction>> = {
  nxdomain: NXDOMAIN,
  servfail: SERVFAIL,
  refused: REFUSED,
  notimp: NOTIMP,
  formerr: FORMERR,
  silence: 'silence',
  nodata: NODATA,
  'nodata-nosoa': {},
  'nodata-lame': LAME,
};

const both: Scenario[] = [
  scenario('ok', 'A and AAAA answered', { server: OK }),
  scenario('ok-inet', 'AF_INET only', { server: OK, family: 'inet' }),
  scenario('ok-inet6', 'AF_INET6 only, with V4MAPPED|ALL as Go cgo does', { server: OK, family: 'inet6' }),
  scenario('ok-inet6-plain', 'AF_INET6, flags 0', { server: OK, family: 'inet6', flags: '0' }),
  scenario('ok-nohints', 'NULL hints', { server: OK, flags: 'none' }),
  scenario('nxdomain', 'both NXDOMAIN', { server: NXDOMAIN }),
  scenario('nodata', 'both NODATA with SOA', { server: NODATA }),
  scenario('nodata-nosoa', 'both NOERROR, no answer, no SOA, RA', { server: {} }),
  scenario('nodata-nosoa-nora', 'both NOERROR empty, no SOA, neither RA nor AA (lame)', { server: LAME }),
  scenario('servfail', 'both SERVFAIL', { server: SERVFAIL }),
  scenario('refused', 'both REFUSED', { server: REFUSED }),
  scenario('refused-short', 'both REFUSED, 12 bytes, no question section', {
    server: { rcode: 5, question: 'none' },
  }),
  scenario('notimp', 'both NOTIMP', { server: NOTIMP }),
  scenario('formerr', 'both FORMERR', { server: FORMERR }),
  scenario('yxdomain', 'unusual rcode 6', { server: { rcode: 6 } }),
  scenario('silence', 'no reply at all', { server: 'silence' }),
  scenario('silence-inet', 'no reply, AF_INET', { server: 'silence', family: 'inet' }),
  scenario('servfail-inet', 'SERVFAIL, AF_INET', { server: SERVFAIL, family: 'inet' }),
  scenario('refused-inet-0', 'REFUSED, AF_INET flags 0', { server: REFUSED, family: 'inet', flags: '0' }),
  scenario('servfail-2ns', 'two servers, both SERVFAIL', { servers: { [S1]: SERVFAIL, [S2]: SERVFAIL } }),
  scenario('silence-2ns', 'two servers, both silent', { servers: { [S1]: 'silence', [S2]: 'silence' } }),
  scenario('refused-3ns', 'three servers, all REFUSED', {
    servers: { [S1]: REFUSED, [S2]: REFUSED, [S3]: REFUSED },
  }),
];

const lateReplies: Scenario[] = [
  ...[1, 3, 6].map((n) => scenario(`late-${n}s`, `reply after ${n} s`, { server: late(n * 1000) })),
  scenario('late-a1-aaaa3', 'A after 1 s, AAAA after 3 s', { server: byType(late(1000), late(3000)) }),
];

const oneFamily: Scenario[] = [
  ...Object.entries(broken).map(([kind, reply]) =>
    scenario(`a-ok-aaaa-${kind}`, `A answered, AAAA ${kind}`, { server: byType(OK, reply) }),
  ),
  ...['nxdomain', 'servfail', 'refused', 'silence', 'nodata-nosoa'].map((kind) =>
    scenario(`a-${kind}-aaaa-ok`, `A ${kind}, AAAA answered`, { server: byType(broken[kind] ?? {}, OK) }),
  ),
  scenario('a-nodata-aaaa-servfail', 'A NODATA, AAAA SERVFAIL', { server: byType(NODATA, SERVFAIL) }),
  scenario('a-nodata-aaaa-nxdomain', 'A NODATA, AAAA NXDOMAIN', { server: byType(NODATA, NXDOMAIN) }),
  scenario('a-nxdomain-aaaa-silence', 'A NXDOMAIN, AAAA silent', { server: byType(NXDOMAIN, 'silence') }),
  scenario('a-servfail-aaaa-nodata', 'A SERVFAIL, AAAA NODATA', { server: byType(SERVFAIL, NODATA) }),
  scenario('a-nxdomain-aaaa-servfail', 'A NXDOMAIN, AAAA SERVFAIL', { server: byType(NXDOMAIN, SERVFAIL) }),
  scenario('a-ok-aaaa-servfail-2ns', 'first: A answered, AAAA SERVFAIL; second: both answered', {
    servers: { [S1]: byType(OK, SERVFAIL), [S2]: OTHER },
  }),
  scenario('a-ok-aaaa-silence-2ns', 'first: A answered, AAAA silent; second: both answered', {
    servers: { [S1]: byType(OK, 'silence'), [S2]: OTHER },
  }),
  scenario('a-ok-aaaa-servfail-2ns-both', 'both servers: A answered, AAAA SERVFAIL', {
    servers: { [S1]: byType(OK, SERVFAIL), [S2]: byType(OK, SERVFAIL) },
  }),
  scenario('a-ok-aaaa-servfail-strict', 'options strict-error (glibc 2.41 on)', {
    servers: { [S1]: byType(OK, SERVFAIL), [S2]: byType(OK, NODATA) },
    conf: 'options strict-error\n',
  }),
  scenario('servfail-once', 'first SERVFAIL, then answers', {
    server: ({ nth }) => (nth === 1 ? SERVFAIL : OK),
  }),
  scenario('servfail-4x', 'SERVFAIL four times a type, then answers', {
    server: ({ nth }) => (nth <= 4 ? SERVFAIL : OK),
  }),
  scenario('aaaa-wrongtype', 'AAAA query answered with A records (question-rewriting server)', {
    server: { records: [{ type: 1, data: Uint8Array.of(192, 0, 2, 10) }] },
  }),
];

export const rcodes: readonly Scenario[] = [...both, ...lateReplies, ...oneFamily];
