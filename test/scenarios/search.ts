/** Search lists and ndots. */
import type { Rule, ScriptedAction } from '../../src/dns/script.ts';
import { byName, byType, FORMERR, LAME, NODATA, NOTIMP, NXDOMAIN, OK, REFUSED, SERVFAIL } from './rules.ts';
import { S1, S2, type Scenario, scenario } from './scenario.ts';

const CLUSTER = 'search default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n';
const TWO = 'search s1.test s2.test\noptions ndots:5\n';
const external = byName({ 'api.example.test': OK });

const kubernetes: Scenario[] = [
  scenario('k8s-ext', 'ndots:5, external name', {
    server: external,
    conf: CLUSTER,
    name: 'api.example.test',
  }),
  scenario('k8s-ext-dot', 'ndots:5, trailing dot', {
    server: external,
    conf: CLUSTER,
    name: 'api.example.test.',
  }),
  scenario('k8s-svc', 'ndots:5, short service name', {
    server: byName({ 'web.default.svc.cluster.local': OK }),
    conf: CLUSTER,
    name: 'web',
  }),
  scenario('k8s-svc-aaaa-nx', 'ndots:5, service with A, AAAA NXDOMAIN', {
    server: byName({ 'web.default.svc.cluster.local': byType(OK, NXDOMAIN) }),
    conf: CLUSTER,
    name: 'web',
  }),
  scenario('k8s-ext-5dots', 'ndots:5, name with five dots', {
    server: byName({ 'a.b.c.d.e.test': OK }),
    conf: CLUSTER,
    name: 'a.b.c.d.e.test',
  }),
  scenario('k8s-miss', 'ndots:5, name that exists nowhere', {
    server: NXDOMAIN,
    conf: CLUSTER,
    name: 'nope.example.test',
  }),
  scenario('k8s-ns1-dead', 'ndots:5 with first server silent, second answers: cost a suffix', {
    servers: { [S1]: 'silence', [S2]: external },
    conf: CLUSTER,
    name: 'api.example.test',
  }),
  scenario('k8s-all-servfail', 'ndots:5, everything SERVFAIL', {
    server: SERVFAIL,
    conf: CLUSTER,
    name: 'api.example.test',
  }),
  scenario('k8s-all-refused', 'ndots:5, everything REFUSED', {
    server: REFUSED,
    conf: CLUSTER,
    name: 'api.example.test',
  }),
];

const first: Readonly<Record<string, ScriptedAction | Rule>> = {
  servfail: SERVFAIL,
  refused: REFUSED,
  notimp: NOTIMP,
  formerr: FORMERR,
  silence: 'silence',
  nodata: NODATA,
  lame: LAME,
  'a-nodata-aaaa-nx': byType(NODATA, NXDOMAIN),
  'cname-dangling': { cname: ['gone.test'] },
};

const stops: Scenario[] = [
  ...Object.entries(first).map(([kind, answer]) =>
    scenario(`search-mid-${kind}`, `x.s1.test ${kind}, x.s2.test and x answer`, {
      server: byName({ 'x.s1.test': answer, 'x.s2.test': OK, x: OK }),
      conf: TWO,
      name: 'x',
    }),
  ),
  scenario('search-mid-silence-timeout1', 'x.s1.test silent, timeout:1 attempts:1', {
    server: byName({ 'x.s1.test': 'silence' }, OK),
    conf: 'search s1.test s2.test\noptions ndots:5 timeout:1 attempts:1\n',
    name: 'x',
  }),
  scenario(
    'search-abs-ok-mid-nodata',
    'ndots:5: first suffix NODATA (wildcard of another type), absolute answers',
    {
      server: ({ name }) => (name.endsWith('s1.test') ? NODATA : name === 'api.example.test' ? OK : NXDOMAIN),
      conf: TWO,
      name: 'api.example.test',
    },
  ),
  ...Object.entries({ servfail: SERVFAIL, silence: 'silence' as const, nodata: NODATA }).map(
    ([kind, answer]) =>
      scenario(`abs-first-${kind}-search`, `ndots:1: as it is ${kind}, search suffix answers`, {
        server: ({ name }) => (name.endsWith('s1.test') ? OK : answer),
        conf: 'search s1.test\n',
        name: 'db.prod',
      }),
  ),
];

const web = byName({ web: OK });
const either = byName({ 'x.s1.test': OK, 'x.s2.test': OK });

const lists: Scenario[] = [
  scenario('search-ndots1-miss', 'ndots:1, dotted name NXDOMAIN as it is, exists under search', {
    server: byName({ 'db.prod.corp.test': OK }),
    conf: 'search corp.test\n',
    name: 'db.prod',
  }),
  scenario('single-label-nosearch', 'single label, no search line', { server: OK, name: 'web' }),
  scenario('single-label-search-miss', 'single label, search misses, top-level domain answers', {
    server: web,
    conf: 'search s1.test\n',
    name: 'web',
  }),
  scenario('single-label-notld', 'options no-tld-query', {
    server: web,
    conf: 'search s1.test\noptions no-tld-query\n',
    name: 'web',
  }),
  scenario('search-8-domains', '8 search domains', {
    server: NXDOMAIN,
    conf: `search ${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `s${n}.test`).join(' ')}\noptions ndots:5\n`,
    name: 'x',
  }),
  scenario('search-dot-list', 'search s1.test . s2.test', {
    server: byName({ 'host.test': OK }),
    conf: 'search s1.test . s2.test\noptions ndots:5\n',
  }),
  scenario('search-trailing-dot', 'search entry with a trailing dot', {
    server: byName({ 'x.s1.test': OK }),
    conf: 'search s1.test.\noptions ndots:5\n',
    name: 'x',
  }),
  scenario('search-two-lines', 'two search lines', {
    server: either,
    conf: 'search s1.test\nsearch s2.test\n',
    name: 'x',
  }),
  scenario('search-then-domain', 'search, then domain line', {
    server: either,
    conf: 'search s1.test\ndomain s2.test\n',
    name: 'x',
  }),
  scenario('ndots0', 'ndots:0, single label', {
    server: web,
    conf: 'search s1.test\noptions ndots:0\n',
    name: 'web',
  }),
  scenario('localdomain-env', 'LOCALDOMAIN in the environment', {
    server: byName({ 'x.env.test': OK }),
    conf: 'search s1.test\n',
    name: 'x',
    environment: { LOCALDOMAIN: 'env.test' },
  }),
  scenario('localdomain-env-empty', 'LOCALDOMAIN empty', {
    server: byName({ x: OK }),
    conf: 'search s1.test\n',
    name: 'x',
    environment: { LOCALDOMAIN: '' },
  }),
];

export const search: readonly Scenario[] = [...kubernetes, ...stops, ...lists];
