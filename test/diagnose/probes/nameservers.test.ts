import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule, ScriptedReply } from '../../../src/dns/script.ts';
import { short, startProbing } from './probing.ts';
import { byName, found, missing, S1, S2 } from './servers.ts';

const silent: Rule = () => 'silence';
const servfail: Rule = () => ({ rcode: RCODE.SERVFAIL });
const refused: Rule = () => ({ rcode: RCODE.REFUSED });
const lame: Rule = () => ({ ra: false });
const reply = (action: ReturnType<Rule>): ScriptedReply =>
  [action].flat().find((each) => typeof each === 'object') ?? {};
const late =
  (delayMs: number): Rule =>
  (query) => ({ ...reply(found(query)), delayMs });
const byType =
  (a: ScriptedReply, aaaa: ScriptedReply): Rule =>
  ({ type }) =>
    type === 'A' ? a : aaaa;
const evidenceOf = (finding: { evidence: string[] } | undefined) => finding?.evidence.join('\n') ?? '';
const of = (id: string) => (each: { id: string }) => each.id === id;
const ONE = `nameserver ${S1}\n`;
const BOTH = `${ONE}nameserver ${S2}\n`;
const api = ['api.test'];

describe('a healthy set-up', () => {
  it.each([['go'], ['glibc'], ['musl']])('has no finding with %s', async (model) => {
    const servers = { [S1]: found, [S2]: late(3) };
    const options = { servers, resolvConf: BOTH, models: [model, 'nslookup', 'dig'] };
    const probing = await startProbing({ ...options, targets: ['api.test', 'db.test'] });
    expect(short(await probing.rounds(12))).toEqual([]);
  });

  it.each([['go'], ['glibc'], ['musl']])(
    'in a cluster has none above info in ten minutes with %s',
    async (model) => {
      const v4only: Rule = ({ type }) => (type === 'A' ? { a: ['10.1.2.3'] } : { soa: true });
      const names = {
        'api.default.svc.cluster.local': v4only,
        'api.example.com': late(40),
        'db.corp.example': v4only,
      };
      const search = 'search default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n';
      const options = {
        servers: { [S1]: byName(names) },
        resolvConf: `${ONE}${search}`,
        models: [model, 'nslookup'],
      };
      const targets = ['api', 'api.example.com', 'db.corp.example', '!gone.example.com'];
      const probing = await startProbing({ ...options, targets });
      for (let round = 0; round < 40; round++)
        expect((await probing.rounds(1)).filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );

  it('with names of the log that do not exist has none either', async () => {
    const probing = await startProbing({ resolvConf: ONE, servers: { [S1]: missing } });
    probing.log('lookup typo.example on 127.0.0.53:53: no such host');
    const findings = short(await probing.rounds(12)).filter((text) => !text.includes('go-resolver'));
    expect(findings.filter((text) => !text.startsWith('info'))).toEqual([]);
  });
});

describe.each<[string, Rule, RegExp, RegExp]>([
  ['nameserver-silent', silent, /does not answer$/, /no reply after 5\.0 s/],
  ['nameserver-failing', servfail, /answers SERVFAIL/, /got SERVFAIL/],
  ['nameserver-refusing', refused, /refuses to answer/, /got REFUSED/],
])('%s', (id, rule, title, evidence) => {
  it.each([['go'], ['glibc'], ['musl']])(
    'is critical where %s can look up nothing, and closes',
    async (model) => {
      const probing = await startProbing({
        resolvConf: ONE,
        servers: { [S1]: rule },
        models: [model],
        targets: api,
      });
      expect((await probing.rounds(1)).filter(of(id))).toEqual([]);
      const [finding] = (await probing.rounds(1)).filter(of(id));
      expect(finding).toMatchObject({ severity: 'critical', subject: `${S1}:53` });
      expect(finding?.title).toMatch(title);
      expect(evidenceOf(finding)).toMatch(evidence);
      expect(evidenceOf(finding)).toMatch(/2 of the last 2 lookups of api\.test failed/);
      expect(probing.findings().filter(({ severity }) => severity === 'critical')).toHaveLength(1);
      probing.world.servers = { [S1]: found };
      expect((await probing.rounds(2)).filter(of(id))).toHaveLength(1);
      expect(short(await probing.rounds(1))).toEqual([]);
    },
  );

  it('is a warning where another nameserver is asked instead', async () => {
    const servers = { [S1]: rule, [S2]: found };
    const probing = await startProbing({ servers, resolvConf: BOTH, models: ['go'], targets: api });
    const [finding] = (await probing.rounds(3)).filter(of(id));
    expect(finding).toMatchObject({ severity: 'warning', subject: `${S1}:53` });
    expect(evidenceOf(finding)).toContain(`${S2}:53: A of api.test over UDP: NOERROR, 192.0.2.10`);
  });

  it('is none for one bad round of ten, and none of a nameserver that nobody asks', async () => {
    const probing = await startProbing({
      resolvConf: ONE,
      servers: { [S1]: found },
      models: ['go'],
      targets: api,
    });
    await probing.rounds(5);
    probing.world.servers = { [S1]: rule };
    await probing.rounds(1);
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(4))).toEqual([]);
    const fourth = await startProbing({
      servers: { '127.0.0.1': found, '127.0.0.2': found, '127.0.0.3': found, '127.0.0.4': rule },
      resolvConf: [1, 2, 3, 4].map((last) => `nameserver 127.0.0.${last}\n`).join(''),
      models: ['go'],
      targets: api,
    });
    expect((await fourth.rounds(4)).filter(of(id))).toEqual([]);
  });

  it.each([['go'], ['glibc'], ['musl']])(
    'is of the nameserver, not of a search domain: %s',
    async (model) => {
      const resolvConf = `${ONE}search lab.test\noptions ndots:2\n`;
      const probing = await startProbing({
        servers: { [S1]: rule },
        resolvConf,
        models: [model],
        targets: api,
      });
      expect(short(await probing.rounds(4)).filter((text) => !text.startsWith('info'))).toEqual([
        `critical ${id} ${S1}:53`,
      ]);
      probing.world.servers = { [S1]: byName({ 'api.test': found }) };
      expect(short(await probing.rounds(3)).filter((text) => !text.startsWith('info'))).toEqual([]);
    },
  );

  it('names the name where it is one alone', async () => {
    const servers = { [S1]: byName({ 'broken.test': rule }, found) };
    const targets = ['broken.test', 'a.test', 'b.test', 'c.test'];
    const probing = await startProbing({ resolvConf: ONE, servers, models: ['go'], targets });
    const [finding] = (await probing.rounds(3)).filter(of(id));
    expect(finding).toMatchObject({ severity: 'critical', subject: `${S1}:53` });
    expect(finding?.title).toMatch(/ for broken\.test$/);
  });

  it('without a target is critical only where none answers', async () => {
    const alone = await startProbing({ resolvConf: ONE, servers: { [S1]: rule } });
    expect((await alone.rounds(3)).filter(of(id))).toMatchObject([{ severity: 'critical' }]);
    const two = await startProbing({ servers: { [S1]: rule, [S2]: found }, resolvConf: BOTH });
    expect((await two.rounds(3)).filter(of(id))).toMatchObject([{ severity: 'warning' }]);
  });
});

it('a silent first nameserver makes lookups late', async () => {
  const servers = { [S1]: silent, [S2]: found };
  const probing = await startProbing({ servers, resolvConf: BOTH, models: ['glibc'], targets: api });
  const [finding] = (await probing.rounds(3)).filter(of('nameserver-silent'));
  expect(evidenceOf(finding)).toMatch(/3 of the last 3 lookups of api\.test were late.*ok after 5\.0 s/);
  expect(finding?.fix).toContain(`put \`nameserver ${S2}\` before it`);
});

it('AAAA that fails alone is no failing nameserver: which resolver minds has its own finding', async () => {
  const halves: Rule = (query) => (query.type === 'AAAA' ? { rcode: RCODE.SERVFAIL } : found(query));
  const probing = await startProbing({
    resolvConf: ONE,
    servers: { [S1]: halves },
    models: ['musl', 'nslookup'],
    targets: api,
  });
  expect(short(await probing.rounds(3))).toEqual([
    'critical musl-needs-both-families api.test',
    'warning tools-disagree api.test',
  ]);
});

it.each([['go'], ['glibc'], ['musl']])(
  'nameserver-refusing: %s gets a referral for an answer',
  async (model) => {
    const options = { servers: { [S1]: lame }, resolvConf: ONE, models: [model] };
    const probing = await startProbing({ ...options, targets: api });
    const [finding] = (await probing.rounds(3)).filter(of('nameserver-refusing'));
    expect(finding).toMatchObject({ severity: 'critical', title: `${S1}:53 does no recursion` });
    expect(evidenceOf(finding)).toMatch(/3 of the last 3 lookups of api\.test failed/);
  },
);

it.each([
  ['A NODATA, AAAA SERVFAIL', byType({ soa: true }, { rcode: RCODE.SERVFAIL }), 'musl'],
  ['A SERVFAIL, AAAA NODATA', byType({ rcode: RCODE.SERVFAIL }, { soa: true }), 'go'],
  ['SERVFAIL over TCP', ({ proto }) => (proto === 'udp' ? { tc: true } : { rcode: RCODE.SERVFAIL }), 'go'],
  ['SERVFAIL with addresses', (query) => ({ ...reply(found(query)), rcode: RCODE.SERVFAIL }), 'glibc'],
] as const satisfies [string, Rule, string][])('nameserver-failing: %s', async (_, rule, model) => {
  const options = { servers: { [S1]: rule }, resolvConf: ONE, models: [model] };
  const probing = await startProbing({ ...options, targets: api });
  expect(short(await probing.rounds(2)).filter((text) => text.startsWith('critical'))).toEqual([
    `critical nameserver-failing ${S1}:53`,
  ]);
});

it('one type that is not answered is no silent nameserver, nor a late one', async () => {
  const noA: Rule = (query) => (query.type === 'A' ? 'silence' : found(query));
  const options = { servers: { [S1]: noA }, resolvConf: ONE, models: ['go'] };
  const probing = await startProbing({ ...options, targets: api });
  expect(short(await probing.rounds(5))).toEqual([`warning pair-half-lost ${S1}:53`]);
});

it('the reply to a query that is repeated because the first one was lost is not late', async () => {
  const lossy: Rule = (query) => (query.nth === 1 && query.edns === undefined ? 'silence' : found(query));
  const options = { servers: { [S1]: lossy }, resolvConf: ONE, models: ['musl'] };
  const probing = await startProbing({ ...options, targets: api });
  expect((await probing.rounds(5)).filter(of('nameserver-slow'))).toEqual([]);
});

it('nameserver-failing: other errors, and replies that cannot be read', async () => {
  const header = Uint8Array.from([0, 0, 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0]);
  const broken: Rule = ({ message }) => {
    const raw = Uint8Array.from([...header, ...message.subarray(12)]);
    raw.set(message.subarray(0, 2));
    return { raw };
  };
  const notimp: Rule = () => ({ rcode: RCODE.NOTIMP });
  const first = await startProbing({
    resolvConf: ONE,
    servers: { [S1]: broken },
    models: ['go'],
    targets: api,
  });
  expect((await first.rounds(3)).find(of('nameserver-failing'))?.title).toContain(
    'a reply that cannot be read',
  );
  const second = await startProbing({
    resolvConf: ONE,
    servers: { [S1]: notimp },
    models: ['go'],
    targets: api,
  });
  expect((await second.rounds(3)).find(of('nameserver-failing'))?.fix).toContain('dig +noedns');
});

describe('nameserver-unreachable', () => {
  it.each([['go'], ['glibc'], ['musl']])('is critical where %s has no other, and closes', async (model) => {
    const probing = await startProbing({ resolvConf: ONE, servers: {}, models: [model], targets: api });
    const [finding] = (await probing.rounds(2)).filter(of('nameserver-unreachable'));
    expect(finding).toMatchObject({ severity: 'critical', subject: `${S1}:53` });
    expect(finding?.title).toContain('nothing listens on its UDP port 53 (ECONNREFUSED)');
    expect(finding?.fix).toContain('NodeLocal');
    expect(probing.findings().filter(({ severity }) => severity === 'critical')).toHaveLength(1);
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('without a route says which, and is a warning beside a nameserver that answers', async () => {
    const resolvConf = `nameserver fd00::10\nnameserver ${S1}\n`;
    const probing = await startProbing({
      servers: { [S1]: found },
      resolvConf,
      models: ['go'],
      targets: api,
    });
    const [finding] = (await probing.rounds(3)).filter(of('nameserver-unreachable'));
    expect(finding).toMatchObject({ severity: 'warning', subject: '[fd00::10]:53' });
    expect(finding?.title).toMatch(/no route to it \(E(?:NETUNREACH|ADDRNOTAVAIL)\)/);
    expect(finding?.fix).toContain('take `nameserver fd00::10` out');
  });
});

describe('nameserver-slow', () => {
  it('opens at the threshold and closes below', async () => {
    const probing = await startProbing({
      resolvConf: ONE,
      servers: { [S1]: late(1_200) },
      models: ['go'],
      targets: api,
    });
    expect((await probing.rounds(2)).filter(of('nameserver-slow'))).toMatchObject([{ severity: 'warning' }]);
    const [finding] = (await probing.rounds(2)).filter(of('nameserver-slow'));
    expect(finding).toMatchObject({ title: `${S1}:53 takes 1.2 s to answer` });
    expect(evidenceOf(finding)).toMatch(/lookups of api\.test were late.*ok after 1\.2 s/);
    probing.world.servers = { [S1]: late(900) };
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('is critical where the resolver waits less', async () => {
    const resolvConf = `nameserver ${S1}\noptions timeout:1 attempts:1\n`;
    const probing = await startProbing({
      servers: { [S1]: late(1_500) },
      resolvConf,
      models: ['go'],
      targets: api,
    });
    expect(short((await probing.rounds(4)).filter(({ severity }) => severity !== 'info'))).toEqual([
      `critical nameserver-slow ${S1}:53`,
    ]);
  });

  it('is none for a cold cache', async () => {
    const probing = await startProbing({
      resolvConf: ONE,
      servers: { [S1]: late(3_000) },
      models: ['go'],
      targets: api,
    });
    await probing.rounds(1);
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(8))).toEqual([]);
  });
});

describe('nameservers-disagree', () => {
  it.each([
    ['critical', [missing, found]],
    ['warning', [found, missing]],
  ] as const)('is %s by which of them is asked first', async (severity, [first, second]) => {
    const servers = { [S1]: first, [S2]: second };
    const probing = await startProbing({ servers, resolvConf: BOTH, models: ['go'], targets: api });
    expect((await probing.rounds(1)).filter(of('nameservers-disagree'))).toEqual([]);
    const [finding] = (await probing.rounds(1)).filter(of('nameservers-disagree'));
    expect(finding).toMatchObject({ severity, subject: '/etc/resolv.conf' });
    expect(evidenceOf(finding)).toMatch(/A of api\.test over UDP: NXDOMAIN/);
    expect(finding?.fix).toContain(`test { forward . ${first === found ? S1 : S2} }`);
    probing.world.servers = { [S1]: found, [S2]: found };
    expect((await probing.rounds(4)).filter(of('nameservers-disagree'))).toHaveLength(1);
    expect(short(await probing.rounds(2))).toEqual([]);
  });

  it('is not for other addresses, errors, or one question', async () => {
    const others: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.99'] } : {});
    const targets = ['api.test', 'b.test'];
    const probing = await startProbing({
      servers: { [S1]: found, [S2]: others },
      resolvConf: BOTH,
      models: ['go'],
      targets,
    });
    expect((await probing.rounds(10)).filter(of('nameservers-disagree'))).toEqual([]);
    probing.world.servers = { [S1]: found, [S2]: missing };
    expect((await probing.rounds(1)).filter(of('nameservers-disagree'))).toEqual([]);
    probing.world.servers = { [S1]: found, [S2]: servfail };
    expect((await probing.rounds(5)).filter(of('nameservers-disagree'))).toEqual([]);
  });
});

it('judges all that can be configured, none of it answered, without holding up what else the process does', async () => {
  const servers = { [S1]: silent, [S2]: servfail, '127.0.0.55': refused };
  const resolvConf = `${BOTH}nameserver 127.0.0.55\nsearch a.test b.test c.test\noptions ndots:5\n`;
  const targets = Array.from({ length: 100 }, (_, index) => `n${index}.api.test`);
  const probing = await startProbing({ servers, resolvConf, models: ['glibc', 'musl', 'nslookup'], targets });
  await probing.rounds(10);
  const began = performance.now();
  expect(probing.findings()).not.toEqual([]);
  // Tens of ms on an idle machine; it took ten seconds when rules went through all lookups for each lookup.
  expect(performance.now() - began).toBeLessThan(1_500);
}, 60_000);
