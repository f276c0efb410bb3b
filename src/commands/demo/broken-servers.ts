import { RCODE, TYPES } from '../../dns/codes.ts';
import { nameBytes } from '../../dns/encode-reply.ts';
import type { Listener } from '../../dns/net/scripted-server.ts';
import type { Rule } from '../../dns/script.ts';

/** A way in which DNS is broken that people meet, and the name that shows it. */
export interface Breakage {
  /** What the servers do. */
  title: string;
  name: string;
  /** In the order of resolv.conf. */
  servers: readonly Pick<Listener, 'rule' | 'tcp'>[];
  search?: string;
}

const V4 = '192.0.2.10';
const V6 = '2001:db8::10';

const healthy: Rule = () => ({ a: [V4], aaaa: [V6] });

/** Each is answered from loopback ports of its own. The resolvers wait a second where they would wait five. */
export const BREAKAGES: readonly Breakage[] = [
  {
    title: 'As recorded: A is answered, AAAA gets SERVFAIL',
    name: 'v4sf.test',
    servers: [{ rule: ({ type }) => (type === 'A' ? { a: [V4] } : { rcode: RCODE.SERVFAIL }) }],
  },
  {
    title: 'A is answered, AAAA gets NXDOMAIN as if there were no such name',
    name: 'v4only.test',
    servers: [{ rule: ({ type }) => (type === 'A' ? { a: [V4] } : { rcode: RCODE.NXDOMAIN, soa: true }) }],
  },
  {
    title: 'The answer does not fit UDP, and TCP is refused',
    name: 'large.test',
    servers: [{ rule: () => ({ tc: true }), tcp: 'refuse' }],
  },
  {
    title: 'The answer does not fit UDP; TCP works',
    name: 'large.test',
    servers: [{ rule: ({ proto }) => (proto === 'udp' ? { tc: true } : { a: [V4] }) }],
  },
  {
    title: 'The first search suffix is never answered',
    name: 'api.shop',
    search: 'lost.test prod.test',
    servers: [
      {
        rule: ({ name }) =>
          name.endsWith('.lost.test')
            ? 'silence'
            : name.endsWith('.prod.test')
              ? { a: [V4] }
              : { rcode: RCODE.NXDOMAIN },
      },
    ],
  },
  {
    title: 'The address stands before the CNAME that leads to it',
    name: 'alias.test',
    servers: [
      {
        rule: ({ type }) => ({
          records: [
            ...(type === 'A'
              ? [{ owner: 'real.test', type: TYPES.A, data: Uint8Array.of(192, 0, 2, 10) }]
              : []),
            { type: TYPES.CNAME, data: nameBytes('real.test') },
          ],
        }),
      },
    ],
  },
  {
    title: 'The first nameserver refuses; the second answers',
    name: 'web.test',
    servers: [{ rule: () => ({ rcode: RCODE.REFUSED }) }, { rule: healthy }],
  },
  {
    title: 'The first nameserver is silent; the second answers',
    name: 'web.test',
    servers: [{ rule: () => 'silence' }, { rule: healthy }],
  },
];
