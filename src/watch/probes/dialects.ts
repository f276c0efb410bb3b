import type { DialectFacts } from '../../journal/probe-record.ts';
import { endpoint } from '../../resolver/address.ts';
import { readResolvConf } from '../../resolver/musl/resolv-conf.ts';
import type { Sources } from '../../resolver/sources.ts';

/** What the files say to each family of resolvers, in its newest version's dialect. */
export function dialectsOf(sources: Sources): DialectFacts[] {
  return [muslFacts(sources)];
}

function muslFacts({ resolvConf }: Sources): DialectFacts {
  const { servers, search, ndots, timeout, attempts, remarks } = readResolvConf(resolvConf);
  return { dialect: 'musl', nameservers: servers.map(endpoint), search, ndots, timeout, attempts, remarks };
}
