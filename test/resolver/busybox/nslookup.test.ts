import { describe, expect, it } from 'vitest';
import { modelOf } from '../../../src/resolver/models.ts';
import { byName, byType, many, NXDOMAIN, OK, SERVFAIL } from '../../scenarios/rules.ts';
import { runScenario } from '../../scenarios/run-scenario.ts';
import { S1, S2, scenario } from '../../scenarios/scenario.ts';

async function nslookup(options: Parameters<typeof scenario>[2]) {
  const model = modelOf('busybox-nslookup');
  if ('error' in model) throw new Error(model.error);
  const { records } = await runScenario(scenario('case', '', options), model);
  const [record] = records;
  if (!record) throw new Error('no record');
  const asked = record.queries.map(({ type, name, server }) => `${type} ${name} ${server}`);
  return { ...record, asked, ports: new Set(record.queries.map(({ sourcePort }) => sourcePort)) };
}

describe('busybox nslookup', () => {
  it('asks for A and AAAA at once from one port', async () => {
    const { asked, ports, addresses } = await nslookup({ server: OK });
    expect(asked).toEqual(['A host.test 127.0.0.2:53', 'AAAA host.test 127.0.0.2:53']);
    expect([ports.size, addresses]).toEqual([1, ['192.0.2.10', '2001:db8::10']]);
  });

  it('asks for a name without a dot under all search domains at once and never as it is', async () => {
    const { asked, addresses } = await nslookup({
      server: byName({ 'web.b.test': OK }),
      conf: 'search a.test b.test\n',
      name: 'web',
    });
    expect(asked.map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual([
      'A web.a.test',
      'A web.b.test',
      'AAAA web.a.test',
      'AAAA web.b.test',
    ]);
    expect(addresses).toHaveLength(2);
  });

  it('asks for a name with a dot as it is, whatever ndots says', async () => {
    const { asked } = await nslookup({
      server: NXDOMAIN,
      conf: 'search a.test\noptions ndots:5\n',
      name: 'db.prod',
    });
    expect(asked.map((each) => each.split(' ')[1])).toEqual(['db.prod', 'db.prod']);
  });

  it('sends again after 2.5 s and goes on to the next server after 5 s', async () => {
    const { queries, outcome, error } = await nslookup({ servers: { [S1]: 'silence', [S2]: 'silence' } });
    expect(queries.filter(({ type }) => type === 'A').map(({ atMs }) => atMs)).toEqual([0, 2500, 5000, 7500]);
    expect([outcome, error]).toEqual(['timeout', ';; connection timed out; no servers could be reached']);
  });

  it('asks no other server once one has answered half', async () => {
    const { asked, outcome, because } = await nslookup({
      servers: { [S1]: byType(OK, 'silence'), [S2]: OK },
    });
    expect(asked.some((each) => each.includes(S2))).toBe(false);
    expect(outcome).toBe('ok');
    expect(because).toContain("*** Can't find host.test: No answer");
  });

  it('sends again on SERVFAIL, twice as often as it has queries, and then takes it', async () => {
    const { asked, outcome, error } = await nslookup({ servers: { [S1]: SERVFAIL, [S2]: OK } });
    expect(asked).toHaveLength(6);
    expect([outcome, error]).toEqual(['try-again', "** server can't find host.test: SERVFAIL"]);
  });

  it('cannot read more than 512 bytes', async () => {
    const { outcome, error } = await nslookup({ server: many(60) });
    expect([outcome, error]).toEqual(['failed', "*** Can't find host.test: Parse error"]);
  });

  it('cannot send what is no name', async () => {
    const { asked, error, because } = await nslookup({ server: OK, name: 'a..b' });
    expect(asked).toEqual([]);
    expect(because).toContain("nslookup: write to '127.0.0.2': Message too long");
    expect(error).toBe(';; connection timed out; no servers could be reached');
  });

  it('makes its queries by libc: trust-ad sets AD, a search domain that glibc cannot hold aborts', async () => {
    const trusting = await nslookup({
      server: ({ message }) => ((message[3] ?? 0) & 0x20 ? OK : NXDOMAIN),
      conf: 'options trust-ad\n',
    });
    expect(trusting.addresses).toHaveLength(2);
    const long = await nslookup({ server: OK, conf: `search ${'x'.repeat(300)}\n` });
    expect(long).toMatchObject({ outcome: 'crash', error: 'SIGABRT', queries: [] });
  });
});
