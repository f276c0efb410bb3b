/** Several things at once: servers that fail in different ways, search lists, chains, truncation. */
import {
  byName,
  byType,
  FORMERR,
  LAME,
  late,
  many,
  NODATA,
  NOTIMP,
  NXDOMAIN,
  OK,
  REFUSED,
  SERVFAIL,
  truncated,
} from './rules.ts';
import { S1, S2, S3, type Scenario, scenario } from './scenario.ts';

const OTHER = { a: ['192.0.2.20'], aaaa: ['2001:db8::20'] };
const TWO = 'search s1.test s2.test\noptions ndots:5\n';

const servers: Scenario[] = [
  scenario('three-silent-refused-ok', 'first silent, second REFUSED, third answers', {
    servers: { [S1]: 'silence', [S2]: REFUSED, [S3]: OK },
  }),
  scenario('three-servfail-absent-ok', 'first SERVFAIL, second has no listener, third answers', {
    servers: { [S1]: SERVFAIL, [S3]: OK },
    resolvConf: `nameserver ${S1}\nnameserver 127.0.0.99\nnameserver ${S3}\n`,
  }),
  scenario('three-servfail-nx-ok', 'first SERVFAIL, second NXDOMAIN, third answers', {
    servers: { [S1]: SERVFAIL, [S2]: NXDOMAIN, [S3]: OK },
  }),
  scenario('three-lame-refused-ok-inet6', 'first lame, second REFUSED, third answers; AF_INET6 flags 0', {
    servers: { [S1]: LAME, [S2]: REFUSED, [S3]: OK },
    family: 'inet6',
    flags: '0',
  }),
  scenario('three-absent-silent-servfail', 'first has no listener, second silent, third SERVFAIL', {
    servers: { [S2]: 'silence', [S3]: SERVFAIL },
    resolvConf: `nameserver 127.0.0.99\nnameserver ${S2}\nnameserver ${S3}\n`,
  }),
  scenario('three-formerr-notimp-ok', 'first FORMERR, second NOTIMP, third answers', {
    servers: { [S1]: FORMERR, [S2]: NOTIMP, [S3]: OK },
  }),
  scenario('two-each-half', 'first: AAAA REFUSED; second: A SERVFAIL', {
    servers: { [S1]: byType(OK, REFUSED), [S2]: byType(SERVFAIL, OTHER) },
  }),
  scenario('two-aaaa-silent-x3', 'first: AAAA silent; second answers; three lookups in one process', {
    servers: { [S1]: byType(OK, 'silence'), [S2]: OTHER },
    repeat: 3,
  }),
  scenario('two-nodata-late-ok', 'first NODATA after 50 ms; second A answered, AAAA NXDOMAIN', {
    servers: { [S1]: late(50, NODATA), [S2]: byType(OK, NXDOMAIN) },
  }),
  scenario('two-nx-a-servfail-aaaa', 'first: AAAA SERVFAIL; second: A SERVFAIL; the rest NXDOMAIN', {
    servers: { [S1]: byType(NXDOMAIN, SERVFAIL), [S2]: byType(SERVFAIL, NXDOMAIN) },
  }),
];

const search: Scenario[] = [
  scenario('search-a-nx-aaaa-servfail', 'x.s1.test: A NXDOMAIN, AAAA SERVFAIL; x.s2.test answers', {
    server: byName({ 'x.s1.test': byType(NXDOMAIN, SERVFAIL), 'x.s2.test': OK }),
    conf: TWO,
    name: 'x',
  }),
  scenario('search-a-refused-aaaa-nodata', 'x.s1.test: A REFUSED, AAAA NODATA; x answers', {
    server: byName({ 'x.s1.test': byType(REFUSED, NODATA), x: OK }),
    conf: TWO,
    name: 'x',
  }),
  scenario('search-nodata-servfail-nx', 'x.s1.test NODATA, x.s2.test SERVFAIL, x NXDOMAIN', {
    server: byName({ 'x.s1.test': NODATA, 'x.s2.test': SERVFAIL }),
    conf: TWO,
    name: 'x',
  }),
  scenario('search-nodata-then-nx', 'x.s1.test NODATA, the rest NXDOMAIN', {
    server: byName({ 'x.s1.test': NODATA }),
    conf: TWO,
    name: 'x',
  }),
  scenario('search-servfail-then-nx-dotted', 'ndots:2: a.b.s1.test SERVFAIL, the rest NXDOMAIN', {
    server: byName({ 'a.b.s1.test': SERVFAIL }),
    conf: 'search s1.test s2.test\noptions ndots:2\n',
    name: 'a.b',
  }),
  scenario('search-abs-nodata-servfail', 'as it is: A NODATA, AAAA SERVFAIL; search suffix answers', {
    server: byName({ 'db.prod': byType(NODATA, SERVFAIL), 'db.prod.s1.test': OK }),
    conf: 'search s1.test\n',
    name: 'db.prod',
  }),
  scenario(
    'search-second-server-knows',
    'first silent to the first suffix; only the second knows the next one',
    {
      servers: { [S1]: byName({ 'x.s1.test': 'silence' }), [S2]: byName({ 'x.s2.test': OK }) },
      conf: TWO,
      name: 'x',
    },
  ),
  scenario('search-mixed-case', 'name and suffix in mixed case', {
    server: byName({ 'web.s1.test': OK }),
    conf: 'search S1.Test\noptions ndots:5\n',
    name: 'WeB',
  }),
  scenario('search-a-only-then-both', 'x.s1.test: A NODATA, AAAA NXDOMAIN; x.s2.test: A only', {
    server: byName({ 'x.s1.test': byType(NODATA, NXDOMAIN), 'x.s2.test': byType(OK, NODATA) }),
    conf: TWO,
    name: 'x',
  }),
  scenario('search-cname-dangling-then-ok', 'x.s1.test is a CNAME without address, x.s2.test one with', {
    server: byName({
      'x.s1.test': { cname: ['gone.test'], soa: true },
      'x.s2.test': { cname: ['t.test'], ...OK },
    }),
    conf: TWO,
    name: 'x',
  }),
];

const CHAIN = ['t1.test', 't2.test', 't3.test'];

const chains: Scenario[] = [
  scenario('cname-3-aaaa-nodata', 'three CNAMEs to A, the same without AAAA', {
    server: byType({ cname: CHAIN, ...OK }, { cname: CHAIN, soa: true }),
  }),
  scenario('cname-a-ok-aaaa-nx', 'a CNAME to A; AAAA is CNAME with NXDOMAIN', {
    server: byType({ cname: ['t1.test'], ...OK }, { cname: ['t1.test'], rcode: 3, soa: true }),
  }),
  scenario('cname-self', 'CNAME to itself, and addresses', { server: { cname: ['host.test'], ...OK } }),
  scenario('cname-servfail', 'CNAME with rcode SERVFAIL', { server: { cname: ['t1.test'], rcode: 2 } }),
  scenario('cname-mixed-case', 'three CNAMEs in mixed case', {
    server: { cname: ['T1.Test', 't2.TEST', 'T3.test'], ...OK },
  }),
  scenario('cname-inet6-v4mapped', 'CNAME to A only, AF_INET6 with V4MAPPED', {
    server: byType({ cname: ['t1.test'], ...OK }, { cname: ['t1.test'], soa: true }),
    family: 'inet6',
  }),
];

const truncation: Scenario[] = [
  scenario('tc-aaaa-late-tcp', 'A over UDP; AAAA TC, TCP after 1 s', {
    server: (query) => (query.type === 'A' ? OK : truncated(late(1000))(query)),
  }),
  scenario('tc-tcp-a-ok-aaaa-close', 'both TC; TCP answers A and closes on AAAA', {
    server: (query) => truncated(query.type === 'A' ? OK : 'close')(query),
  }),
  scenario('tc-tcp-refused', 'UDP TC with 3 A / 2 AAAA; TCP refused', {
    server: truncated(OK, many(3, 2)),
    tcp: { [S1]: 'refuse' },
  }),
  scenario('tc-2ns-refused-ok', 'first TC and TCP refused, second answers', {
    servers: { [S1]: truncated(OK), [S2]: OTHER },
    tcp: { [S1]: 'refuse' },
  }),
  scenario('tc-2ns-eof-ok', 'first TC and TCP closes, second answers', {
    servers: { [S1]: truncated(OK), [S2]: OTHER },
    tcp: { [S1]: 'eof' },
  }),
  scenario('tc-tcp-drop', 'UDP TC; SYNs dropped', { server: truncated(OK), tcp: { [S1]: 'drop' } }),
  scenario('tc-nodata', 'UDP TC, TCP NODATA', { server: truncated(NODATA) }),
  scenario('tc-tcp-tc', 'TC over UDP and TCP, with addresses', { server: { ...OK, tc: true } }),
  scenario('tc-servfail', 'SERVFAIL with TC', { server: { rcode: 2, tc: true } }),
  scenario('many-47-5', '47 A and 5 AAAA over TCP', { server: truncated(many(47, 5)) }),
  scenario('many-30-30-inet6', '30 A and 30 AAAA over TCP, AF_INET6 with V4MAPPED|ALL', {
    server: truncated(many(30)),
    family: 'inet6',
  }),
];

export const mixed: readonly Scenario[] = [...servers, ...search, ...chains, ...truncation];
