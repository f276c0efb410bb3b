import { RCODE, typeText } from '../../dns/codes.ts';
import type { Query } from '../../dns/query.ts';
import { uint16 } from '../../dns/wire.ts';
import { GLIBC_ERRNO_TEXTS } from '../../libc/glibc-errno-texts.ts';
import type { Event, SocketId, Steps, Surroundings } from '../model.ts';
import { close, open, send, wait } from '../steps.ts';
import type { NamedServer } from './resolv-conf.ts';

/** A query of the run, which changes as it goes; all of them are asked together. */
export interface Asked {
  name: string;
  /** Undefined: the name is none, and cannot be sent. */
  query: Query | undefined;
  answered: boolean;
}

export interface Asking extends Pick<Surroundings, 'now' | 'because'> {
  queries: readonly Asked[];
  print(line: string): void;
  /** A reply is taken for a query; rcode and the first 512 bytes. */
  reply(asked: Asked, rcode: number, message: Uint8Array): void;
}

/** networking/nslookup.c: default_timeout and default_retry, and `reply[512]`. */
const TIMEOUT_MS = 5000;
const RETRY_MS = TIMEOUT_MS / 2;
const REPLY_BYTES = 512;
/** Loopback tells of a closed port before the next write; a farther host's ICMP comes after all are written. */
const BEFORE_NEXT_WRITE_MS = 1;

/** send_queries. @returns how many replies were taken, or that the tool quits */
export function* askServer(asking: Asking, { name, server }: NamedServer): Steps<number | { fatal: string }> {
  const opened = yield* open({ proto: 'udp', to: server });
  if (!opened.ok) {
    const where = server.address.includes(':') ? '' : ` (${server.address})`;
    return { fatal: `nslookup: can't connect to remote host${where}: ${strerror(opened.errno)}` };
  }
  const replies = yield* new ServerExchange(asking, name, opened.socket).run();
  yield* close(opened.socket);
  return replies;
}

class ServerExchange {
  readonly #asking: Asking;
  readonly #name: string;
  readonly #socket: SocketId;
  #replies = 0;
  #servfails = 0;

  constructor(asking: Asking, name: string, socket: SocketId) {
    this.#asking = asking;
    this.#name = name;
    this.#socket = socket;
  }

  *run(): Steps<number> {
    const { now, queries } = this.#asking;
    const started = now();
    for (let sent = started; sent - started < TIMEOUT_MS; sent = now()) {
      const burst = queries.filter(({ answered }) => !answered);
      for (const { query } of burst) {
        if (!query) return this.#cannotWrite('Message too long');
        yield* send(this.#socket, [query]);
      }
      this.#servfails = 2 * queries.length;
      for (;;) {
        const event = yield* wait(sent + RETRY_MS);
        if (event.event === 'timeout') break;
        const lost = this.#writeError(event, burst.length > 1 && now() - sent < BEFORE_NEXT_WRITE_MS);
        if (lost !== undefined) return this.#cannotWrite(lost);
        if (event.event === 'datagram') yield* this.#datagram(event.message);
        if (this.#replies >= queries.length) return this.#replies;
      }
    }
    return this.#replies;
  }

  /** What is printed: the socket cannot be written to, the next server is asked. */
  #cannotWrite(why: string): number {
    this.#asking.print(`nslookup: write to '${this.#name}': ${why}`);
    return 0;
  }

  /** Why a write failed; a failed read is printed only, and the time runs on. */
  #writeError(event: Event, writing: boolean): string | undefined {
    if (event.event !== 'error') return undefined;
    if (writing || event.call === 'send') return strerror(event.errno);
    this.#asking.print(`nslookup: read: ${strerror(event.errno)}`);
    return undefined;
  }

  *#datagram(whole: Uint8Array): Steps<void> {
    const { queries, because, reply } = this.#asking;
    const message = whole.subarray(0, REPLY_BYTES);
    if (message.length < 4) return;
    const id = uint16(message, 0);
    const asked = queries.find(({ query }) => query?.id === id);
    if (!asked?.query || asked.answered) return;
    const rcode = (message[3] ?? 0) & 15;
    if (rcode === RCODE.SERVFAIL && this.#servfails > 0) {
      this.#servfails--;
      because(
        `${typeText(asked.query.type)} of ${asked.name} got SERVFAIL: sent again at once, ${this.#servfails} such resends are left until the next sending`,
      );
      yield* send(this.#socket, [asked.query]);
      return;
    }
    if (whole.length > message.length)
      because(`the reply has ${whole.length} bytes, busybox reads ${REPLY_BYTES} of them`);
    asked.answered = true;
    this.#replies++;
    reply(asked, rcode, message);
  }
}

/** Of the libc that it is linked with here. */
function strerror(errno: string): string {
  return GLIBC_ERRNO_TEXTS[errno] ?? errno;
}
