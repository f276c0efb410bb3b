/** The lookups of nslookup and dig, one after the other, as bin/dig/dighost.c makes them. */
import { RCODE, typeText } from '../../dns/codes.ts';
import type { Query } from '../../dns/query.ts';
import { addressBytes, isV4Mapped } from '../address.ts';
import type { Server, Steps } from '../model.ts';
import { BADCOOKIE, cookieOf, cookieOption } from './cookie.ts';
import { exchange } from './exchange.ts';
import type { Message } from './message.ts';
import { nameText } from './name.ts';
import { beginSearch, nameOf, nextOrigin } from './search.ts';
import type { Lookup, Session } from './session.ts';

/** What a lookup leaves to do: itself again in another way first, others after all that wait. */
interface Next {
  again?: Lookup | undefined;
  after?: Lookup[];
}

/** Makes a lookup and all that follow from it. */
export function* runLookups(session: Session, first: Lookup): Steps<void> {
  const waiting = [first];
  for (let lookup = waiting.shift(); lookup; lookup = waiting.shift()) {
    const { again, after = [] } = yield* oneLookup(session, lookup);
    if (again) waiting.unshift(again);
    waiting.push(...after);
  }
}

const UNREACHED = ';; no servers could be reached';

function* oneLookup(session: Session, wanted: Lookup): Steps<Next> {
  const lookup = wanted.fresh ? beginSearch(session, wanted) : wanted;
  const labels = nameOf(session, lookup);
  if (labels === 'too long') return { again: nextOrigin(session, lookup) };
  if (labels === 'illegal') return {};
  return yield* askServers(session, lookup, labels);
}

/**
 * One server after the other; the first that says nothing is asked as often as there are tries, each further one once.
 */
function* askServers(session: Session, lookup: Lookup, labels: string[]): Steps<Next> {
  const { servers, print, because } = session;
  const query = queryOf(session, lookup, labels);
  const asked = `${typeText(lookup.type)} of ${nameText(labels)}`;
  let { retries } = lookup;
  let timedOut = false;
  for (let at = 0; at < servers.length; ) {
    const server = servers[at];
    if (!server || isMapped(server)) {
      print(`;; Skipping mapped address '${server?.address}'`);
      if (++at === servers.length) {
        print(';; No acceptable nameservers', 'failed');
        return {};
      }
      continue;
    }
    const heard = yield* exchange(session, server, query, lookup.tcp);
    const to = `${server.address}#${server.port}`;
    switch (heard.is) {
      case 'dropped':
        return {};
      case 'no-socket': {
        const setUp = lookup.tcp ? 'Connection to' : 'UDP setup with';
        print(`;; ${setUp} ${to}(${server.address}) for ${lookup.text} failed: ${heard.why}.`);
        if (retries > 1) {
          print(UNREACHED, 'failed');
          return { again: { ...lookup, retries: retries - 1 } };
        }
        break;
      }
      case 'error':
        timedOut = heard.why === 'timed out';
        print(`;; communications error to ${to}: ${heard.why}`);
        if (retries > 1) {
          retries--;
          because(
            `${asked} is sent to ${to} again: ${retries === 1 ? 'the last try' : `${retries} tries left`}`,
          );
          if (lookup.tcp) return { again: { ...lookup, retries } };
          continue;
        }
        break;
      case 'message': {
        const next = followUp(session, { ...lookup, retries }, labels, heard.message, servers, at);
        if (next) return next;
      }
    }
    at++;
    if (at < servers.length) because(`${asked}: on to the next server`);
  }
  print(UNREACHED, timedOut ? 'timeout' : 'failed');
  return {};
}

function isMapped({ address }: Server): boolean {
  const bytes = addressBytes(address);
  return bytes !== undefined && isV4Mapped(bytes);
}

function queryOf({ tool, random16 }: Session, { type, cookie }: Lookup, labels: string[]): Query {
  const sent = cookie ?? tool.cookie;
  return {
    id: random16(),
    labels,
    type,
    authenticData: tool.authenticData,
    ...(tool.edns !== undefined && { edns: tool.edns }),
    ...(sent && { options: cookieOption(sent) }),
  };
}

/** recv_done, once a reply is taken. @returns undefined: ask the next server */
function followUp(
  session: Session,
  lookup: Lookup,
  labels: string[],
  message: Message,
  servers: readonly Server[],
  at: number,
): Next | undefined {
  const { tool, print, because } = session;
  const { header, rcode } = message;
  const cookie = tool.cookie && cookieOf(message, lookup.cookie ?? tool.cookie);
  if (header.truncated && !lookup.tcp) {
    print(';; Truncated, retrying in TCP mode.');
    because(`the answer has TC set: all is asked again over TCP, from the first server on`);
    return { again: { ...lookup, tcp: true, cookie: lookup.cookie ?? cookie } };
  }
  if (rcode === BADCOOKIE && !lookup.tcp && cookie) {
    print(`;; BADCOOKIE, retrying${lookup.sawBadCookie ? ' in TCP mode' : ''}.`);
    return { again: { ...lookup, cookie, sawBadCookie: true, tcp: lookup.sawBadCookie } };
  }
  const server = servers[at] ?? { address: '', port: 0 };
  const servfail = rcode === RCODE.SERVFAIL && tool.passesServfail;
  if (servfail || (tool.checksRecursion && !header.recursionAvailable)) {
    const got = `;; Got ${servfail ? 'SERVFAIL reply' : 'recursion not available'} from ${server.address}`;
    const more = at + 1 < servers.length;
    print(more ? `${got}, trying next server` : got);
    if (more) return undefined;
  }
  if (rcode === RCODE.NXDOMAIN && (lookup.origin !== undefined || lookup.needSearch)) {
    const again = nextOrigin(session, lookup);
    if (again) {
      because(`${nameText(labels)} does not exist (NXDOMAIN): on to the next name of the search`);
      return { again };
    }
  }
  return { after: tool.show({ lookup, labels, message, server }) };
}
