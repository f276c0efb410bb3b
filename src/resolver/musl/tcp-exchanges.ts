import { RCODE, rcodeText, typeText } from '../../dns/codes.ts';
import type { Errno, Event, Server, SocketId, Steps, Surroundings } from '../model.ts';
import { close, open, send } from '../steps.ts';
import type { AnswerSlots } from './answer-slots.ts';
import type { AddressQuery } from './question.ts';
import type { MuslRules } from './rules.ts';
import { serverText } from './servers.ts';

/** res_msend.c takes no shorter answer over TCP. */
const SHORTEST_ANSWER = 13;
/** What connect(2) says at once. Anything else comes later, and then ends the lookup. */
const AT_ONCE: readonly Errno[] = [
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EACCES',
  'EPERM',
  'EAFNOSUPPORT',
  'EAGAIN',
];

interface Connection {
  index: number;
  query: AddressQuery;
  server: Server;
}

/**
 * The queries of one exchange that are asked again over TCP, each on a connection of its own (res_msend.c, start_tcp).
 */
export class TcpExchanges {
  readonly #queries: readonly AddressQuery[];
  readonly #answers: AnswerSlots;
  readonly #rules: MuslRules;
  readonly #because: Surroundings['because'];
  readonly #connections = new Map<SocketId, Connection>();

  constructor(
    queries: readonly AddressQuery[],
    answers: AnswerSlots,
    rules: MuslRules,
    { because }: Surroundings,
  ) {
    this.#queries = queries;
    this.#answers = answers;
    this.#rules = rules;
    this.#because = because;
  }

  has(socket: SocketId): boolean {
    return this.#connections.has(socket);
  }

  /** To the server whose answer was truncated. Without a connection the query stays without an answer. */
  *start(index: number, server: Server): Steps<void> {
    const query = this.#queries[index];
    if (!query) return;
    const type = typeText(query.type);
    const opened = yield* open({ proto: 'tcp', to: server });
    if (opened.ok) {
      this.#connections.set(opened.socket, { index, query, server });
      this.#because(
        `the answer to ${type} from ${serverText(server)} is truncated or longer than ${this.#rules.answerBytes} bytes: ${type} again over TCP to it, within the same time`,
      );
    } else this.#stuck(type, server, opened.errno);
  }

  /** @returns `give-up` where the whole lookup ends at once */
  *handle(event: Exclude<Event, { event: 'timeout' }>): Steps<'give-up' | undefined> {
    const connection = this.#connections.get(event.socket);
    if (!connection) return undefined;
    const { query, server } = connection;
    const type = typeText(query.type);
    const peer = `${type} over TCP to ${serverText(server)}`;
    switch (event.event) {
      case 'connected':
        yield* send(event.socket, [query]);
        return undefined;
      case 'message':
        return yield* this.#message(event.socket, connection, event.message, peer);
      case 'error':
        if (event.call === 'connect' && AT_ONCE.includes(event.errno)) {
          yield* close(event.socket);
          this.#connections.delete(event.socket);
          this.#stuck(type, server, event.errno);
          return undefined;
        }
        return this.#giveUp(`${peer}: ${event.errno}`);
      default:
        return this.#giveUp(`${peer}: closed by the server`);
    }
  }

  *closeAll(): Steps<void> {
    for (const socket of this.#connections.keys()) yield* close(socket);
    this.#connections.clear();
  }

  *#message(
    socket: SocketId,
    { index }: Connection,
    message: Uint8Array,
    peer: string,
  ): Steps<'give-up' | undefined> {
    if (message.length < SHORTEST_ANSWER)
      return this.#giveUp(`${peer}: an answer of ${message.length} bytes`);
    const rcode = (message[3] ?? 0) & 15;
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN)
      return this.#giveUp(`${peer}: ${rcodeText(rcode)}`);
    this.#answers.acceptTcp(index, message);
    yield* close(socket);
    this.#connections.delete(socket);
    return undefined;
  }

  #giveUp(what: string): 'give-up' {
    this.#because(`${what}: musl gives up all that is not answered yet, at once`);
    return 'give-up';
  }

  #stuck(type: string, server: Server, errno: Errno): void {
    this.#because(
      `no TCP to ${serverText(server)}: ${errno}: ${type} stays without an answer until the time is over`,
    );
  }
}
