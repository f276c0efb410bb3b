import { describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/codes.ts';
import type { Rule } from '../../../src/dns/script.ts';
import { short, startProbing } from './probing.ts';

const S1 = '127.0.0.53';
const S2 = '127.0.0.54';
const found: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.10'] } : { aaaa: ['2001:db8::10'] });
const missing: Rule = () => ({ rcode: RCODE.NXDOMAIN, soa: true });
const aaaa =
  (reply: ReturnType<Rule>): Rule =>
  (query) =>
    query.type === 'AAAA' ? reply : found(query);

describe('musl-needs-both-families', () => {
  it.each([
    ['NXDOMAIN', { rcode: RCODE.NXDOMAIN }, 'not-found'],
    ['SERVFAIL', { rcode: RCODE.SERVFAIL }, 'try-again'],
    ['REFUSED', { rcode: RCODE.REFUSED }, 'try-again'],
    ['no answer', 'silence', 'try-again'],
  ] as const)('AAAA got %s', async (got, reply, outcome) => {
    const probing = await startProbing({
      servers: { [S1]: aaaa(reply) },
      models: ['musl-1.2.3'],
      targets: ['api.test'],
    });
    expect(short(await probing.rounds(1))).toEqual([]);
    const findings = await probing.rounds(1);
    const [finding] = findings.filter(({ id }) => id === 'musl-needs-both-families');
    expect(finding).toMatchObject({ severity: 'critical', subject: 'api.test' });
    expect(finding?.title).toContain(`AAAA got ${got}`);
    expect(finding?.evidence.join('\n')).toContain('A NOERROR with 1 record from 127.0.0.53:53');
    expect(finding?.evidence.join('\n')).toContain(
      `2 of the last 2 lookups of api.test by musl-1.2.3, last 2023-11-14T22:13:35Z: ${outcome}`,
    );
    probing.world.servers = { [S1]: aaaa({ soa: true }) };
    expect(short(await probing.rounds(2))).toContain('critical musl-needs-both-families api.test');
    expect(short(await probing.rounds(1))).toEqual([]);
  });
});
