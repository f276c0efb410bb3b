import { RCODE, TYPES } from '../../dns/codes.ts';
import type { Family, Resolver } from '../model.ts';
import { clientCookie } from './cookie.ts';
import type { BindConf } from './resolv-conf.ts';
import { type Lookup, newLookup, type Reply, type Session, type Tool } from './session.ts';
import { addressesOf, notAName, outcomeOf, rcodeName, runTool, type Shown } from './tool.ts';

/** bin/dig/dighost.h, DEFAULT_EDNS_BUFSIZE. */
const EDNS_BYTES = 1232;
const RCODES_ABOVE_15 = { 16: 'BADVERS', 23: 'BADCOOKIE' };
/**
 * Types and classes that parse_args takes an argument for: no name is left then, and it asks for the root's
 * nameservers, after `any` over TCP.
 */
const NO_NAMES = new Set(
  [
    'a a6 aaaa afsdb amtrelay any apl atma avc axfr brid caa cdnskey cds cert cname csync dhcid dlv dname dnskey doa ds dsync eid eui48 eui64',
    'gid gpos hhit hinfo hip https ipseckey isdn ixfr key keydata kx l32 l64 loc lp mailb maila mb md mf mg minfo mr mx naptr nid',
    'nimloc ninfo ns nsap nsap-ptr nsec nsec3 nsec3param null nxt openpgpkey opt ptr px resinfo rkey rp rrsig rt sig sink smimea',
    'soa spf srv sshfp svcb ta talink tkey tlsa tsig txt uid uinfo unspec uri wallet wks x25 zonemd in',
  ].flatMap((line) => line.split(' ')),
);
const NUMBERED = /^type\d{1,5}$/;

/** BIND 9.18's `dig NAME`, or `dig NAME AAAA` for inet6 (bin/dig/dig.c over dighost.c): one type, no search. */
export function createDig(): Resolver {
  return {
    *lookup({ name, family }, surroundings) {
      if (/^[-+@]/.test(name)) return notAName(`Invalid option: ${name}`);
      surroundings.because('dig reads neither /etc/hosts nor nsswitch.conf, and uses no search domain');
      return yield* runTool('dig', surroundings, (conf, shown, print) => ({
        tool: dig(shown, print, clientCookie(surroundings.random16)),
        first: firstLookup(name, family, conf),
      }));
    },
  };
}

function firstLookup(name: string, family: Family, conf: BindConf): Lookup {
  const word = name.toLowerCase();
  if (NO_NAMES.has(word) || NUMBERED.test(word))
    return { ...newLookup('.', TYPES.NS, conf), tcp: word === 'any' };
  return newLookup(name, family === 'inet6' ? TYPES.AAAA : TYPES.A, conf);
}

function dig(shown: Shown, print: Session['print'], cookie: Uint8Array): Tool {
  function show({ message }: Reply): Lookup[] {
    const { rcode, answers, bytes, header } = message;
    const found = addressesOf(bytes, answers);
    shown.addresses.push(...found);
    const status = rcodeName(rcode, RCODES_ABOVE_15);
    const outcome = rcode === RCODE.NOERROR ? 'no-data' : outcomeOf(rcode);
    const bad = found.length === 0 || rcode !== RCODE.NOERROR;
    print(`;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${header.id}`, bad ? outcome : undefined);
    return [];
  }

  return {
    name: 'dig',
    checksRecursion: false,
    passesServfail: false,
    bestEffort: true,
    searches: false,
    edns: EDNS_BYTES,
    cookie,
    authenticData: true,
    show,
  };
}
