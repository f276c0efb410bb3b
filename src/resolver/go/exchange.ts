/** One query to one server: over UDP, and over TCP where the reply is truncated (net/dnsclient_unix.go, exchange). */
import { CLASS_IN, typeText } from '../../dns/codes.ts';
import type { Query } from '../../dns/query.ts';
import { lowerAscii } from '../../dns/wire.ts';
import { endpoint } from '../address.ts';
import type { Errno, SocketId, Steps, Surroundings } from '../model.ts';
import { close, open, send, sourceOf, wait } from '../steps.ts';
import {
  CANNOT_MARSHAL,
  CANNOT_UNMARSHAL,
  END,
  type Failure,
  INVALID_RESPONSE,
  NO_ANSWER,
  systemFailure,
  timedOut,
  UNEXPECTED_END,
} from './failure.ts';
import { MessageReader } from './message.ts';
import { labelsOf } from './names.ts';
import type { GoResolvConf } from './resolv-conf.ts';
import type { GoRules } from './rules.ts';
import type { GoServer } from './server.ts';

/** What goes for all exchanges of a lookup. */
export interface Exchanges {
  rules: GoRules;
  conf: GoResolvConf;
  /** Payload size of the OPT record; absent: none is sent. */
  edns?: number;
  surroundings: Surroundings;
}

/** A candidate name, with its last dot, and a type. */
export interface Asked {
  name: string;
  type: number;
}

/** A reply whose question is behind, or why there is none. */
export type Reply = { reader: MessageReader } | { failure: Failure };

/** Asks one server once; each way has the whole timeout for itself. */
export function* exchange(run: Exchanges, server: GoServer, asked: Asked): Steps<Reply> {
  const labels = labelsOf(asked.name);
  if (!labels) return { failure: CANNOT_MARSHAL };
  const { conf, rules, surroundings, edns } = run;
  const query: Query = {
    id: surroundings.random16(),
    labels,
    type: asked.type,
    authenticData: conf.trustAd,
    ...(edns !== undefined && { edns }),
  };
  for (const proto of conf.useTcp ? (['tcp'] as const) : (['udp', 'tcp'] as const)) {
    const one = new Exchange(run, server, asked, query, surroundings.now() + conf.timeout);
    const reply = yield* proto === 'udp' ? one.udp() : one.tcp();
    if ('failure' in reply) return reply;
    if (reply.reader.skip('questions') !== 'done') return { failure: INVALID_RESPONSE };
    if (!reply.reader.header.truncated) return reply;
    if (proto === 'tcp' && rules.truncatedTcp === 'used') return reply;
    if (proto === 'udp')
      surroundings.because(
        `${typeText(asked.type)}: ${server.written} truncates its reply: asked again over TCP`,
      );
  }
  return { failure: NO_ANSWER };
}

class Exchange {
  readonly #run: Exchanges;
  readonly #server: GoServer;
  readonly #asked: Asked;
  readonly #query: Query;
  readonly #deadline: number;

  constructor(run: Exchanges, server: GoServer, asked: Asked, query: Query, deadline: number) {
    this.#run = run;
    this.#server = server;
    this.#asked = asked;
    this.#query = query;
    this.#deadline = deadline;
  }

  /** dnsPacketRoundTrip: what is not the reply is passed over until the deadline, as it may be forged (issue 13281). */
  *udp(): Steps<Reply> {
    const opened = yield* open({ proto: 'udp', to: this.#server.peer });
    if (!opened.ok) return this.#notDialled('udp', opened.errno);
    const { socket, port } = opened;
    yield* send(socket, [this.#query]);
    for (;;) {
      const event = yield* wait(this.#deadline);
      if (event.event === 'datagram') {
        const reader = this.#read(event.message.subarray(0, this.#run.rules.udpBytes));
        if (reader === 'broken' || reader === 'another') continue;
        yield* close(socket);
        return { reader };
      }
      if (event.event === 'error' || event.event === 'timeout')
        return yield* this.#failed('udp', socket, port, event);
    }
  }

  *tcp(): Steps<Reply> {
    const opened = yield* open({ proto: 'tcp', to: this.#server.peer });
    if (!opened.ok) return this.#notDialled('tcp', opened.errno);
    const { socket } = opened;
    const event = yield* wait(this.#deadline);
    if (event.event === 'connected') return yield* this.#stream(socket, event.port);
    yield* close(socket);
    if (event.event === 'error') return this.#notDialled('tcp', event.errno);
    return { failure: timedOut({ op: 'dial', proto: 'tcp', ends: this.#server.dialled }) };
  }

  /** dnsStreamRoundTrip: the first message counts, whatever it is. */
  *#stream(socket: SocketId, port: number): Steps<Reply> {
    yield* send(socket, [this.#query]);
    const event = yield* wait(this.#deadline);
    if (event.event === 'error' || event.event === 'timeout')
      return yield* this.#failed('tcp', socket, port, event);
    yield* close(socket);
    if (event.event !== 'message') {
      // io.ReadFull takes the length first: with it alone nothing of the message has come yet.
      const cut = event.event === 'end' && event.unfinished !== 0 && event.unfinished !== 2;
      return { failure: cut ? UNEXPECTED_END : END };
    }
    const reader = this.#read(event.message);
    if (reader === 'broken') return { failure: CANNOT_UNMARSHAL };
    return reader === 'another' ? { failure: INVALID_RESPONSE } : { reader };
  }

  /** checkResponse: id, QR and question must be those of the query. */
  #read(message: Uint8Array): MessageReader | 'broken' | 'another' {
    const reader = MessageReader.start(message, this.#run.rules);
    const question = reader?.question();
    if (!reader || typeof question !== 'object') return 'broken';
    const { name, type } = this.#asked;
    const right =
      reader.header.response &&
      reader.header.id === this.#query.id &&
      question.type === type &&
      question.class === CLASS_IN &&
      lowerAscii(question.name) === lowerAscii(name);
    return right ? reader : 'another';
  }

  #notDialled(proto: 'udp' | 'tcp', errno: Errno): Reply {
    return { failure: systemFailure({ op: 'dial', proto, ends: this.#server.dialled }, errno) };
  }

  *#failed(
    proto: 'udp' | 'tcp',
    socket: SocketId,
    port: number,
    event: { event: 'timeout' } | { event: 'error'; errno: Errno; call: 'connect' | 'send' | 'receive' },
  ): Steps<Reply> {
    yield* close(socket);
    const { peer } = this.#server;
    const source = { address: (yield* sourceOf(peer.address)) ?? '', port };
    const ends = `${endpoint(source)}->${endpoint(peer)}`;
    if (event.event === 'timeout') return { failure: timedOut({ op: 'read', proto, ends }) };
    const op = event.call === 'send' ? 'write' : 'read';
    return { failure: systemFailure({ op, proto, ends }, event.errno) };
  }
}
