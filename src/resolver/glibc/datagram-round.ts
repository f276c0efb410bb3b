import { typeText } from '../../dns/codes.ts';
import { HEADER_BYTES, type Header, readHeader } from '../../dns/wire.ts';
import { endpoint } from '../address.ts';
import type { Server, Steps } from '../model.ts';
import { open, send } from '../steps.ts';
import { type Context, has, type Pairing } from './context.ts';
import {
  closeAll,
  type Exchange,
  isErrorReply,
  isLame,
  isSocketError,
  NEXT,
  nextEvent,
  questionMatches,
  replyText,
  type Sent,
  type UdpSocket,
} from './exchange.ts';

/** One of two answers came, and time ran out. */
export type Half = { end: 'half'; first: Uint8Array };

/** Whom a round asks, how, and for how long. */
export interface RoundOptions {
  /** Index of the server. */
  server: number;
  to: Server;
  pairing: Pairing;
  seconds: number;
}

/** The queries sent once to one server, and the wait for their answers. */
export class DatagramRound {
  readonly #context: Context;
  readonly #exchange: Exchange;
  readonly #options: RoundOptions;
  readonly #until: number;
  readonly #pair: boolean;
  /** Which queries are settled: recvresp1 and recvresp2. A query that is not there is. */
  readonly #settled: boolean[];
  #first: Uint8Array = new Uint8Array();
  #second: Uint8Array | undefined;
  #dropped = false;

  constructor(context: Context, exchange: Exchange, options: RoundOptions) {
    this.#context = context;
    this.#exchange = exchange;
    this.#options = options;
    this.#until = context.around.now() + options.seconds * 1000;
    this.#pair = exchange.queries.length === 2;
    this.#settled = [false, !this.#pair];
  }

  *run(): Steps<Sent | Half> {
    const { queries } = this.#exchange;
    let socket = yield* this.#socket();
    if ('end' in socket) return socket;
    // An ICMP error that came after the last round is what the next send gives: nothing leaves.
    if (socket.pending.some(({ event }) => event === 'error')) return yield* this.#close();
    yield* send(socket.id, this.#options.pairing === 'parallel' ? queries : queries.slice(0, 1));
    for (;;) {
      const event = yield* nextEvent(this.#exchange, socket, this.#until);
      if (event.event === 'timeout') return this.#timedOut();
      if (event.event === 'error') {
        this.#because(`cannot be reached (${event.errno}): the next server is asked`);
        return yield* this.#close();
      }
      if (event.event !== 'datagram') continue;
      const reply = yield* this.#reply(event.message);
      if (reply === 'wait' || reply === 'send second') {
        // What comes in a flood ends here, for poll(2) would always find something.
        if (this.#context.around.now() >= this.#until) return yield* this.#close();
        if (reply === 'wait') continue;
      } else return reply;
      if (this.#options.pairing === 'single-request-reopen') {
        yield* closeAll(this.#exchange);
        socket = yield* this.#socket();
        if ('end' in socket) return socket;
      }
      yield* send(socket.id, queries.slice(1));
    }
  }

  /** The socket to the server, kept from an earlier round or new: reopen. */
  *#socket(): Steps<UdpSocket | Sent> {
    const { sockets } = this.#exchange;
    const kept = sockets.get(this.#options.server);
    if (kept) return kept;
    const opened = yield* open({ proto: 'udp', to: this.#options.to });
    if (opened.ok) {
      const socket: UdpSocket = { id: opened.socket, pending: [] };
      sockets.set(this.#options.server, socket);
      return socket;
    }
    this.#because(`cannot be reached (${opened.errno})`);
    if (isSocketError(opened.errno)) return { end: 'failed', errno: opened.errno };
    return yield* this.#close();
  }

  #timedOut(): Sent | Half {
    if (this.#pair && this.#first.length > 0) return { end: 'half', first: this.#first };
    this.#exchange.gotSomewhere = true;
    this.#because(`gave no answer in ${this.#options.seconds} s`);
    return NEXT;
  }

  *#reply(message: Uint8Array): Steps<Sent | 'wait' | 'send second'> {
    const exchange = this.#exchange;
    exchange.gotSomewhere = true;
    const isFirst = !this.#pair || !this.#settled.includes(true);
    const header = readHeader(message);
    if (!header) return yield* this.#close();
    if (isFirst) exchange.firstBuffer.read(message, header);
    const at = this.#answered(header, message, isFirst);
    if (at === undefined) {
      if (!this.#dropped)
        this.#because('sent what answers no open query (id or question): dropped, the wait goes on');
      this.#dropped = true;
      return 'wait';
    }
    if (isErrorReply(header) || isLame(header)) return yield* this.#errorReply(header, at);
    if (header.truncated) {
      this.#because(`truncated the answer for ${this.#type(at)}: all is asked again over TCP`);
      yield* closeAll(exchange);
      return { end: 'tcp' };
    }
    if (isFirst) this.#first = message;
    else this.#second = message;
    this.#settled[at] = true;
    if (this.#settled.every((settled) => settled)) return this.#answers();
    return this.#options.pairing === 'parallel' ? 'wait' : 'send second';
  }

  /** Which open query a reply answers. */
  #answered(header: Header, message: Uint8Array, isFirst: boolean): number | undefined {
    const bare = message.length === HEADER_BYTES && header.questions === 0 && isErrorReply(header);
    const { idAndQuestionApart, shortErrorReplies } = this.#context.rules;
    const open = this.#exchange.queries.filter((_, index) => !this.#settled[index]);
    const byId = open.filter(({ id }) => id === header.id);
    const byQuestion = open.filter(
      (query) => (shortErrorReplies && bare) || questionMatches(query, header, message, isFirst),
    );
    const answered = idAndQuestionApart
      ? byQuestion.length > 0 && byId[0]
      : byId.findLast((query) => byQuestion.includes(query));
    return answered ? this.#exchange.queries.indexOf(answered) : undefined;
  }

  /** send_dg at next_ns: an error in one half does not spoil the other, unless strict-error is set. */
  *#errorReply(header: Header, at: number): Steps<Sent | 'wait'> {
    const { because } = this.#context.around;
    const what = `${replyText(this.#exchange.queries[at], header)} from ${endpoint(this.#options.to)}`;
    if (!has(this.#context, 'strict-error')) {
      if (this.#pair && this.#settled.includes(true)) {
        this.#second = undefined;
        const half = this.#first.length > 0;
        because(half ? `${what}: the other answer is used` : `${what}, both queries failed: next server`);
        return half ? this.#answers() : NEXT;
      }
      const waits = this.#options.pairing === 'parallel' || this.#context.rules.singleRequestWaitsAfterError;
      if (this.#pair && waits) {
        because(`${what}: the other answer is waited for`);
        this.#settled[at] = true;
        return 'wait';
      }
    }
    because(`${what}: next server`);
    return yield* this.#close();
  }

  #answers(): Sent {
    return { end: 'answers', first: this.#first, ...(this.#second && { second: this.#second }) };
  }

  *#close(): Steps<Sent> {
    yield* closeAll(this.#exchange);
    return NEXT;
  }

  #type(at: number): string {
    return typeText(this.#exchange.queries[at]?.type ?? 0);
  }

  #because(what: string): void {
    this.#context.around.because(`${endpoint(this.#options.to)} ${what}`);
  }
}
