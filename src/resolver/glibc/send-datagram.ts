import { endpoint } from '../address.ts';
import type { Steps } from '../model.ts';
import { type Context, has, type Pairing } from './context.ts';
import { DatagramRound } from './datagram-round.ts';
import { closeAll, type Exchange, NEXT, type Sent } from './exchange.ts';

/** resolv/res_send.c, send_dg: asks one server over UDP. A pair that is half answered is asked again in other ways. */
export function* sendDatagram(context: Context, exchange: Exchange, server: number): Steps<Sent> {
  const { conf, state, around } = context;
  const to = conf.servers[server];
  if (!to) return NEXT;
  const seconds = secondsFor(context, server);
  let pairing = pairingOf(context);
  const { gotSomewhere } = exchange;
  for (;;) {
    const sent = yield* new DatagramRound(context, exchange, { server, to, pairing, seconds }).run();
    if (sent.end !== 'half') return sent;
    const missing = `${endpoint(to)} answered one of two queries in ${seconds} s`;
    if (pairing === 'single-request-reopen') {
      around.because(`${missing}, each sent from its own port: what came is used`);
      return { end: 'answers', first: sent.first };
    }
    exchange.gotSomewhere = gotSomewhere;
    pairing = pairing === 'parallel' ? 'single-request' : 'single-request-reopen';
    state.fallback = pairing;
    const how = pairing === 'single-request' ? 'one after the other, same port' : 'each from a new port';
    around.because(`${missing}: glibc asks it again, ${how}, and keeps to that in this process`);
    if (pairing === 'single-request-reopen') yield* closeAll(exchange);
  }
}

/** timeout, doubled for each server before it and shared between all, in whole seconds; at least one. */
function secondsFor({ conf: { timeout, servers } }: Context, server: number): number {
  const seconds = server === 0 ? timeout : Math.trunc((timeout << server) / servers.length);
  return seconds > 0 ? seconds : 1;
}

function pairingOf(context: Context): Pairing {
  const { fallback } = context.state;
  if (has(context, 'single-request-reopen') || fallback === 'single-request-reopen')
    return 'single-request-reopen';
  return has(context, 'single-request') || fallback === 'single-request' ? 'single-request' : 'parallel';
}
