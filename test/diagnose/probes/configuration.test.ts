import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';
import { START, sourcesWith } from '../../watch/probes/fake-world.ts';
import { short, startProbing } from './probing.ts';
import { byName, found, S1, S2 } from './servers.ts';

const of = (id: string) => (each: { id: string }) => each.id === id;
const CLUSTER = `nameserver ${S1}\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n`;

describe('a healthy set-up has none of them', () => {
  it.each(['go', 'glibc', 'musl'])('%s', async (model) => {
    const servers = { [S1]: byName({ 'web.default.svc.cluster.local': found, 'api.example.com': found }) };
    const targets = ['web.default', 'api.example.com.', '!gone.example.com'];
    const probing = await startProbing({
      servers,
      resolvConf: CLUSTER,
      models: [model, 'nslookup'],
      targets,
    });
    expect(short(await probing.rounds(12))).toEqual([]);
  });
});

describe('ndots-amplification', () => {
  const name = 'api.example.com';
  const there = byName({ [name]: found });

  it.each(['go', 'glibc', 'musl'])(
    'is info in a cluster, and closes where the first domain has the name: %s',
    async (model) => {
      const servers = { [S1]: there };
      const probing = await startProbing({ servers, resolvConf: CLUSTER, models: [model], targets: [name] });
      const [finding] = await probing.rounds(2);
      expect(finding).toMatchObject({
        id: 'ndots-amplification',
        severity: 'info',
        subject: '/etc/resolv.conf',
      });
      expect(finding?.evidence).toEqual([expect.stringContaining('6 of 8 queries')]);
      expect(finding?.fix).toContain('{name: ndots, value: "2"}');
      probing.world.servers = { [S1]: byName({ [`${name}.default.svc.cluster.local`]: found }) };
      expect((await probing.rounds(3)).filter(of('ndots-amplification'))).toEqual([]);
    },
  );

  it('is a warning where it makes lookups slow, and info again where it does not', async () => {
    const resolvConf = CLUSTER.replace('\n', `\nnameserver ${S2}\n`);
    const dead: Rule = () => 'silence';
    const servers = { [S1]: dead, [S2]: there };
    const probing = await startProbing({ servers, resolvConf, models: ['glibc'], targets: [name] });
    const [finding] = (await probing.rounds(2)).filter(of('ndots-amplification'));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.evidence[0]).toMatch(/12 of 16 queries and 15\.0 s/);
    probing.world.servers = { [S1]: there, [S2]: there };
    expect(short(await probing.rounds(3))).toContain('info ndots-amplification /etc/resolv.conf');
  });
});

describe('resolv-conf-ignored-lines', () => {
  const start = (resolvConf: string, model: string, servers = { [S1]: found, [S2]: found }) =>
    startProbing({ servers, resolvConf, models: [model], targets: ['api.test'] });
  const ignored = async (resolvConf: string, model: string) =>
    (await (await start(resolvConf, model)).rounds(1)).filter(of('resolv-conf-ignored-lines'));

  it('is critical where no nameserver is left, and closes', async () => {
    const probing = await start(`nameserver ${S1}\r\n`, 'glibc');
    const [finding] = (await probing.rounds(1)).filter(of('resolv-conf-ignored-lines'));
    expect(finding).toMatchObject({ severity: 'critical', subject: '/etc/resolv.conf' });
    expect(finding?.title).toContain('asks 127.0.0.1:53');
    expect(finding?.evidence[0]).toContain('line 1, "nameserver 127.0.0.53\\r": a carriage return');
    probing.world.resolvConf = `nameserver ${S1}\n`;
    expect((await probing.rounds(1)).filter(of('resolv-conf-ignored-lines'))).toEqual([]);
  });

  it.each([
    ['an indented line', `nameserver ${S1}\n  nameserver ${S2}\n`, 'musl', 'warning'],
    ['an option glibc does not know', `nameserver ${S1}\noptions single-reqest\n`, 'glibc', 'info'],
    ['an option musl does not know', `nameserver ${S1}\noptions single-request-reopen\n`, 'musl', 'info'],
    ['too many dots', `nameserver ${S1}\noptions ndots:99\n`, 'go', 'info'],
    ['search twice', `nameserver ${S1}\nsearch a.test\nsearch b.test\n`, 'go', 'info'],
  ])('%s', async (_, resolvConf, model, severity) => {
    expect(await ignored(resolvConf, model)).toMatchObject([{ severity }]);
  });

  it.each([
    ['what systemd-resolved writes', `nameserver ${S1}\noptions edns0 trust-ad\nsearch .\n`, 'glibc'],
    ['the same, and musl', `nameserver ${S1}\noptions edns0 trust-ad\n`, 'musl'],
    ['the same, and Go', `nameserver ${S1}\noptions edns0 trust-ad\n`, 'go'],
    ['comments', `# by hand\n; too\nnameserver ${S1} # the first\n`, 'glibc'],
    ['the same, and Go', `# by hand\nnameserver ${S1} # the first\n`, 'go'],
    ['the same, and musl', `# by hand\nnameserver ${S1} # the first\n`, 'musl'],
    ['carriage returns, which musl bears', `nameserver ${S1}\r\n`, 'musl'],
  ])('says nothing of %s', async (_, resolvConf, model) => {
    expect(await ignored(resolvConf, model)).toEqual([]);
  });
});

describe('resolv-conf-stale', () => {
  const failed = `lookup api.test on ${S1}:53: read udp 10.0.0.5:41234->${S1}:53: i/o timeout`;
  const stale = of('resolv-conf-stale');
  const start = () =>
    startProbing({ servers: { [S1]: found, [S2]: found }, resolvConf: `nameserver ${S1}\n` });

  it('opens by failures at a server that was named once, and closes with them', async () => {
    const probing = await start();
    await probing.rounds(2);
    probing.world.resolvConf = `nameserver ${S2}\n`;
    await probing.rounds(1);
    probing.log(failed);
    // A lookup that was under way at the change may fail so.
    expect(probing.findings().filter(stale)).toEqual([]);
    await probing.rounds(5);
    probing.log(failed);
    const [finding] = probing.findings().filter(stale);
    expect(finding).toMatchObject({ severity: 'critical', subject: '/etc/resolv.conf' });
    expect(finding?.evidence).toEqual([
      expect.stringContaining('2 × `lookup api.test'),
      expect.stringMatching(/^resolv\.conf names 127\.0\.0\.54:53; .* since 2023-11-14T22:13:50Z$/),
    ]);
    expect((await probing.rounds(21)).filter(stale)).toEqual([]);
  });

  it('closes when the server is named again', async () => {
    const probing = await start();
    await probing.rounds(2);
    probing.world.resolvConf = `nameserver ${S2}\n`;
    await probing.rounds(6);
    probing.log(failed);
    expect(probing.findings().filter(stale)).toHaveLength(1);
    probing.world.resolvConf = `nameserver ${S2}\nnameserver ${S1}\n`;
    expect((await probing.rounds(1)).filter(stale)).toEqual([]);
  });

  it('opens where the file was written after the application had begun to ask', async () => {
    const probing = await start();
    const { world } = probing;
    world.sources = () => {
      const sources = sourcesWith(`nameserver ${S2}\n`);
      return {
        ...sources,
        resolvConf: { state: 'ok', text: `nameserver ${S2}\n`, modified: START - 90_000 },
      };
    };
    probing.log(failed, 120_000);
    await probing.rounds(1);
    expect(probing.findings().filter(stale)).toEqual([]);
    probing.log(failed);
    expect(probing.findings().filter(stale)).toMatchObject([{ severity: 'critical' }]);
  });

  it('says nothing of a server that resolv.conf was never seen to name', async () => {
    const probing = await start();
    await probing.rounds(2);
    probing.log(failed.replaceAll(S1, '192.0.2.53'));
    await probing.rounds(8);
    probing.log(failed.replaceAll(S1, '192.0.2.53'));
    expect(probing.findings().filter(stale)).toEqual([]);
  });

  it('shows by the model that no-reload keeps to the old server', async () => {
    const conf = (server: string) => `nameserver ${server}\noptions no-reload\n`;
    const probing = await startProbing({
      servers: { [S1]: found, [S2]: found },
      resolvConf: conf(S1),
      models: ['glibc'],
      targets: ['api.test'],
    });
    await probing.rounds(1);
    probing.world.resolvConf = conf(S2);
    const [finding] = (await probing.rounds(2)).filter(stale);
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.evidence.join('\n')).toMatch(
      /2 queries of glibc-2\.43 for api\.test to 127\.0\.0\.53:53.*\n.*\n.*no-reload/,
    );
    probing.world.resolvConf = conf(S1);
    expect((await probing.rounds(1)).filter(stale)).toEqual([]);
  });
});

describe('search-list-risky', () => {
  const name = 'api.example.com';
  const resolvConf = `nameserver ${S1}\nsearch corp.test lab.test\noptions ndots:5\n`;
  const risky = of('search-list-risky');
  const corp = (rule: Rule) => ({ [S1]: byName({ [`${name}.corp.test`]: rule, [name]: found }) });
  const start = (rule: Rule, model = 'go', target = name) =>
    startProbing({ servers: corp(rule), resolvConf, models: [model], targets: [target] });

  it('warns of a domain that answers for a public name, and closes', async () => {
    const probing = await start(found);
    const [finding] = (await probing.rounds(2)).filter(risky);
    expect(finding).toMatchObject({ severity: 'warning', subject: 'corp.test' });
    expect(finding?.title).toContain(`swallows ${name}`);
    expect(finding?.evidence[1]).toContain('192.0.2.10');
    probing.world.servers = { [S1]: byName({ [name]: found }) };
    expect((await probing.rounds(3)).filter(risky)).toEqual([]);
  });

  it.each([
    ['silence', 'go', 'warning', 'waits'],
    [{ rcode: RCODE.SERVFAIL }, 'go', 'info', 'at risk'],
    [{ rcode: RCODE.REFUSED }, 'glibc', 'info', 'at risk'],
  ] as const)('a domain with %j, %s: %s', async (reply, model, severity, words) => {
    const probing = await start(() => reply, model);
    const [finding] = (await probing.rounds(2)).filter(risky);
    expect(finding).toMatchObject({ severity, subject: 'corp.test' });
    expect(finding?.title).toContain(words);
    expect(finding?.evidence.join('\n')).toContain('2 of the last 2 lookups that asked under corp.test');
    probing.world.servers = { [S1]: byName({ [name]: found }) };
    expect((await probing.rounds(3)).filter(risky)).toEqual([]);
  });

  it('says nothing of a nameserver that answers nothing at all, nor of short names that are meant so', async () => {
    const dead = await startProbing({
      servers: { [S1]: () => 'silence' },
      resolvConf,
      models: ['go'],
      targets: [name],
    });
    expect((await dead.rounds(3)).filter(risky)).toEqual([]);
    const servers = { [S1]: byName({ 'web.prod.corp.test': found, 'db.corp.test': found }) };
    const meant = await startProbing({ servers, resolvConf, models: ['go'], targets: ['web.prod', 'db'] });
    expect((await meant.rounds(3)).filter(risky)).toEqual([]);
  });
});
