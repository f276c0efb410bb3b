/** Asks all servers for one name and type until one gives a usable reply (net/dnsclient_unix.go, tryOneName). */
import { typeText } from '../../dns/codes.ts';
import type { Steps } from '../model.ts';
import { headerFailure, skipTo } from './answer.ts';
import type { CurrentResolvConf } from './configuration.ts';
import { type Asked, type Exchanges, exchange } from './exchange.ts';
import type { Failure, LookupFailure } from './failure.ts';
import type { MessageReader } from './message.ts';
import type { GoServer } from './server.ts';

/** The exchanges of a lookup; `rotate` counts them in what is kept of resolv.conf. */
export interface Lookups extends Exchanges {
  conf: CurrentResolvConf;
}

/** A reply that has a record of the type, at which the reader stands, or the last failure. */
export type Outcome =
  | { exchanges: number; server: string; reader: MessageReader }
  | { exchanges: number; failure: LookupFailure };

export function* ask(run: Lookups, asked: Asked): Steps<Outcome> {
  const { conf, surroundings } = run;
  // With `rotate` each name and type begins at the next server, for the life of the process.
  const first = conf.rotate ? conf.lookups++ : 0;
  let last: LookupFailure = { text: '', server: '' };
  let exchanges = 0;
  for (let round = 1; round <= conf.attempts; round++) {
    for (let nth = 0; nth < conf.servers.length; nth++) {
      const server = conf.servers[(first + nth) % conf.servers.length];
      if (!server) continue;
      const reply = yield* exchange(run, server, asked);
      exchanges++;
      const failure = 'failure' in reply ? reply.failure : unusable(reply.reader, asked.type, run);
      if (!failure && 'reader' in reply) return { exchanges, server: server.written, reader: reply.reader };
      last = { ...failure, text: failure?.text ?? '', server: server.written };
      const next = conf.servers[(first + nth + 1) % conf.servers.length];
      const more = !last.notFound && (nth + 1 < conf.servers.length || round < conf.attempts);
      surroundings.because(
        reason(asked, last, more ? next : undefined, `round ${round} of ${conf.attempts}`),
      );
      if (last.notFound) return { exchanges, failure: last };
    }
  }
  return { exchanges, failure: last };
}

function unusable(reader: MessageReader, type: number, { rules }: Exchanges): Failure | undefined {
  return headerFailure(reader, rules) ?? skipTo(type, reader);
}

function reason(asked: Asked, failure: LookupFailure, next: GoServer | undefined, round: string): string {
  const what = `${typeText(asked.type)} ${asked.name}: ${failure.server}: ${failure.text}`;
  if (failure.notFound) return `${what} (NXDOMAIN or no such record): no other server is asked`;
  return next ? `${what} (${round}): Go asks ${next.written}` : `${what} (${round}): the last try`;
}
