/** The zone `test` as real servers have it, and names in it of all kinds. */

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
/**
 * In the networks of this machine (real-servers.test.ts): of addresses that cannot be reached, Go gives those first whose
 * answer came first.
 */
const addresses = (owner: string, a: number, aaaa: number) => [
  ...numbers(a).map((n) => `${owner} A 198.51.100.${n}`),
  ...numbers(aaaa).map((n) => `${owner} AAAA 2001:db8:1::${n.toString(16)}`),
];

const SOA = 'SOA ns.test. hostmaster.test. 1 3600 900 86400 60';

/** A master file (RFC 1035 section 5). */
export const ZONE = [
  '$TTL 60',
  `@ ${SOA}`,
  '@ NS ns',
  'ns A 127.0.0.1',
  ...addresses('both', 1, 1),
  ...addresses('a-only', 1, 0),
  ...addresses('aaaa-only', 0, 1),
  'text TXT "neither A nor AAAA"',
  'alias CNAME both',
  'alias2 CNAME alias',
  'alias3 CNAME alias2',
  'alias-a CNAME a-only',
  'alias-text CNAME text',
  'alias-gone CNAME gone',
  'alias-away CNAME www.elsewhere.example.',
  'alias-refused CNAME x.refused',
  'loop CNAME loop2',
  'loop2 CNAME loop',
  'renamed DNAME real',
  ...addresses('host.real', 1, 1),
  ...addresses('*.wild', 1, 0),
  ...addresses('_under_score', 1, 1),
  ...addresses('xn--bcher-kva', 1, 1),
  ...addresses('empty.non.terminal', 1, 1),
  ...addresses('a'.repeat(63), 1, 1),
  ...addresses('many', 60, 60),
  ...addresses('many-a', 100, 0),
  ...addresses('thirty', 30, 0),
  'near A 203.0.113.1',
  'near A 198.51.100.80',
  'near AAAA 2001:db8:1::80',
  ...addresses('web.deep', 1, 1),
  ...addresses('name.in.dns', 1, 1),
  '',
].join('\n');

/** A root of our own, so that other names do not exist instead of being unreachable. */
export const ROOT_ZONE = [
  '$TTL 60',
  `. ${SOA}`,
  '. NS ns.test.',
  'test. NS ns.test.',
  'ns.test. A 127.0.0.1',
  '',
].join('\n');

export const SEARCH = 'search test deep.test\n';
export const HOSTS = '127.0.0.1 localhost\n10.1.2.3 in-hosts.test\nfd00::5 in-hosts.test\n';

export const NAMES: readonly string[] = [
  'both.test',
  'both.test.',
  'BoTh.TeSt',
  'both',
  'web',
  'a-only.test',
  'aaaa-only.test',
  'nothing.test',
  'text.test',
  'alias.test',
  'alias3.test',
  'alias-a.test',
  'alias-text.test',
  'alias-gone.test',
  'alias-away.test',
  'alias-refused.test',
  'loop.test',
  'host.renamed.test',
  'any.wild.test',
  '_under_score.test',
  'xn--bcher-kva.test',
  'non.terminal.test',
  `${'a'.repeat(63)}.test`,
  `${'a'.repeat(64)}.test`,
  'a..test',
  'many.test',
  'many-a.test',
  'thirty.test',
  'near.test',
  'x.broken.test',
  'x.refused.test',
  'www.elsewhere.example',
  'nosuchlabel',
  'in-hosts.test',
  'localhost',
  '192.0.2.1',
  '2001:db8::1',
];
