import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';
import { short, startProbing } from './probing.ts';
import { addresses4, addresses6, byName, found, missing, S1, S2 } from './servers.ts';

const aaaa =
  (reply: ReturnType<Rule>): Rule =>
  (query) =>
    query.type === 'AAAA' ? reply : found(query);
const of = (id: string) => (each: { id: string }) => each.id === id;

describe('musl-needs-both-families', () => {
  it.each([
    ['NXDOMAIN', { rcode: RCODE.NXDOMAIN }, 'not-found'],
    ['SERVFAIL', { rcode: RCODE.SERVFAIL }, 'try-again'],
    ['REFUSED', { rcode: RCODE.REFUSED }, 'try-again'],
    ['no answer', 'silence', 'try-again'],
  ] as const)('AAAA got %s', async (got, reply, outcome) => {
    const servers = { [S1]: aaaa(reply) };
    const probing = await startProbing({ servers, models: ['musl-1.2.3'], targets: ['api.test'] });
    expect(short(await probing.rounds(1))).not.toContain('critical musl-needs-both-families api.test');
    const [finding] = (await probing.rounds(1)).filter(of('musl-needs-both-families'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.title).toContain(`AAAA got ${got}`);
    const evidence = finding?.evidence.join('\n');
    expect(evidence).toContain(`A NOERROR with 1 record from ${S1}:53`);
    expect(evidence).toContain(
      `2 of the last 2 lookups of api.test by musl-1.2.3, last 2023-11-14T22:13:35Z: ${outcome}`,
    );
    probing.world.servers = { [S1]: aaaa({ soa: true }) };
    expect(short(await probing.rounds(2))).toContain('critical musl-needs-both-families api.test');
    expect((await probing.rounds(1)).filter(of('musl-needs-both-families'))).toEqual([]);
  });

  it('is no matter of releases that take one half, nor critical where the application has another resolver', async () => {
    const servers = { [S1]: aaaa({ rcode: RCODE.NXDOMAIN }) };
    const old = await startProbing({ servers, models: ['musl-1.2.0'], targets: ['api.test'] });
    expect(short(await old.rounds(3))).toEqual([]);
    const go = await startProbing({ servers, models: ['app', 'musl'], targets: ['api.test'] });
    expect((await go.rounds(3)).filter(of('musl-needs-both-families'))).toMatchObject([{ severity: 'info' }]);
    expect(go.findings().map(({ severity }) => severity)).not.toContain('critical');
  });

  it('is the application’s when its log says so', async () => {
    const servers = { [S1]: aaaa({ rcode: RCODE.SERVFAIL }) };
    const probing = await startProbing({ servers });
    probing.log('lookup api.test: Try again');
    const [finding] = (await probing.rounds(2)).filter(of('musl-needs-both-families'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.evidence.join()).toContain('its error texts are cgo-musl');
  });

  it('is none where a name is expected not to be there, or one lookup of ten fails', async () => {
    const servers = { [S1]: aaaa({ rcode: RCODE.NXDOMAIN }) };
    const probing = await startProbing({ servers, models: ['musl'], targets: ['!api.test'] });
    expect((await probing.rounds(3)).filter(of('musl-needs-both-families'))).toEqual([]);
    const once = await startProbing({ servers: { [S1]: found }, models: ['musl'], targets: ['api.test'] });
    await once.rounds(5);
    once.world.servers = servers;
    await once.rounds(1);
    once.world.servers = { [S1]: found };
    expect(short(await once.rounds(4))).toEqual([]);
  });
});

describe('musl-truncated-no-tcp', () => {
  const truncated: Rule = (query) => (query.proto === 'udp' ? { tc: true } : found(query));

  it('opens and closes', async () => {
    const targets = ['api.test'];
    const probing = await startProbing({ servers: { [S1]: truncated }, models: ['musl-1.2.3'], targets });
    const [finding] = (await probing.rounds(2)).filter(of('musl-truncated-no-tcp'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.evidence[0]).toContain('A NOERROR with 0 records, truncated (TC=1)');
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('is a warning where some addresses fit, and info where a newer musl may stand for an older one', async () => {
    const some: Rule = ({ type }) => ({ tc: true, ...(type === 'A' ? { a: ['192.0.2.1'] } : { aaaa: [] }) });
    const partly = await startProbing({
      servers: { [S1]: some },
      models: ['musl-1.2.3'],
      targets: ['api.test'],
    });
    expect(short(await partly.rounds(2))).toContain('warning musl-truncated-no-tcp api.test');
    const guessed = await startProbing({ servers: { [S1]: truncated }, models: ['app'] });
    guessed.log('lookup api.test: Try again');
    expect(short(await guessed.rounds(2))).toContain('info musl-truncated-no-tcp api.test');
    const known = await startProbing({
      servers: { [S1]: truncated },
      models: ['musl-1.2.6'],
      targets: ['api.test'],
    });
    expect(short(await known.rounds(2))).toEqual([]);
  });
});

describe('musl-search-stops', () => {
  const resolvConf = `nameserver ${S1}\nsearch one.test two.test\noptions ndots:5\n`;

  it.each([
    ['NOERROR without records', { soa: true }, 'no-data'],
    ['SERVFAIL', { rcode: RCODE.SERVFAIL }, 'try-again'],
    ['REFUSED', { rcode: RCODE.REFUSED }, 'try-again'],
  ] as const)('at a domain that answers %s', async (got, reply, outcome) => {
    const zone = (second: Rule) => byName({ 'api.test.two.test': second, 'api.test': found });
    const servers = { [S1]: zone(() => reply) };
    const models = ['musl', 'glibc'];
    const probing = await startProbing({ servers, resolvConf, models, targets: ['api.test'] });
    const [finding] = (await probing.rounds(2)).filter(of('musl-search-stops'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.title).toContain(`at two.test, which answers ${got}`);
    expect(finding?.evidence.join()).toContain(outcome);
    expect(short(probing.findings()).join()).not.toMatch(/search-list-risky|musl-needs/);
    probing.world.servers = { [S1]: zone(missing) };
    expect((await probing.rounds(3)).filter(of('musl-search-stops'))).toEqual([]);
  });

  it('is told from a nameserver that fails by single queries, where one target is all there is', async () => {
    const servers = { [S1]: byName({ 'api.test.one.test': () => 'silence', 'api.test': found }) };
    const probing = await startProbing({
      servers,
      resolvConf,
      models: ['musl', 'nslookup'],
      targets: ['api.test'],
    });
    await probing.rounds(3);
    for (let round = 0; round < 8; round++) {
      const critical = (await probing.rounds(1)).filter(({ severity }) => severity === 'critical');
      expect(critical.map(({ id }) => id)).toEqual(['musl-search-stops']);
    }
  });

  it('is none in hindsight, when a nameserver that failed comes back', async () => {
    const servers = { [S1]: byName({ 'api.test': found }) };
    const options = { resolvConf, models: ['musl', 'glibc'], targets: ['api.test'] };
    const probing = await startProbing({ servers, ...options });
    const stops: unknown[] = [];
    const watch = async (rounds: number) => {
      for (let round = 0; round < rounds; round++)
        stops.push(...(await probing.rounds(1)).filter(of('musl-search-stops')));
    };
    await watch(3);
    probing.world.servers = { [S1]: () => ({ rcode: RCODE.SERVFAIL }) };
    await watch(4);
    probing.world.servers = servers;
    await watch(4);
    expect(stops).toEqual([]);
  });

  it('at the root domain, of which old releases make a malformed query', async () => {
    const servers = { [S1]: byName({ host: found }) };
    const options = { servers, resolvConf: `nameserver ${S1}\nsearch .\n`, targets: ['host'] };
    const old = await startProbing({ ...options, models: ['musl-1.2.3', 'nslookup'] });
    const [finding] = (await old.rounds(2)).filter(of('musl-search-stops'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'host' });
    expect(finding?.fix).toContain('Take `.` out');
    const newer = await startProbing({ ...options, models: ['musl-1.2.4', 'nslookup'] });
    expect((await newer.rounds(2)).filter(of('musl-search-stops'))).toEqual([]);
  });

  it('is none where the nameserver fails whatever it is asked for', async () => {
    const servers = { [S1]: (() => ({ rcode: RCODE.SERVFAIL })) satisfies Rule };
    const probing = await startProbing({
      servers,
      resolvConf,
      models: ['musl', 'glibc'],
      targets: ['api.test'],
    });
    expect((await probing.rounds(3)).filter(of('musl-search-stops'))).toEqual([]);
  });
});

describe('musl-fastest-answer-wins', () => {
  const resolvConf = `nameserver ${S1}\nnameserver ${S2}\n`;
  const late =
    (rule: Rule): Rule =>
    (query) => {
      const reply = [rule(query)].flat()[0];
      return typeof reply === 'object' ? { ...reply, delayMs: 20 } : 'silence';
    };

  it('fails while the wrong one is faster, is at risk while the right one is, and closes when both know the name', async () => {
    const servers = { [S1]: late(found), [S2]: missing };
    const probing = await startProbing({ servers, resolvConf, models: ['musl'], targets: ['api.test'] });
    const [finding] = (await probing.rounds(2)).filter(of('musl-fastest-answer-wins'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.evidence.slice(0, 2).join('\n')).toMatch(
      /^127\.0\.0\.53:53: A of api\.test: NOERROR, 192\.0\.2\.10 after 20 ms.*\n127\.0\.0\.54:53: A of api\.test: NXDOMAIN after 0\.1 ms/,
    );
    expect(finding?.fix).toContain('take 127.0.0.54 out');
    probing.world.servers = { [S1]: found, [S2]: late(missing) };
    expect(short(await probing.rounds(1))).toContain('warning musl-fastest-answer-wins api.test');
    probing.world.servers = { [S1]: found, [S2]: found };
    expect((await probing.rounds(3)).filter(of('musl-fastest-answer-wins'))).toEqual([]);
  });

  it('is the one cause where the halves are from nameservers that disagree', async () => {
    const v4: Rule = (query) => (query.type === 'A' ? found(query) : 'silence');
    const v6: Rule = (query) => (query.type === 'A' ? late(missing)(query) : missing(query));
    const servers = { [S1]: v4, [S2]: v6 };
    const probing = await startProbing({ servers, resolvConf, models: ['musl'], targets: ['api.test'] });
    const critical = (await probing.rounds(3)).filter(({ severity }) => severity === 'critical');
    expect(critical.map(({ id }) => id)).toEqual(['musl-fastest-answer-wins']);
  });

  it('sees one of many names that has its turn seldom', async () => {
    const rule = byName({ 'n0.test': found }, found);
    const targets = Array.from({ length: 8 }, (_, index) => `n${index}.test`);
    const servers = { [S1]: rule, [S2]: byName({ 'n0.test': missing }, found) };
    const probing = await startProbing({ servers, resolvConf, models: ['musl'], targets });
    expect((await probing.rounds(8)).filter(of('musl-fastest-answer-wins'))).toMatchObject([
      { subject: 'n0.test' },
    ]);
  });
});

describe('musl-address-limit', () => {
  const sized =
    (a: number, aaaa: number): Rule =>
    ({ type }) =>
      type === 'A' ? { a: addresses4(a) } : { aaaa: addresses6(aaaa) };
  const start = (a: number, aaaa: number) =>
    startProbing({ servers: { [S1]: sized(a, aaaa) }, models: ['musl'], targets: ['api.test'] });

  it('warns where a family is left out, and closes', async () => {
    const probing = await start(2, 50);
    const [finding] = (await probing.rounds(2)).filter(of('musl-address-limit'));
    expect(finding).toMatchObject({ severity: 'warning', subject: 'api.test' });
    expect(finding?.evidence).toContain('returned: 0 IPv4 and 48 IPv6 addresses');
    probing.world.servers = { [S1]: sized(2, 40) };
    expect((await probing.rounds(3)).filter(of('musl-address-limit'))).toEqual([]);
  });
  it('informs where some are', async () => {
    const probing = await start(30, 30);
    expect(short(await probing.rounds(2))).toContain('info musl-address-limit api.test');
  });
  it('is none at 48', async () => {
    const probing = await start(24, 24);
    expect(short(await probing.rounds(2))).toEqual([]);
  });
});

describe('musl-fatal-option', () => {
  const resolvConf = `nameserver ${S1}\noptions attempts:0\n`;
  it.each([
    ['attempts:0', 'SIGFPE', 'crash'],
    ['timeout:0', 'fail at once', 'try-again'],
  ])('%s', async (option, effect, outcome) => {
    const conf = resolvConf.replace('attempts:0', option);
    const probing = await startProbing({
      servers: { [S1]: found },
      resolvConf: conf,
      models: ['musl'],
      targets: ['api.test'],
    });
    const [finding] = (await probing.rounds(1)).filter(of('musl-fatal-option'));
    expect(finding).toMatchObject({ severity: 'critical', subject: '/etc/resolv.conf' });
    expect(finding?.title).toContain(effect);
    expect(finding?.evidence.join()).toMatch(new RegExp(`resolv.conf line 2, "${option}".*${outcome}`));
    probing.world.resolvConf = `nameserver ${S1}\noptions attempts:1\n`;
    expect((await probing.rounds(1)).filter(of('musl-fatal-option'))).toEqual([]);
  });
  it('is info to an application without musl, with a target or without', async () => {
    const probing = await startProbing({ servers: { [S1]: found }, resolvConf });
    expect(short(await probing.rounds(1))).toContain('info musl-fatal-option /etc/resolv.conf');
    probing.log('lookup api.test: Try again');
    expect(short(await probing.rounds(1))).toContain('critical musl-fatal-option /etc/resolv.conf');
  });
});

describe('musl-search-ignored', () => {
  const domain = (index: number) => `d${index}.${'abcdefghij'.repeat(4)}.test`;
  const conf = (domains: number) =>
    `nameserver ${S1}\nsearch ${Array.from({ length: domains }, (_, index) => domain(index)).join(' ')}\n`;
  const servers = { [S1]: byName({ [`web.${domain(0)}`]: found }) };

  it('is critical where a name is missed by it, and closes', async () => {
    const probing = await startProbing({
      servers,
      resolvConf: conf(6),
      models: ['musl', 'glibc'],
      targets: ['web'],
    });
    const [finding] = (await probing.rounds(1)).filter(of('musl-search-ignored'));
    expect(finding).toMatchObject({ severity: 'critical', subject: '/etc/resolv.conf' });
    expect(finding?.evidence.join('\n')).toMatch(
      /glibc uses 6, musl 0\nmusl-1\.2\.6: web: not-found.*glibc-2\.43 finds web\.d0\./,
    );
    probing.world.resolvConf = conf(4);
    expect((await probing.rounds(1)).filter(of('musl-search-ignored'))).toEqual([]);
  });
  it('says that names of ndots dots are asked for as they are alone', async () => {
    const options = { resolvConf: `nameserver ${S1}\nsearch corp.test\n`, targets: ['db.prod'] };
    const there = { [S1]: byName({ 'db.prod.corp.test': found }) };
    const probing = await startProbing({ servers: there, ...options, models: ['musl', 'glibc'] });
    const [finding] = (await probing.rounds(2)).filter(of('musl-search-ignored'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'db.prod' });
    expect(finding?.evidence[0]).toContain('glibc-2.43 finds it as db.prod.corp.test');
    expect(finding?.fix).toContain('{name: ndots, value: "2"}');
    probing.world.servers = { [S1]: missing };
    expect((await probing.rounds(1)).filter(of('musl-search-ignored'))).toEqual([]);
  });
  it('is a warning otherwise, and info without musl', async () => {
    const musl = await startProbing({ servers, resolvConf: conf(6), models: ['musl'] });
    musl.log('lookup x: Try again');
    expect(short(await musl.rounds(1))).toContain('warning musl-search-ignored /etc/resolv.conf');
    const go = await startProbing({ servers, resolvConf: conf(6) });
    expect(short(await go.rounds(1))).toContain('info musl-search-ignored /etc/resolv.conf');
  });
});
