import { RCODE, TYPES } from '../../dns/codes.ts';
import { readName, sameName } from '../../dns/wire.ts';
import { inetPton } from '../address.ts';
import type { Resolver } from '../model.ts';
import { reverseName } from '../reverse-name.ts';
import type { Message } from './message.ts';
import { nameText } from './name.ts';
import type { BindConf } from './resolv-conf.ts';
import { type Lookup, newLookup, type Reply, type Session, type Tool } from './session.ts';
import { addressesOf, notAName, outcomeOf, rcodeName, runTool, type Shown } from './tool.ts';

/** bin/dig/nslookup.c, rcodetext. */
const RCODES_ABOVE_15 = { 16: 'BADVERS' };

/**
 * BIND 9.18's `nslookup NAME` (bin/dig/nslookup.c over dighost.c). It has no choice of family: A, and AAAA once A has
 * an answer.
 */
export function createNslookup(): Resolver {
  return {
    *lookup({ name }, surroundings) {
      // parse_args: it then waits for commands, of which there are none.
      if (name.startsWith('-')) return notAName(`*** Invalid option: ${name.slice(1)}`);
      surroundings.because(
        'nslookup reads neither /etc/hosts nor nsswitch.conf; each query has a port of its own',
      );
      return yield* runTool('nslookup', surroundings, (conf, shown, print) => ({
        tool: nslookup(conf, shown, print),
        first: firstLookup(name, conf),
      }));
    },
  };
}

/** addlookup: the name of an address is looked up, not the address. */
function firstLookup(text: string, conf: BindConf): Lookup {
  const bytes = inetPton(text);
  if (!bytes) return newLookup(text, TYPES.A, conf);
  const name = reverseName(bytes);
  // get_reverse: with a last dot for IPv4 only.
  return newLookup(bytes.length === 4 ? `${name}.` : name, TYPES.PTR, conf);
}

function nslookup(conf: BindConf, shown: Shown, print: Session['print']): Tool {
  let aHadNone = false;

  /** printmessage. */
  function show({ lookup, labels, message }: Reply): Lookup[] {
    const { rcode, answers, bytes } = message;
    if (rcode !== RCODE.NOERROR) {
      const code = rcodeName(rcode, RCODES_ABOVE_15);
      print(`** server can't find ${nameText(labels)}: ${code}`, outcomeOf(rcode));
      return [];
    }
    shown.addresses.push(...addressesOf(bytes, answers));
    if (lookup.type === TYPES.PTR) showNames(message);
    if (lookup.type === TYPES.A) {
      aHadNone = answers.length === 0;
      const text = nameText(lastOfChain(message, labels));
      return [{ ...lookup, text, type: TYPES.AAAA, origin: undefined, retries: conf.attempts }];
    }
    if (lookup.type === TYPES.AAAA && answers.length === 0 && aHadNone)
      print(`*** Can't find ${lookup.text}: No answer`, 'no-data');
    return [];
  }

  function showNames({ answers, bytes }: Message): void {
    for (const { owner, type, dataAt } of answers) {
      if (type !== TYPES.PTR) continue;
      shown.other = true;
      print(`${nameText(owner)}\tname = ${nameText(readName(bytes, dataAt)?.labels ?? [])}.`);
    }
  }

  return {
    name: 'nslookup',
    checksRecursion: true,
    passesServfail: true,
    bestEffort: false,
    searches: true,
    edns: undefined,
    cookie: undefined,
    authenticData: false,
    show,
  };
}

/**
 * Where the CNAMEs of an answer lead from a name (chase_cnamechain): AAAA is asked for that name. Of several records
 * of one name the last is looked at.
 */
function lastOfChain({ answers, bytes }: Message, from: readonly string[]): readonly string[] {
  let name = from;
  for (let left = answers.length; left > 0; left--) {
    const record = answers.findLast(({ owner }) => sameName(owner, name));
    if (record?.type !== TYPES.CNAME) return name;
    name = readName(bytes, record.dataAt)?.labels ?? name;
  }
  return name;
}
