/** What the servers of findings-resolvers.test.ts do: broken as musl and glibc find hard to bear, and mended. */
import { RCODE, TYPES } from '../../src/dns/codes.ts';
import type { Rule } from '../../src/dns/script.ts';
import type { Behaviour } from './switchable-server.ts';

const found: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.10'] } : { aaaa: ['2001:db8::10'] });
const missing: Rule = () => ({ rcode: RCODE.NXDOMAIN, soa: true });
const byName =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (query) =>
    (rules[query.name] ?? missing)(query);

const aaaaMissing: Rule = (query) => (query.type === 'AAAA' ? { rcode: RCODE.NXDOMAIN } : found(query));
const fiftyAaaa: Rule = ({ type }) =>
  type === 'A'
    ? { a: ['192.0.2.10'] }
    : { aaaa: Array.from({ length: 50 }, (_, index) => `2001:db8::${(index + 1).toString(16)}`) };
const nothing: Rule = () => ({ soa: true });
const truncated: Rule = (query) => (query.proto === 'udp' ? { tc: true } : found(query));
const formerr: Rule = (query) => (query.edns === undefined ? found(query) : { rcode: RCODE.FORMERR });

/** `api.test` is an alias of `x.test`. */
const alias = { type: TYPES.CNAME, data: Uint8Array.from(Buffer.from('\x01x\x04test\0', 'latin1')) };
const address: Rule = ({ type }) =>
  type === 'A' ? { records: [{ owner: 'x.test', type: TYPES.A, data: Uint8Array.of(192, 0, 2, 1) }] } : {};
const aliased =
  (order: 'first' | 'last'): Rule =>
  (query) => {
    const [reply] = [address(query)].flat();
    const records = typeof reply === 'object' ? (reply.records ?? []) : [];
    return { records: order === 'first' ? [alias, ...records] : [...records, alias] };
  };

/** One type is answered from each port, as by a middlebox that takes a reply for the end of a conversation. */
function oneTypeAPort(): Rule {
  const ports = new Map<number, string>();
  return (query) => {
    const { client, type, proto } = query;
    if (proto === 'tcp') return found(query);
    if ((ports.get(client.port) ?? type) !== type) return 'silence';
    ports.set(client.port, type);
    return found(query);
  };
}

const good = { 'nx.test': found, 'many.test': found, 'short.test': found };

export const behaviours = {
  muslBroken: {
    rule: byName({
      'nx.test': aaaaMissing,
      'many.test': fiftyAaaa,
      'short.test.one.test': nothing,
      'short.test': found,
    }),
  },
  muslMended: { rule: byName(good) },
  found: { rule: found },
  missing: { rule: missing },
  /** Later than what answers at once. */
  foundLate: { rule: (query) => Object.assign({}, [found(query)].flat()[0], { delayMs: 30 }) },
  truncated: { rule: truncated },
  truncatedAndTcpDropped: { rule: truncated, tcp: 'drop' },
  formerr: { rule: formerr },
  aliasLast: { rule: aliased('last') },
  aliasFirst: { rule: aliased('first') },
  oneTypeAPort: { rule: oneTypeAPort() },
  absolute: { rule: byName({ 'api.example.com': found }) },
  wildcard: { rule: byName({ 'api.example.com': found, 'api.example.com.corp.test': found }) },
  firstDomain: { rule: byName({ 'api.example.com.a.corp.test': found }) },
  /** A name of the search list that only those find that read the list. */
  short: { rule: byName({ 'web.d0.abcdefghijabcdefghijabcdefghijabcdefghij.test': found }) },
} as const satisfies Readonly<Record<string, Behaviour>>;
