import { TYPES } from '../../dns/codes.ts';
import type { Resolver } from '../model.ts';
import { clientCookie } from './cookie.ts';
import { type Lookup, newLookup, type Reply, type Session, type Tool } from './session.ts';
import { addressesOf, notAName, outcomeOf, rcodeName, runTool, type Shown } from './tool.ts';

/** bin/dig/dighost.h, DEFAULT_EDNS_BUFSIZE. */
const EDNS_BYTES = 1232;
const RCODES_ABOVE_15 = { 16: 'BADVERS', 23: 'BADCOOKIE' };
/** parse_args takes an argument that is a type or a class for one, and asks for the root's nameservers then. */
const NO_NAMES = new Set(
  'a aaaa any axfr caa cname dname dnskey ds hinfo in ixfr loc mx naptr ns nsec nsec3 ptr rrsig soa spf srv sshfp svcb https tlsa txt'.split(
    ' ',
  ),
);

/** BIND 9.18's `dig NAME`, or `dig NAME AAAA` for inet6 (bin/dig/dig.c over dighost.c): one type, no search. */
export function createDig(): Resolver {
  return {
    *lookup({ name, family }, surroundings) {
      if (/^[-+@]/.test(name)) return notAName(`Invalid option: ${name}`);
      surroundings.because('dig reads neither /etc/hosts nor nsswitch.conf, and uses no search domain');
      return yield* runTool('dig', surroundings, (conf, shown, print) => ({
        tool: dig(shown, print, clientCookie(surroundings.random16)),
        first: NO_NAMES.has(name.toLowerCase())
          ? newLookup('.', TYPES.NS, conf)
          : newLookup(name, family === 'inet6' ? TYPES.AAAA : TYPES.A, conf),
      }));
    },
  };
}

function dig(shown: Shown, print: Session['print'], cookie: Uint8Array): Tool {
  function show({ message }: Reply): Lookup[] {
    const { rcode, answers, bytes, header } = message;
    const found = addressesOf(bytes, answers);
    shown.addresses.push(...found);
    const status = rcodeName(rcode, RCODES_ABOVE_15);
    const outcome = rcode === 0 ? 'no-data' : outcomeOf(rcode);
    const bad = found.length === 0 || rcode !== 0;
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
