import { rcodeText, typeText } from '../../dns/codes.ts';
import type { Errno, Event, Server, SocketId, Steps, Surroundings } from '../model.ts';
import { close, type Opened, open, send, wait } from '../steps.ts';
import { AnswerSlots } from './answer-slots.ts';
import type { AddressQuery } from './question.ts';
import type { MuslResolvConf } from './resolv-conf.ts';
import type { MuslRules } from './rules.ts';
import { serverOf, serversText } from './servers.ts';
import { TcpExchanges } from './tcp-exchanges.ts';

/** What came of the queries for one name: an answer for each, or nothing; `failed`: no socket was to be had. */
export type Exchanged =
  | { ok: true; answers: AnswerSlots }
  | { ok: false; errno: Errno }
  | { ok: false; crash: true };

/** All that one exchange needs. */
export interface Exchange {
  /** For people. */
  name: string;
  queries: readonly AddressQuery[];
  conf: MuslResolvConf;
  rules: MuslRules;
  surroundings: Surroundings;
}

/** Resends after SERVFAIL for each query and period, shared by all. res_msend.c, servfail_retry */
const SERVFAIL_RESENDS = 2;

/**
 * Sends all queries to all nameservers from one unconnected socket, again every timeout/attempts, until each has an answer or
 * the time is over (res_msend.c, __res_msend_rc).
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

/** When a poll(2) of so many ms is over: musl's clock is in whole ms, and a period more or less hangs on such fractions. */
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

class UdpExchange {
  readonly socket: SocketId;
  readonly answers: AnswerSlots;
  readonly #what: Exchange;
  #servfailResends = 0;

  constructor(what: Exchange, socket: SocketId) {
    this.#what = what;
    this.socket = socket;
    this.answers = new AnswerSlots(what.queries.length, what.rules.answerBytes);
  }

  /** Every query without an answer to every server, A first. */
  *sendAll(afterMs: number): Steps<void> {
    const { name, queries, conf, surroundings } = this.#what;
    const open = queries.filter((_, index) => this.answers.state(index) === 'open');
    const types = open.map(({ type }) => typeText(type)).join(' and ');
    const to = serversText(conf.servers);
    if (open.length > 0)
      surroundings.because(
        afterMs === 0
          ? `${types} of ${name} to ${to}`
          : `no answer to ${types} of ${name} after ${seconds(afterMs)}: sent again to ${to}`,
      );
    for (const query of open) for (const server of conf.servers) yield* send(this.socket, [query], server);
    this.#servfailResends = SERVFAIL_RESENDS * queries.length;
  }

  /** @returns which query to ask again over TCP, and whom */
  *receive(from: Server, message: Uint8Array): Steps<{ index: number; server: Server } | undefined> {
    const { queries, conf, rules, surroundings } = this.#what;
    const { answers } = this;
    if (answers.full) return undefined;
    answers.receive(message);
    if (message.length < 4) return undefined;
    const server = serverOf(conf.servers, from);
    if (!server) {
      surroundings.because(`a reply from ${from.address} port ${from.port}, which was not asked: ignored`);
      return undefined;
    }
    const index = answers.queryOf(queries);
    const query = index === undefined ? undefined : queries[index];
    if (index === undefined || !query || answers.state(index) !== 'open') return undefined;
    const type = typeText(query.type);
    const rcode = answers.receivedRcode;
    if (rcode !== 0 && rcode !== 3) {
      yield* this.#refused(query, type, rcode, server);
      return undefined;
    }
    const { truncated } = answers.accept(index, message.length);
    if (!rules.tcp) {
      this.#cut(type, message.length, truncated);
      return undefined;
    }
    if (!truncated && message.length <= rules.answerBytes) return undefined;
    answers.wantTcp(index);
    return { index, server };
  }

  *#refused(query: AddressQuery, type: string, rcode: number, server: Server): Steps<void> {
    const { because } = this.#what.surroundings;
    const got = `${type} got ${rcodeText(rcode)} from ${server.address}`;
    if (rcode !== 2) return because(`${got}: ignored, musl waits for another server or the next sending`);
    if (this.#servfailResends === 0) return because(`${got}: no resend is left until the next sending`);
    this.#servfailResends--;
    because(
      `${got}: asked again at once, ${this.#servfailResends} such resends are left until the next sending`,
    );
    yield* send(this.socket, [query], server);
  }

  #cut(type: string, length: number, truncated: boolean): void {
    const { rules, surroundings } = this.#what;
    if (truncated)
      surroundings.because(
        `the answer to ${type} has TC set: this musl knows no TCP and takes what is there`,
      );
    if (length > rules.answerBytes)
      surroundings.because(
        `the answer to ${type} has ${length} bytes: musl keeps the first ${rules.answerBytes}`,
      );
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
