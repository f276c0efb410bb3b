import type { Errno, Event, Server, Steps } from '../model.ts';
import { close, type Opened, open, wait } from '../steps.ts';
import type { AnswerSlots } from './answer-slots.ts';
import { TcpExchanges } from './tcp-exchanges.ts';
import { type Exchange, UdpExchange } from './udp-exchange.ts';

/** What came of the queries for one name: their answers, or why there was no socket, or the end of the process. */
export type Exchanged =
  | { ok: true; answers: AnswerSlots }
  | { ok: false; errno: Errno }
  | { ok: false; crash: true };

/**
 * Sends all queries to all nameservers from one unconnected socket, again every timeout/attempts, until each has an
 * answer or the time is over (res_msend.c, __res_msend_rc).
 */
export function* exchange(what: Exchange): Steps<Exchanged> {
  const { queries, conf, rules, surroundings } = what;
  const opened = yield* openSocket(what);
  if (!opened.ok) return opened;
  if (conf.attempts === 0) {
    surroundings.because(
      'attempts:0: musl divides the timeout by it, which kills the process with SIGFPE (on arm64 it would send without a pause until the timeout)',
    );
    return { ok: false, crash: true };
  }
  if (conf.timeout === 0) surroundings.because('timeout:0: the time is over before the first query');
  const udp = new UdpExchange(what, opened.socket);
  const tcp = new TcpExchanges(queries, udp.answers, rules, surroundings);
  const total = 1000 * conf.timeout;
  const period = Math.floor(total / conf.attempts);
  let now = surroundings.now();
  const began = Math.floor(now);
  let sent = began - period;
  for (let at = began; at - began < total && !udp.answers.complete; at = Math.floor(now)) {
    if (at - sent >= period) {
      yield* udp.sendAll(at - began);
      sent = at;
    }
    // The last period is not cut short by the timeout.
    const until = pollEnd(now, sent + period - at);
    const event = yield* wait(until);
    // Not the clock's time: how late we ourselves wake must not decide whether there is one more sending.
    now = event.event === 'timeout' ? until : surroundings.now();
    if (event.event !== 'timeout' && (yield* handle(event, udp, tcp)) === 'give-up') break;
  }
  yield* tcp.closeAll();
  yield* close(udp.socket);
  return { ok: true, answers: udp.answers };
}

/** Linux lets poll(2) sleep a thousandth longer, 0.05 to 100 ms: fs/select.c, select_estimate_accuracy. */
const SLACK = { share: 0.001, least: 0.05, most: 100 };
/** The sending before it and the waking after it, ms. */
const AROUND_POLL = 0.1;

/**
 * When a poll(2) of so many ms is over: musl's clock is in whole ms, and a period more or less hangs on such
 * fractions.
 */
function pollEnd(now: number, ms: number): number {
  const slack = Math.min(Math.max(ms * SLACK.share, SLACK.least), SLACK.most);
  return now + ms + slack + AROUND_POLL;
}

function* handle(
  event: Exclude<Event, { event: 'timeout' }>,
  udp: UdpExchange,
  tcp: TcpExchanges,
): Steps<'give-up' | undefined> {
  if (tcp.has(event.socket)) return yield* tcp.handle(event);
  // An unconnected socket is told of no ICMP error; a failed send is not looked at.
  if (event.event !== 'datagram') return undefined;
  const again = yield* udp.receive(event.from, event.message);
  if (again) yield* tcp.start(again.index, again.server);
  return undefined;
}

/** IPv6 nameservers want an IPv6 socket, which takes IPv4 ones as v4-mapped. */
function* openSocket({ conf, rules, surroundings }: Exchange): Steps<Opened> {
  const ipv6 = conf.servers.some(isIpv6);
  const opened = yield* open({ proto: 'udp', family: ipv6 ? 6 : 4 });
  if (opened.ok || !ipv6 || opened.errno !== 'EAFNOSUPPORT') return opened;
  if (rules.withoutIpv6 === 'fails' || conf.servers.every(isIpv6)) return opened;
  surroundings.because('no IPv6 in this kernel: only the IPv4 nameservers are asked');
  return yield* open({ proto: 'udp', family: 4 });
}

const isIpv6 = ({ address }: Server) => address.includes(':');
