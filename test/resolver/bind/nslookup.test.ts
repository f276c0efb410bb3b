import { describe, expect, it } from 'vitest';
import { modelOf } from '../../../src/resolver/models.ts';
import {
  byName,
  byType,
  LAME,
  NODATA,
  NXDOMAIN,
  OK,
  REFUSED,
  SERVFAIL,
  truncated,
} from '../../scenarios/rules.ts';
import { runScenario } from '../../scenarios/run-scenario.ts';
import { S1, S2, S3, scenario } from '../../scenarios/scenario.ts';

type Options = Parameters<typeof scenario>[2];

async function nslookup(options: Options) {
  const model = modelOf('nslookup');
  if ('error' in model) throw new Error(model.error);
  const { records } = await runScenario(scenario('case', '', options), model);
  const [record] = records;
  if (!record) throw new Error('no record');
  const asked = record.queries.map(({ proto, type, name, server }) => `${proto} ${type} ${name} ${server}`);
  return { ...record, asked, ports: new Set(record.queries.map(({ sourcePort }) => sourcePort)) };
}

describe('nslookup', () => {
  it('asks for A, then for AAAA, each from a port of its own', async () => {
    const { asked, ports, addresses } = await nslookup({ server: OK });
    expect(asked).toEqual(['udp A host.test 127.0.0.2:53', 'udp AAAA host.test 127.0.0.2:53']);
    expect(ports.size).toBe(2);
    expect(addresses).toEqual(['192.0.2.10', '2001:db8::10']);
  });

  it('never asks for AAAA where A failed', async () => {
    const { asked, outcome, error } = await nslookup({ server: byType(NXDOMAIN, OK) });
    expect(asked).toHaveLength(1);
    expect([outcome, error]).toEqual(['not-found', "** server can't find host.test: NXDOMAIN"]);
  });

  it('is content with half: the error of the other half is in the reasons', async () => {
    const { outcome, error, because } = await nslookup({ server: byType(OK, SERVFAIL) });
    expect([outcome, error]).toEqual(['ok', '']);
    expect(because.at(-1)).toContain("** server can't find host.test: SERVFAIL");
  });

  it('says so where neither has an answer', async () => {
    const { outcome, error } = await nslookup({ server: NODATA });
    expect([outcome, error]).toEqual(['no-data', "*** Can't find host.test: No answer"]);
  });

  it('asks the first server three times, each further one once, 5 s each', async () => {
    const { asked, durationMs, outcome } = await nslookup({
      servers: { [S1]: 'silence', [S2]: 'silence', [S3]: 'silence' },
    });
    expect(asked.map((each) => each.split(' ')[3])).toEqual([
      ...Array<string>(3).fill('127.0.0.2:53'),
      '127.0.0.3:53',
      '127.0.0.4:53',
    ]);
    expect(durationMs).toBeCloseTo(25_000, -1);
    expect(outcome).toBe('timeout');
  });

  it('has used up its tries for the names after the first', async () => {
    const { asked } = await nslookup({
      servers: { [S1]: 'silence', [S2]: NXDOMAIN },
      conf: 'search a.test b.test\n',
      name: 'web',
    });
    const first = asked.filter((each) => each.endsWith('127.0.0.2:53'));
    expect(first.map((each) => each.split(' ')[2])).toEqual([
      'web.a.test',
      'web.a.test',
      'web.a.test',
      'web.b.test',
      'web',
    ]);
  });

  it('goes on to the next server on SERVFAIL and without RA, not on REFUSED', async () => {
    for (const reply of [SERVFAIL, LAME]) {
      const { addresses } = await nslookup({ servers: { [S1]: reply, [S2]: OK } });
      expect(addresses).toHaveLength(2);
    }
    const { outcome, asked } = await nslookup({ servers: { [S1]: REFUSED, [S2]: OK } });
    expect([outcome, asked.length]).toEqual(['failed', 1]);
  });

  it('asks all over again over TCP, and for AAAA over TCP at once', async () => {
    const { asked } = await nslookup({ server: truncated(OK) });
    expect(asked.map((each) => each.slice(0, 8).trim())).toEqual(['udp A ho', 'tcp A ho', 'tcp AAAA']);
  });

  it('asks for the AAAA of the name that the CNAMEs lead to', async () => {
    const { asked } = await nslookup({ server: { ...OK, cname: ['t1.test', 't2.test'] } });
    expect(asked[1]).toContain('AAAA t2.test');
  });

  it('stops its search at the first name that exists, and never searches after an as-is name', async () => {
    const conf = 'search a.test b.test\noptions ndots:2\n';
    const stopped = await nslookup({
      server: byName({ 'x.y.a.test': NODATA, 'x.y': OK }),
      conf,
      name: 'x.y',
    });
    expect([stopped.outcome, stopped.error]).toEqual(['no-data', "*** Can't find x.y.a.test: No answer"]);
    const asIs = await nslookup({ server: NXDOMAIN, conf, name: 'x.y.z' });
    expect(asIs.asked).toEqual(['udp A x.y.z 127.0.0.2:53']);
  });

  it('looks the name of an address up', async () => {
    const four = await nslookup({ server: NXDOMAIN, name: '192.0.2.1' });
    expect(four.asked).toEqual(['udp PTR 1.2.0.192.in-addr.arpa 127.0.0.2:53']);
    const six = await nslookup({ server: NXDOMAIN, name: '2001:db8::1' });
    expect(six.asked[0]).toContain(`PTR 1.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`);
  });

  it('waits on where an answer has another id or question', async () => {
    const { addresses } = await nslookup({
      server: () => [
        { ...OK, wrongId: true },
        { ...OK, question: 'other' },
        { ...OK, delayMs: 100 },
      ],
    });
    expect(addresses).toHaveLength(2);
  });

  it('quits over a bad line of resolv.conf', async () => {
    const { error, asked } = await nslookup({ server: OK, resolvConf: `nameserver ${S1}:53\n` });
    expect([error, asked]).toEqual(['nslookup: parse of /etc/resolv.conf failed', []]);
  });
});
