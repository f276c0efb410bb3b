/** One name and type, from one server after the other until one gives a usable reply. */
import { RCODE, rcodeText, typeText } from '../../dns/codes.ts';
import type { Steps } from '../model.ts';
import { headerFailure, skipTo } from './answer.ts';
import type { CurrentResolvConf } from './configuration.ts';
import { type Asked, type Exchanges, exchange, type Reply } from './exchange.ts';
import type { Failure, LookupFailure } from './failure.ts';
import type { MessageReader } from './message.ts';

/** The exchanges of a lookup; `rotate` counts them in what is kept of resolv.conf. */
export interface Lookups extends Exchanges {
  conf: CurrentResolvConf;
}

/** A reply that has a record of the type, at which the reader stands, or the last failure. */
export type Outcome =
  | { exchanges: number; server: string; reader: MessageReader }
  | { exchanges: number; failure: LookupFailure };

/**
 * Goes through the servers, `attempts` times over (net/dnsclient_unix.go, tryOneName). A name that is not found ends it;
 * all other failures lead to the next server.
 */
export function* ask(run: Lookups, asked: Asked): Steps<Outcome> {
  const { conf, surroundings } = run;
  // With `rotate` each name and type begins at the next server, for the life of the process.
  const first = conf.rotate ? conf.lookups++ : 0;
  const tries = conf.attempts * conf.servers.length;
  let exchanges = 0;
  let last: LookupFailure = { text: '', server: '' };
  while (exchanges < tries && !last.notFound) {
    const server = conf.servers[(first + exchanges) % conf.servers.length];
    if (!server) break;
    const reply = yield* exchange(run, server, asked);
    exchanges++;
    const failure = 'failure' in reply ? reply.failure : unusable(reply.reader, asked.type, run);
    if (!failure && 'reader' in reply) return { exchanges, server: server.written, reader: reply.reader };
    last = { text: '', ...failure, server: server.written };
    const then = last.notFound ? 'no other server is asked' : `try ${exchanges} of ${tries}`;
    const what = `${typeText(asked.type)} of ${asked.name}`;
    surroundings.because(`${what} got ${told(reply, last)} from ${server.written}: ${then}`);
  }
  return { exchanges, failure: last };
}

function unusable(reader: MessageReader, type: number, { rules }: Exchanges): Failure | undefined {
  return headerFailure(reader, rules) ?? skipTo(type, reader);
}

/** What a server said, for people. */
function told(reply: Reply, { text, notFound }: Failure): string {
  if ('failure' in reply) return JSON.stringify(text);
  const { rcode } = reply.reader.header;
  if (rcode !== RCODE.NOERROR) return rcodeText(rcode);
  return notFound ? 'no such record' : JSON.stringify(text);
}
