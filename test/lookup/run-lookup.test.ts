import { describe, expect, it } from 'vitest';
import { lookUp } from '../resolver/go/look-up.ts';

const conf = (options: string) => `nameserver 127.0.0.2\noptions ${options}\n`;

describe('a lookup that would go on and on', () => {
  it('ends after 10,000 queries: Go takes any number of attempts', async () => {
    const { outcome, queries, because } = await lookUp({
      servers: () => ({ rcode: 5 }),
      resolvConf: conf('attempts:1000000'),
    });
    expect(outcome).toBe('hang');
    expect(queries.length).toBe(10_000);
    expect(because.at(-1)).toMatch(
      /^stopped after \d+ s: the real resolver would go on after 10000 queries$/,
    );
  });

  it('ends after ten limits, and does not call that a wait without a bound', async () => {
    const { outcome, durationMs, because } = await lookUp({
      servers: () => 'silence',
      resolvConf: conf('attempts:1000'),
    });
    expect(outcome).toBe('hang');
    expect(durationMs).toBe(600_000);
    expect(because.at(-1)).toBe('stopped after 600 s: the real resolver would go on');
  });
});

it('a transcript has extended rcodes, and decodes them only where EDNS was asked with', async () => {
  const badvers = { rcode: 16, opt: true };
  const { queries } = await lookUp({ servers: () => badvers, resolvConf: conf('attempts:1') });
  expect(queries.map(({ reply }) => reply?.rcode)).toEqual(['BADVERS', 'BADVERS']);
});
