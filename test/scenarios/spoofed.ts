/** Replies that are not to be believed, and odd ones. */
import { byType, late, NODATA, OK } from './rules.ts';
import { S1, type Scenario, scenario } from './scenario.ts';

const BAD = { a: ['203.0.113.66'], aaaa: ['2001:db8:bad::1'] };

export const spoofed: readonly Scenario[] = [
  scenario('wrong-id', 'reply with wrong id, the right one 200 ms later', {
    server: [{ ...BAD, wrongId: true }, late(200)],
  }),
  scenario('wrong-src-port', 'reply from the same address but another port, the right one 200 ms later', {
    server: [{ ...BAD, from: { address: S1, port: 5353 } }, late(200)],
  }),
  scenario('wrong-src-only', 'only replies from another address', {
    server: { ...OK, from: { address: '127.0.0.77', port: 53 } },
  }),
  scenario('dup-a-late-aaaa', 'A reply three times, AAAA after 300 ms', {
    server: byType({ ...OK, copies: 2 }, late(300)),
  }),
  scenario('swapped-cname', 'AAAA NODATA first, A 100 ms later', { server: byType(late(100), NODATA) }),
  scenario('rr-header-qd0', 'answers without question section (QDCOUNT 0)', {
    server: {
      question: 'none',
      records: [{ owner: 'host.test', type: 1, data: Uint8Array.of(192, 0, 2, 10) }],
    },
  }),
  scenario('case-echo-lower', 'server lower-cases the question in its reply', {
    server: { ...OK, question: 'lower' },
    name: 'HoSt.TeSt',
  }),
];
