/** Names of all kinds, and chains of CNAMEs. */
import { nameBytes } from '../../src/dns/encode-reply.ts';
import type { ScriptedQuery, ScriptedReply } from '../../src/dns/script.ts';
import { OK } from './rules.ts';
import { type Scenario, scenario } from './scenario.ts';

const CNAME = 5;
const A_DATA = Uint8Array.of(192, 0, 2, 10);
const AAAA_DATA = Uint8Array.from(Buffer.from('20010db8000000000000000000000010', 'hex'));

/** An address record of the asked type at another owner. */
const addressAt = (owner: string, { type }: ScriptedQuery) =>
  type === 'A' ? { owner, type: 1, data: A_DATA } : { owner, type: 28, data: AAAA_DATA };

const longNames = Array.from(
  { length: 16 },
  (_, i) => `${`x${String(i).padStart(2, '0')}${'y'.repeat(57)}.`.repeat(2)}chain.test`,
);

const asked = (name: string, about: string, lookedUp: string, conf = '') =>
  scenario(name, about, { server: OK, name: lookedUp, conf });

export const names: readonly Scenario[] = [
  scenario('cname-1', 'one CNAME', { server: { cname: ['t1.test'], ...OK } }),
  scenario('cname-16-long', '16 CNAMEs of long names over UDP without TC (about 2.6 kB)', {
    server: { cname: longNames, ...OK },
  }),
  scenario('cname-dangling', 'CNAME only, no address (both)', { server: { cname: ['gone.test'] } }),
  scenario('cname-nxdomain', 'CNAME with rcode NXDOMAIN', {
    server: { cname: ['gone.test'], rcode: 3, soa: true },
  }),
  scenario('cname-loop', 'CNAME loop a to b to a in one reply, no address', {
    server: { cname: ['b.test', 'host.test', 'b.test'] },
  }),
  scenario('cname-shuffled', 'CNAMEs out of order: t1 to t2, host to t1, address of t2', {
    server: (query): ScriptedReply => ({
      records: [
        { owner: 't1.test', type: CNAME, data: nameBytes('t2.test') },
        { type: CNAME, data: nameBytes('t1.test') },
        addressAt('t2.test', query),
      ],
    }),
  }),
  scenario('owner-mismatch', 'owner of the address differs from the question, no CNAME', {
    server: ({ type }) => ({
      records: [
        type === 'A'
          ? { owner: 'elsewhere.test', type: 1, data: A_DATA }
          : { owner: 'elsewhere.test', type: 28, data: new Uint8Array(16) },
      ],
    }),
  }),
  asked('underscore-lead', 'query name with leading underscore', '_srv._tcp.test'),
  asked('star', 'wildcard label', '*.test'),
  asked('space', 'name with a space', 'a b.test'),
  asked('long-254', '254 characters', [...Array(3).fill('a'.repeat(63)), 'b'.repeat(62)].join('.')),
  asked('long-300', '300 characters', Array(5).fill('a'.repeat(59)).join('.')),
  asked('label-64', 'a label of 64 characters', `${'a'.repeat(64)}.test`),
  asked('empty-label', 'empty label', 'a..test'),
  asked('trailing-dot', 'trailing dot', 'host.test.', 'search s1.test s2.test\noptions ndots:5\n'),
  asked('two-dots', 'two trailing dots', 'host.test..'),
  asked('empty-name', 'empty name', ''),
  asked('ipv4-literal', 'IPv4 literal', '192.0.2.1'),
  asked('ipv4-odd', 'inet_aton form', '127.1'),
  asked('localhost-sub', 'name under localhost', 'foo.localhost'),
  asked('case-mixed', 'mixed case', 'HoSt.TeSt'),
];
