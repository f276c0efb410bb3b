import { describe, expect, it } from 'vitest';
import { RCODE, TYPES } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';
import { short, startProbing } from './probing.ts';
import { byName, found, S1, S2 } from './servers.ts';

const of = (id: string) => (each: { id: string }) => each.id === id;
const truncated: Rule = (query) => (query.proto === 'udp' ? { tc: true } : found(query));

describe('glibc-tcp-hang', () => {
  it.each([
    ['drop', 'timeout at connect'],
    ['silent', 'timeout at receive'],
  ] as const)('TCP %s: at once, and closed by one good lookup', async (mode, check) => {
    const servers = { [S1]: truncated };
    const probing = await startProbing({
      servers,
      tcp: { [S1]: mode },
      models: ['glibc'],
      targets: ['api.test'],
    });
    const [finding] = (await probing.rounds(1)).filter(of('glibc-tcp-hang'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    const evidence = finding?.evidence.join('\n');
    expect(evidence).toContain('truncated (TC=1)');
    expect(evidence).toContain('given up here after 30.0 s');
    expect(evidence).toContain(`a single query to ${S1}:53 over TCP: ${check} after 5.0 s`);
    probing.world.tcp = {};
    expect((await probing.rounds(1)).filter(of('glibc-tcp-hang'))).toEqual([]);
  });

  it('by use-vc', async () => {
    const resolvConf = `nameserver ${S1}\noptions use-vc\n`;
    const options = { servers: { [S1]: found }, tcp: { [S1]: 'silent' }, resolvConf } as const;
    const probing = await startProbing({ ...options, models: ['glibc'], targets: ['api.test'] });
    const [finding] = (await probing.rounds(1)).filter(of('glibc-tcp-hang'));
    expect(finding?.fix).toContain('take `use-vc` out');
  });

  it('is none where TCP is refused, which glibc is told of', async () => {
    const servers = { [S1]: truncated };
    const probing = await startProbing({
      servers,
      tcp: { [S1]: 'refuse' },
      models: ['glibc'],
      targets: ['api.test'],
    });
    expect((await probing.rounds(3)).filter(of('glibc-tcp-hang'))).toEqual([]);
  });
});

describe('glibc-formerr-final', () => {
  const noEdns: Rule = (query) => (query.edns === undefined ? found(query) : { rcode: RCODE.FORMERR });
  const conf = `nameserver ${S1}\nnameserver ${S2}\n`;
  const start = (rule: Rule, resolvConf: string, models = ['glibc', 'nslookup']) =>
    startProbing({ servers: { [S1]: rule, [S2]: found }, resolvConf, models, targets: ['api.test'] });

  it('by edns0, and closed without it', async () => {
    const probing = await start(noEdns, `${conf}options edns0\n`);
    const [finding] = (await probing.rounds(2)).filter(of('glibc-formerr-final'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.title).toContain(`${S2}:53 is never asked`);
    expect(finding?.evidence.join()).toContain('EDNS, 1200 bytes');
    probing.world.resolvConf = conf;
    expect((await probing.rounds(3)).filter(of('glibc-formerr-final'))).toEqual([]);
  });
  it('by a server that calls every query malformed', async () => {
    const probing = await start(() => ({ rcode: RCODE.FORMERR }), conf);
    const [finding] = (await probing.rounds(2)).filter(of('glibc-formerr-final'));
    expect(finding?.fix).toContain(`mend the nameserver ${S1}:53`);
  });
  it.each([RCODE.REFUSED, RCODE.SERVFAIL, RCODE.NOTIMP])('rcode %d is not final', async (rcode) => {
    const probing = await start(() => ({ rcode }), conf);
    expect((await probing.rounds(3)).filter(of('glibc-formerr-final'))).toEqual([]);
  });
  it('would hit only an application that uses glibc', async () => {
    const probing = await start(() => ({ rcode: RCODE.FORMERR }), conf, ['go', 'glibc']);
    expect(short(await probing.rounds(2))).toContain('info glibc-formerr-final api.test');
  });
});

describe('glibc-cname-order', () => {
  const alias = { type: TYPES.CNAME, data: Uint8Array.from(Buffer.from('\x01x\x04test\0', 'latin1')) };
  const data4 = Uint8Array.of(192, 0, 2, 1);
  const data6 = Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
  const target = (type: string) =>
    type === 'A' ? { type: TYPES.A, data: data4 } : { type: TYPES.AAAA, data: data6 };
  const wrong: Rule = ({ type }) => ({ records: [{ owner: 'x.test', ...target(type) }, alias] });
  const right: Rule = ({ type }) => ({ records: [alias, { owner: 'x.test', ...target(type) }] });

  it('opens and closes', async () => {
    const probing = await startProbing({
      servers: { [S1]: wrong },
      models: ['glibc'],
      targets: ['api.test'],
    });
    const [finding] = (await probing.rounds(2)).filter(of('glibc-cname-order'));
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.evidence[1]).toBe(
      `the answer of ${S1}:53, 2023-11-14T22:13:35Z, has an address before a CNAME`,
    );
    probing.world.servers = { [S1]: right };
    expect((await probing.rounds(3)).filter(of('glibc-cname-order'))).toEqual([]);
  });
  it('is none to releases that do not look at the order', async () => {
    const probing = await startProbing({
      servers: { [S1]: wrong },
      models: ['glibc-2.31'],
      targets: ['api.test'],
    });
    expect(short(await probing.rounds(2))).toEqual([]);
  });
  it('is none where the address has another owner and there is no CNAME', async () => {
    const other: Rule = ({ type }) => ({ records: [{ owner: 'y.test', ...target(type) }] });
    const probing = await startProbing({
      servers: { [S1]: other },
      models: ['glibc', 'nslookup'],
      targets: ['api.test'],
    });
    expect((await probing.rounds(2)).filter(of('glibc-cname-order'))).toEqual([]);
  });
});

describe('glibc-pair-fallback', () => {
  /** Lets the first query of each port be answered, and none of another type. */
  function oneAPort(): Rule {
    const ports = new Map<number, string>();
    return (query) => {
      const { type, client } = query;
      if ((ports.get(client.port) ?? type) !== type) return 'silence';
      ports.set(client.port, type);
      return found(query);
    };
  }
  const servers = () => ({ [S1]: oneAPort() });

  it('opens by pairs that lose half, with what it cost a lookup, and closes', async () => {
    const probing = await startProbing({ servers: servers(), models: ['glibc'], targets: ['api.test'] });
    // A port is known for the whole of a run: each sample has a network, and ports, of its own.
    probing.world.onNetwork = () => {
      probing.world.servers = servers();
    };
    const [finding] = (await probing.rounds(2)).filter(of('glibc-pair-fallback'));
    expect(finding).toMatchObject({ severity: 'warning', subject: `${S1}:53` });
    expect(finding?.evidence.join('\n')).toMatch(
      /glibc-2\.43 lost AAAA of api\.test.*: ok for api\.test after \d+\.\d s\n.*\n2 of the last 2 pairs .* AAAA 1 times; from two ports 0 did/,
    );
    expect(finding?.fix).toContain('single-request-reopen');
    probing.world.onNetwork = () => {};
    probing.world.servers = { [S1]: found };
    expect((await probing.rounds(5)).filter(of('glibc-pair-fallback'))).toHaveLength(1);
    expect((await probing.rounds(2)).filter(of('glibc-pair-fallback'))).toEqual([]);
  });

  it('has another cure where AAAA is never answered', async () => {
    const noAaaa: Rule = (query) => (query.type === 'AAAA' ? 'silence' : found(query));
    const probing = await startProbing({
      servers: { [S1]: noAaaa },
      models: ['glibc'],
      targets: ['api.test'],
    });
    const [finding] = (await probing.rounds(2)).filter(of('glibc-pair-fallback'));
    expect(finding?.fix).toContain('no-aaaa');
  });

  it('is none with options single-request where only what is sent at once is lost', async () => {
    // conntrack's race: AAAA is lost if it leaves a port before the answer to A is there.
    const race = (): Rule => {
      const waiting = new Map<number, number>();
      return (query) => {
        const { type, client, at } = query;
        if (type === 'A') waiting.set(client.port, at);
        return type === 'AAAA' && waiting.get(client.port) === at ? 'silence' : found(query);
      };
    };
    const start = (options: string) =>
      startProbing({
        servers: { [S1]: race() },
        resolvConf: `nameserver ${S1}\noptions timeout:1 ${options}\n`,
        models: ['glibc'],
        targets: ['api.test'],
      });
    const pairs = await start('attempts:2');
    expect((await pairs.rounds(3)).filter(of('glibc-pair-fallback'))).toHaveLength(1);
    const single = await start('single-request');
    expect((await single.rounds(3)).filter(of('glibc-pair-fallback'))).toEqual([]);
  });

  it.each(['single-request-reopen', 'use-vc', 'no-aaaa'])('is none with options %s', async (option) => {
    const resolvConf = `nameserver ${S1}\noptions ${option}\n`;
    const probing = await startProbing({
      servers: servers(),
      resolvConf,
      models: ['glibc'],
      targets: ['api.test'],
    });
    probing.world.onNetwork = () => {
      probing.world.servers = servers();
    };
    expect((await probing.rounds(3)).filter(of('glibc-pair-fallback'))).toEqual([]);
  });

  it('is none by one pair of ten, nor where no glibc looks anything up', async () => {
    const once = await startProbing({ servers: servers(), models: ['glibc'], targets: ['api.test'] });
    await once.rounds(1);
    once.world.servers = { [S1]: byName({}, found) };
    expect((await once.rounds(8)).filter(of('glibc-pair-fallback'))).toEqual([]);
    const go = await startProbing({ servers: servers(), models: ['go', 'nslookup'], targets: ['api.test'] });
    expect((await go.rounds(3)).filter(of('glibc-pair-fallback'))).toEqual([]);
  });
});
