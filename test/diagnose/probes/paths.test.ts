import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule, TcpMode } from '../../../src/dns/script.ts';
import { type Probing, short, startProbing } from './probing.ts';
import { found, missing, S1 } from './servers.ts';

const of = (id: string) => (each: { id: string }) => each.id === id;
const resolvConf = `nameserver ${S1}\n`;
const targets = ['api.test'];
const evidenceOf = (finding: { evidence: string[] } | undefined) => finding?.evidence.join('\n') ?? '';

/** Each sample has a network of its own, in which ports begin anew: so does what a server remembers of them. */
function renew({ world }: Probing, servers: () => Record<string, Rule>): void {
  world.servers = servers();
  world.onNetwork = () => {
    world.servers = servers();
  };
}

/** Only the first of what comes from a port is answered. */
function onePerPort(): Rule {
  const seen = new Set<number>();
  return (query) => {
    if (query.proto === 'tcp') return found(query);
    if (seen.has(query.client.port)) return 'silence';
    seen.add(query.client.port);
    return found(query);
  };
}

/** The second packet of a flow is lost whenever the switch is on: from one port alone, as conntrack's race has it. */
function race(isOn: () => boolean): Rule {
  const seen = new Set<string>();
  return (query) => {
    const port = `${query.client.port}`;
    const first = !seen.has(port);
    seen.add(port);
    return first || !isOn() || query.proto === 'tcp' ? found(query) : 'silence';
  };
}

describe('tcp-blocked', () => {
  const truncated: Rule = (query) => (query.proto === 'udp' ? { tc: true } : found(query));

  it.each<[TcpMode, RegExp]>([
    ['drop', /connections are dropped/],
    ['refuse', /connections are refused/],
    ['silent', /nothing is said on them/],
    ['eof', /closed without a reply/],
  ])('opens as a warning and closes: %s', async (mode, title) => {
    const servers = { [S1]: found };
    const probing = await startProbing({ servers, resolvConf, tcp: { [S1]: mode }, models: ['go'], targets });
    expect((await probing.rounds(1)).filter(of('tcp-blocked'))).toEqual([]);
    const [finding] = await probing.rounds(1);
    expect(finding).toMatchObject({ id: 'tcp-blocked', severity: 'warning', subject: `${S1}:53` });
    expect(finding?.title).toMatch(title);
    expect(evidenceOf(finding)).toContain('2 of the last 2 rounds got a reply over UDP and none over TCP');
    probing.world.tcp = {};
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it.each([
    ['go', 'refuse'],
    ['go', 'drop'],
    ['musl', 'drop'],
    ['glibc', 'refuse'],
  ] as const)('is critical where %s needs TCP: %s', async (model, mode) => {
    const servers = { [S1]: truncated };
    const probing = await startProbing({
      servers,
      resolvConf,
      tcp: { [S1]: mode },
      models: [model],
      targets,
    });
    const findings = await probing.rounds(2);
    expect(short(findings.filter(({ severity }) => severity === 'critical'))).toEqual([
      `critical tcp-blocked ${S1}:53`,
    ]);
    expect(evidenceOf(findings[0])).toMatch(/the answer for api\.test is truncated/);
  });

  it('is critical with use-vc, which sends nothing before there is a connection', async () => {
    const options = {
      servers: { [S1]: found },
      tcp: { [S1]: 'refuse' as const },
      models: ['glibc'],
      targets,
    };
    const probing = await startProbing({ ...options, resolvConf: `${resolvConf}options use-vc\n` });
    expect(short(await probing.rounds(2))).toEqual([`critical tcp-blocked ${S1}:53`]);
  });

  it('leaves the alarm to what is more exact: glibc that hangs, musl without TCP', async () => {
    const servers = { [S1]: truncated };
    for (const [model, exact] of [
      ['glibc', 'glibc-tcp-hang'],
      ['musl-1.2.3', 'musl-truncated-no-tcp'],
    ] as const) {
      const tcp = { [S1]: 'silent' as const };
      const probing = await startProbing({ servers, resolvConf, tcp, models: [model], targets });
      expect(short(await probing.rounds(2))).toEqual([
        `critical ${exact} api.test`,
        `warning tcp-blocked ${S1}:53`,
      ]);
    }
  });

  it('is none where nothing answers, nor for one refused connection of ten', async () => {
    const dead = await startProbing({ servers: {}, resolvConf, models: ['go'], targets });
    expect((await dead.rounds(4)).filter(of('tcp-blocked'))).toEqual([]);
    const once = await startProbing({ servers: { [S1]: found }, resolvConf, models: ['go'], targets });
    await once.rounds(5);
    once.world.tcp = { [S1]: 'refuse' };
    await once.rounds(1);
    once.world.tcp = {};
    expect(short(await once.rounds(4))).toEqual([]);
  });
});

describe('edns0-rejected', () => {
  const noEdns =
    (action: ReturnType<Rule>): Rule =>
    (query) =>
      query.edns === undefined ? found(query) : action;

  it.each<[string, ReturnType<Rule>, RegExp]>([
    ['FORMERR', { rcode: RCODE.FORMERR }, /rejects/],
    ['NOTIMP', { rcode: RCODE.NOTIMP }, /rejects/],
    ['no reply', 'silence', /drops/],
  ])('is critical for Go, whose every query has EDNS0, and closes: %s', async (got, action, title) => {
    const servers = { [S1]: noEdns(action) };
    const probing = await startProbing({ servers, resolvConf, models: ['go'], targets });
    const findings = await probing.rounds(2);
    expect(short(findings)).toEqual([`critical edns0-rejected ${S1}:53`]);
    expect(findings[0]?.title).toMatch(title);
    expect(evidenceOf(findings[0])).toContain(`2 of the last 2 checks with EDNS0 got ${got}`);
    expect(findings[0]?.fix).toContain('GODEBUG=netedns0=0');
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('is info for those that send none, and none for a server without EDNS that answers', async () => {
    const servers = { [S1]: noEdns({ rcode: RCODE.FORMERR }) };
    for (const model of ['musl', 'glibc', 'go-1.18']) {
      const probing = await startProbing({ servers, resolvConf, models: [model], targets });
      expect(short(await probing.rounds(3))).toEqual([`info edns0-rejected ${S1}:53`]);
    }
    const old: Rule = (query) => ({
      ...[found(query)].flat().find((each) => typeof each === 'object'),
      opt: false,
    });
    const probing = await startProbing({ servers: { [S1]: old }, resolvConf, models: ['go'], targets });
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('BADVERS, whose rcode is not all in the header, is an alarm where Go fails by it', async () => {
    const servers = { [S1]: noEdns({ rcode: 16 }) };
    const probing = await startProbing({ servers, resolvConf, models: ['go'], targets });
    const [finding] = (await probing.rounds(2)).filter(of('edns0-rejected'));
    expect(finding).toMatchObject({ severity: 'critical', subject: `${S1}:53` });
    expect(evidenceOf(finding)).toContain('2 of the last 2 checks with EDNS0 got BADVERS');
  });

  it('leaves the alarm to glibc-formerr-final', async () => {
    const servers = { [S1]: noEdns({ rcode: RCODE.FORMERR }) };
    const edns = `${resolvConf}options edns0\n`;
    const probing = await startProbing({ servers, resolvConf: edns, models: ['glibc'], targets });
    expect(short(await probing.rounds(3))).toEqual([
      'critical glibc-formerr-final api.test',
      `warning edns0-rejected ${S1}:53`,
    ]);
  });
});

describe('one-reply-per-port', () => {
  it.each([
    ['musl', 'critical', /failed.*try-again \(`Try again`\) after 5\.0 s/],
    ['glibc', 'warning', /from one port lost one reply/],
    ['go', 'info', /none did from two ports/],
  ])('with %s is %s, and closes', async (model, severity, evidence) => {
    const servers = () => ({ [S1]: onePerPort() });
    const probing = await startProbing({ servers: servers(), resolvConf, models: [model], targets });
    renew(probing, servers);
    const [finding] = (await probing.rounds(4)).filter(of('one-reply-per-port'));
    expect(finding).toMatchObject({ severity, subject: `${S1}:53` });
    expect(evidenceOf(finding)).toMatch(evidence);
    expect(evidenceOf(finding)).toMatch(/AAAA sent first: A got no reply/);
    expect(probing.findings().filter(of('pair-half-lost'))).toEqual([]);
    const critical = probing.findings().filter((each) => each.severity === 'critical');
    expect(critical).toHaveLength(severity === 'critical' ? 1 : 0);
    renew(probing, () => ({ [S1]: found }));
    const after = await probing.rounds(3);
    expect(after.filter(of('one-reply-per-port'))).toEqual([]);
    expect(after.filter(of('pair-half-lost'))).toEqual([]);
  });
});

describe('pair-half-lost', () => {
  it.each([
    ['glibc', 'warning'],
    ['go', 'info'],
  ])('now and then from one port: with %s %s', async (model, severity) => {
    let lossy = false;
    const servers = () => ({ [S1]: race(() => lossy) });
    const probing = await startProbing({ servers: servers(), resolvConf, models: [model], targets });
    renew(probing, servers);
    await probing.rounds(3);
    for (const on of [true, false, false]) {
      lossy = on;
      await probing.rounds(1);
    }
    expect(probing.findings().filter(of('pair-half-lost'))).toEqual([]);
    lossy = true;
    await probing.rounds(1);
    lossy = false;
    const [finding] = (await probing.rounds(1)).filter(of('pair-half-lost'));
    expect(finding).toMatchObject({ severity, subject: `${S1}:53` });
    expect(finding?.title).toMatch(/^Now and then one of A and AAAA from one port is lost/);
    expect(evidenceOf(finding)).toMatch(/lost half: from one port A \d, AAAA \d; from two ports A 0, AAAA 0/);
    expect((await probing.rounds(4)).filter(of('pair-half-lost'))).toHaveLength(1);
    expect(short(await probing.rounds(2))).toEqual([]);
  });

  it('from one port is info where options keep glibc from asking so', async () => {
    for (const option of ['single-request-reopen', 'use-vc', 'no-aaaa']) {
      const servers = () => ({ [S1]: onePerPort() });
      const options = { servers: servers(), models: ['glibc'], targets };
      const probing = await startProbing({ ...options, resolvConf: `${resolvConf}options ${option}\n` });
      renew(probing, servers);
      expect(short(await probing.rounds(4))).toContain(`info one-reply-per-port ${S1}:53`);
    }
  });

  it('one type that is never answered', async () => {
    const noAaaa: Rule = (query) => (query.type === 'AAAA' ? 'silence' : found(query));
    const go = await startProbing({ servers: { [S1]: noAaaa }, resolvConf, models: ['go'], targets });
    const [finding] = (await go.rounds(2)).filter(of('pair-half-lost'));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.title).toMatch(/^AAAA queries get no reply/);
    expect(evidenceOf(finding)).toMatch(/lookups of api\.test were late/);
    const musl = await startProbing({ servers: { [S1]: noAaaa }, resolvConf, models: ['musl'], targets });
    expect(short(await musl.rounds(2))).toEqual([
      'critical musl-needs-both-families api.test',
      `warning pair-half-lost ${S1}:53`,
    ]);
  });

  it('is none for one lost packet of ten rounds', async () => {
    let lossy = false;
    const servers = () => ({ [S1]: race(() => lossy) });
    const probing = await startProbing({ servers: servers(), resolvConf, models: ['musl'], targets });
    renew(probing, servers);
    await probing.rounds(5);
    lossy = true;
    await probing.rounds(1);
    lossy = false;
    expect(short(await probing.rounds(4))).toEqual([]);
  });
});

describe('tools-disagree', () => {
  const aaaaServfail: Rule = (query) => (query.type === 'AAAA' ? { rcode: RCODE.SERVFAIL } : found(query));
  const notimpOnce: Rule = (query) => (query.server === S1 ? { rcode: RCODE.NOTIMP } : found(query));

  it('nslookup finds what the application does not, and closes', async () => {
    const models = ['musl', 'nslookup', 'dig'];
    const probing = await startProbing({ servers: { [S1]: aaaaServfail }, resolvConf, models, targets });
    const [finding, ...others] = (await probing.rounds(2)).filter(of('tools-disagree'));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'warning',
      subject: 'api.test',
      title: 'nslookup finds api.test, the application does not',
    });
    expect(evidenceOf(finding)).toMatch(/musl-1\.2\.6: try-again \(`Try again`\) after 5\.0 s/);
    expect(evidenceOf(finding)).toMatch(/nslookup: 192\.0\.2\.10 after/);
    expect(finding?.fix).toContain('netdns-sidecar resolve api.test --as musl-1.2.6,nslookup');
    probing.world.servers = { [S1]: found };
    expect(short(await probing.rounds(3))).toEqual([]);
  });

  it('is info where the application finds it and the tool does not, or the name should not be there', async () => {
    const two = `${resolvConf}nameserver 127.0.0.54\n`;
    const models = ['glibc', 'nslookup'];
    const servers = { [S1]: notimpOnce, '127.0.0.54': found };
    const probing = await startProbing({ servers, resolvConf: two, models, targets });
    expect((await probing.rounds(3)).filter(of('tools-disagree'))).toMatchObject([
      { severity: 'info', title: 'The application finds api.test, nslookup does not' },
    ]);
  });

  it('is none where both fail, each in its own words, nor for one round of ten', async () => {
    const models = ['musl', 'nslookup'];
    for (const server of [missing, () => ({ rcode: RCODE.REFUSED })] satisfies Rule[]) {
      const probing = await startProbing({ servers: { [S1]: server }, resolvConf, models, targets });
      expect((await probing.rounds(3)).filter(of('tools-disagree'))).toEqual([]);
    }
    const once = await startProbing({ servers: { [S1]: found }, resolvConf, models, targets });
    await once.rounds(5);
    once.world.servers = { [S1]: aaaaServfail };
    await once.rounds(1);
    once.world.servers = { [S1]: found };
    expect(short(await once.rounds(4))).toEqual([]);
  });
});
