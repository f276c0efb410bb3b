import { isIP } from 'node:net';
import { DNS_PORT } from '../../dns/codes.ts';
import type { Server } from '../../resolver/model.ts';
import type { Sources } from '../../resolver/sources.ts';

/** More than any resolver uses; a hostile file must not make us ask a thousand. */
const MAX_SERVERS = 8;

/**
 * Every nameserver that resolv.conf names, in its order and once each, whichever resolver would use it: a fourth one is
 * asked too. Without any, the one of this machine that every resolver falls back to (resolv.conf(5)).
 */
export function nameserversOf({ resolvConf, nameservers }: Sources): Server[] {
  if (nameservers) return [...nameservers];
  const text = resolvConf.state === 'ok' ? resolvConf.text : '';
  const addresses = [...text.matchAll(/^[ \t]*nameserver[ \t]+([^\s;#]+)/gm)]
    .map(([, address = '']) => address)
    .filter((address) => isIP(address) !== 0);
  const distinct = [...new Set(addresses)].slice(0, MAX_SERVERS);
  return (distinct.length > 0 ? distinct : ['127.0.0.1']).map((address) => ({ address, port: DNS_PORT }));
}

/** The domains of the last `search` or `domain` line, as written. */
export function searchDomainsOf({ resolvConf }: Sources): string[] {
  const text = resolvConf.state === 'ok' ? resolvConf.text : '';
  const last = [...text.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)].at(-1)?.[1] ?? '';
  return last.split(/\s+/).filter((domain) => /^[\w.-]+$/.test(domain) && domain !== '.');
}
