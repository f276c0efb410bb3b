import { RCODE, rcodeText, typeText } from '../../dns/codes.ts';
import type { Server, SocketId, Steps, Surroundings } from '../model.ts';
import { send } from '../steps.ts';
import { AnswerSlots } from './answer-slots.ts';
import type { AddressQuery } from './question.ts';
import type { MuslResolvConf } from './resolv-conf.ts';
import type { MuslRules } from './rules.ts';
import { serverOf, serversText, serverText } from './servers.ts';

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

/** res_msend.c: less than an id and flags is not looked at. */
const SHORTEST_REPLY = 4;
/** Replies that are ignored are told of so many times: a server may send millions. */
const MAX_TOLD = 20;

/** The UDP side of one exchange: what is sent to all servers, and what is made of each reply. */
export class UdpExchange {
  readonly socket: SocketId;
  readonly answers: AnswerSlots;
  readonly #what: Exchange;
  #servfailResends = 0;
  #told = 0;

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
    const { queries, conf, rules } = this.#what;
    const { answers } = this;
    if (answers.full) return undefined;
    answers.receive(message);
    if (message.length < SHORTEST_REPLY) return undefined;
    const server = serverOf(conf.servers, from);
    if (!server) {
      this.#ignored(`a reply from ${from.address} port ${from.port}, which was not asked: ignored`);
      return undefined;
    }
    const index = answers.queryOf(queries);
    const query = index === undefined ? undefined : queries[index];
    if (index === undefined || !query || answers.state(index) !== 'open') return undefined;
    const rcode = answers.receivedRcode;
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) {
      answers.refuse(index, rcode);
      yield* this.#refused(query, rcode, server);
      return undefined;
    }
    const { truncated } = answers.accept(index, message.length);
    this.#accepted(query, rcode, server);
    if (!rules.tcp) this.#cut(typeText(query.type), message.length, truncated);
    if (!rules.tcp || (!truncated && message.length <= rules.answerBytes)) return undefined;
    answers.wantTcp(index);
    return { index, server };
  }

  *#refused(query: AddressQuery, rcode: number, server: Server): Steps<void> {
    const got = `${typeText(query.type)} got ${rcodeText(rcode)} from ${serverText(server)}`;
    if (rcode !== RCODE.SERVFAIL)
      this.#ignored(`${got}: ignored, musl waits for another server or the next sending`);
    else if (this.#servfailResends === 0) this.#ignored(`${got}: no resend is left until the next sending`);
    else {
      const left = --this.#servfailResends;
      this.#what.surroundings.because(
        `${got}: asked again at once, ${left} such resends are left until the next sending`,
      );
      yield* send(this.socket, [query], server);
    }
  }

  #ignored(line: string): void {
    if (this.#told++ < MAX_TOLD) this.#what.surroundings.because(line);
  }

  #accepted({ type }: AddressQuery, rcode: number, server: Server): void {
    const { conf, surroundings } = this.#what;
    if (conf.servers.length < 2) return;
    surroundings.because(
      `${typeText(type)} got ${rcodeText(rcode)} from ${serverText(server)} first: what the other servers say no longer counts`,
    );
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
