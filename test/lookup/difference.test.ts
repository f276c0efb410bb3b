import { describe, expect, it } from 'vitest';
import { causeOf, differenceOf, type ModelLookup } from '../../src/lookup/difference.ts';
import type { QueryRecord, ReplyRecord } from '../../src/resolver/lookup-record.ts';

function query(
  type: string,
  reply: Partial<ReplyRecord> | null,
  over: Partial<QueryRecord> = {},
): QueryRecord {
  const whole = { atMs: 1, rcode: 'NOERROR', tc: false, answers: 0, bytes: 40, ...reply };
  return {
    atMs: 0,
    proto: 'udp',
    server: '10.0.0.10:53',
    sourcePort: 40_000,
    name: 'web.test',
    type,
    edns: null,
    reply: reply && whole,
    ...over,
  };
}
const found = query('A', { answers: 1 });

function lookup(model: string, over: Partial<ModelLookup>): ModelLookup {
  return { model, outcome: 'ok', error: '', addresses: [], durationMs: 1, queries: [], because: [], ...over };
}

describe('differenceOf', () => {
  it('names outcome, time and the answer that decided', () => {
    const musl = lookup('musl-1.2.5', {
      outcome: 'try-again',
      durationMs: 5_003,
      queries: [found, query('AAAA', { rcode: 'SERVFAIL' }), query('AAAA', { rcode: 'SERVFAIL' })],
    });
    const glibc = lookup('glibc-2.36', { addresses: ['192.0.2.10'] });
    expect(differenceOf([musl, glibc])).toBe(
      'musl-1.2.5: try-again after 5.0 s because AAAA got SERVFAIL; glibc-2.36: 192.0.2.10',
    );
  });

  it('is none where the application gets the same addresses in another order', () => {
    const one = lookup('go-1.24', { addresses: ['192.0.2.1', '192.0.2.2'] });
    const other = lookup('glibc-2.36', { addresses: ['192.0.2.2', '192.0.2.1', '192.0.2.1'] });
    expect(differenceOf([one, other])).toBeUndefined();
  });
});

describe('causeOf', () => {
  const failed = (outcome: ModelLookup['outcome'], queries: QueryRecord[]) =>
    causeOf(lookup('x', { outcome, queries }));

  it('prefers silence to an error, and an error to NXDOMAIN', () => {
    expect(failed('try-again', [query('A', { rcode: 'SERVFAIL' }), query('AAAA', null)])).toBe(
      'AAAA got no answer',
    );
    expect(failed('not-found', [found, query('AAAA', { rcode: 'NXDOMAIN' })])).toBe('AAAA got NXDOMAIN');
  });

  it('joins types of the same fate, and names the server where there are several', () => {
    const other = query('A', { rcode: 'REFUSED' }, { server: '10.0.0.11:53' });
    const queries = [query('A', null), query('AAAA', null), other];
    expect(failed('try-again', queries)).toBe('A and AAAA got no answer from 10.0.0.10:53');
  });

  it('does not take for silence what was given up for TCP or for another answer', () => {
    const givenUp = query('AAAA', null, { unanswered: { untilMs: 3 } });
    const queries = [query('A', { tc: true }), givenUp, query('A', null, { proto: 'tcp' })];
    expect(failed('hang', queries)).toBe('A got no answer over TCP');
    expect(failed('ok', [query('A', { tc: true }), givenUp])).toBeUndefined();
  });

  it('has what the kernel said', () => {
    expect(
      failed('try-again', [query('A', null, { unanswered: { untilMs: 0.1, errno: 'ECONNREFUSED' } })]),
    ).toBe('A got ECONNREFUSED');
  });

  it('names an earlier name of the search list that went wrong', () => {
    const early = query('A', null, { name: 'web.test.lost.test' });
    expect(failed('not-found', [early, query('A', { rcode: 'NXDOMAIN' })])).toBe(
      'A of web.test.lost.test got no answer',
    );
  });

  it('speaks of the name tried last: earlier ones of the search list are meant to fail', () => {
    const early = query('A', { rcode: 'NXDOMAIN' }, { name: 'web.test.svc.cluster.local' });
    expect(failed('not-found', [early, query('A', { rcode: 'NOERROR' })])).toBe('A got no records');
  });

  it('is the last decision where nothing was sent', () => {
    const because = ['the name has an empty label'];
    expect(causeOf(lookup('go-1.24', { outcome: 'not-found', because }))).toBe('the name has an empty label');
  });
});
