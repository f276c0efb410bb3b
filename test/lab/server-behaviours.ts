/** What the nameservers of findings-servers.test.ts do, by name. */
import { RCODE } from '../../src/dns/codes.ts';
import type { Rule } from '../../src/dns/script.ts';
import type { Behaviour } from './switchable-server.ts';

const found: Rule = ({ type }) => (type === 'A' ? { a: ['192.0.2.10'] } : { aaaa: ['2001:db8::10'] });

/** A box that takes a flow for over after its first reply. */
function onePerPort(): Rule {
  const answered = new Set<number>();
  return (query) => {
    const { port } = query.client;
    if (query.proto === 'tcp') return found(query);
    // Ports come again: a flow is forgotten when many others have come.
    if (answered.size > 4_096) answered.clear();
    if (answered.has(port)) return 'silence';
    answered.add(port);
    return found(query);
  };
}

export const behaviours = {
  ok: { rule: found },
  down: {},
  silent: { rule: () => 'silence' },
  servfail: { rule: () => ({ rcode: RCODE.SERVFAIL }) },
  refused: { rule: () => ({ rcode: RCODE.REFUSED }) },
  missing: { rule: () => ({ rcode: RCODE.NXDOMAIN, soa: true }) },
  late: { rule: ({ type }) => ({ ...(type === 'A' ? { a: ['192.0.2.10'] } : {}), delayMs: 400 }) },
  noTcp: { rule: (query) => (query.proto === 'udp' ? { tc: true } : found(query)), tcp: 'refuse' },
  truncated: { rule: (query) => (query.proto === 'udp' ? { tc: true } : found(query)) },
  noEdns: { rule: (query) => (query.edns === undefined ? found(query) : { rcode: RCODE.FORMERR }) },
  aaaaSilent: { rule: (query) => (query.type === 'AAAA' ? 'silence' : found(query)) },
  onePerPort: { rule: onePerPort() },
} satisfies Record<string, Behaviour>;
