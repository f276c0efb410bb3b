/** The options of resolv.conf, and how its lines are read. */
import { byType, FORMERR, OK, SERVFAIL } from './rules.ts';
import { S1, S2, S3, type Scenario, scenario } from './scenario.ts';

const SILENT2 = { [S1]: 'silence', [S2]: 'silence' } as const;
const SILENT3 = { ...SILENT2, [S3]: 'silence' } as const;

const timers: Scenario[] = [
  ...[
    ['timeout1', 'timeout:1'],
    ['timeout1-attempts3', 'timeout:1 attempts:3'],
    ['timeout10-attempts1', 'timeout:10 attempts:1'],
    ['attempts1', 'attempts:1'],
    ['timeout0', 'timeout:0'],
    ['timeout60', 'timeout:60 attempts:1'],
  ].map(([name, words]) =>
    scenario(`opt-${name}`, `${words}, silent`, { server: 'silence', conf: `options ${words}\n` }),
  ),
  scenario('opt-timeout0-ok', 'timeout:0, server answers', { server: OK, conf: 'options timeout:0\n' }),
  scenario('opt-timeout2-attempts5-2ns', 'timeout:2 attempts:5, two silent servers', {
    servers: SILENT2,
    conf: 'options timeout:2 attempts:5\n',
  }),
  scenario('opt-timeout1-2ns', 'timeout:1, two silent servers', {
    servers: SILENT2,
    conf: 'options timeout:1\n',
  }),
  scenario('opt-timeout1-3ns', 'timeout:1, three silent servers', {
    servers: SILENT3,
    conf: 'options timeout:1\n',
  }),
  scenario('opt-timeout3-3ns', 'timeout:3 attempts:1, three silent servers', {
    servers: SILENT3,
    conf: 'options timeout:3 attempts:1\n',
  }),
];

const flags: Scenario[] = [
  scenario('opt-rotate', 'rotate with three servers, four lookups in one process', {
    servers: { [S1]: OK, [S2]: OK, [S3]: OK },
    conf: 'options rotate\n',
    repeat: 4,
  }),
  scenario('opt-single-request', 'single-request', { server: OK, conf: 'options single-request\n' }),
  scenario('opt-single-request-servfail', 'single-request; A answered, AAAA SERVFAIL', {
    server: byType(OK, SERVFAIL),
    conf: 'options single-request\n',
  }),
  scenario('opt-use-vc-refused', 'use-vc with TCP refused', {
    server: OK,
    conf: 'options use-vc\n',
    tcp: { [S1]: 'refuse' },
  }),
  scenario('opt-use-vc-silent', 'use-vc with TCP silent', {
    server: OK,
    conf: 'options use-vc\n',
    tcp: { [S1]: 'silent' },
  }),
  scenario('opt-no-aaaa-inet6', 'no-aaaa, AF_INET6 flags 0', {
    server: OK,
    conf: 'options no-aaaa\n',
    family: 'inet6',
    flags: '0',
  }),
  scenario('opt-inet6', 'inet6 (a removed option)', { server: OK, conf: 'options inet6\n' }),
  scenario('edns-formerr', 'options edns0; server answers EDNS with FORMERR', {
    server: ({ edns }) => (edns ? FORMERR : OK),
    conf: 'options edns0\n',
  }),
  scenario('opt-edns0', 'options edns0', { server: OK, conf: 'options edns0\n' }),
  scenario('opt-dash', 'options edns0 -edns0 (glibc 2.41 on)', {
    server: OK,
    conf: 'options edns0 -edns0\n',
  }),
  scenario('opt-glued', 'two options lines', {
    server: OK,
    conf: 'options ndots:5\noptions timeout:1\nsearch s1.test\n',
    name: 'a.b',
  }),
];

const lines: Scenario[] = [
  scenario('comment-end', 'trailing comment on the nameserver line, ; comment', {
    server: OK,
    resolvConf: `; c\nnameserver ${S1} # comment\n`,
  }),
  scenario('crlf', 'CRLF line endings', {
    servers: { [S1]: OK, '127.0.0.1': { a: ['192.0.2.77'] } },
    resolvConf: `nameserver ${S1}\r\nsearch s1.test\r\noptions ndots:2\r\n`,
    name: 'a.b',
  }),
  scenario('sortlist', 'sortlist 192.0.2.128/25', {
    server: { a: ['192.0.2.5', '192.0.2.200'] },
    conf: 'sortlist 192.0.2.128/255.255.255.128\n',
    family: 'inet',
  }),
];

export const options: readonly Scenario[] = [...timers, ...flags, ...lines];
